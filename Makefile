# Every target installs what it needs into .venv by itself. Needs Python >= 3.11, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
UV_VERSION := 0.13.9

.DEFAULT_GOAL := help
PYTEST := $(BIN)/python -m pytest

.PHONY: help demo dev test long check lint format schemas lock clean

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Anlass needs Python >= 3.11, found " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(STAMP)  ## two weeks of a shop's traffic through the whole system (ALL=1: six months, in memory)
	$(BIN)/anlass demo $(if $(ALL),--all)

dev: $(STAMP)  ## the local runtime on http://127.0.0.1:8787 with an inbox page
	$(BIN)/anlass dev

test: $(STAMP)  ## all tests
	$(PYTEST) -n auto

long: $(STAMP)  ## the property tests with 5,000 examples each (about an hour)
	HYPOTHESIS_PROFILE=long $(PYTEST) -n auto tests/property

check: lint test  ## what CI runs: format, lint, types, import contract, schemas, content, and all tests

lint: $(STAMP)  ## everything of check but the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/anlass schemas --check
	$(BIN)/check-jsonschema --schemafile content/schema/journey.schema.json content/journeys/*.json

format: $(STAMP)  ## format and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

schemas: $(STAMP)  ## write content/schema/*.schema.json from the models
	$(BIN)/anlass schemas

lock: $(STAMP)  ## resolve the dependencies anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
	  --no-emit-index-url --no-header pyproject.toml --output-file requirements.lock

clean:  ## remove what the targets made
	rm -rf $(VENV) .demo .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
