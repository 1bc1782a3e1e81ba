# Every target installs what it needs into .venv by itself. Needs Python >= 3.11, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
INFRA := $(VENV)/.infra
BENCH := $(VENV)/.bench
NODE := node_modules/.installed
UV_VERSION := 0.13.9

.DEFAULT_GOAL := help
PYTEST := $(BIN)/python -m pytest

# Node 20 works with jsii, which says on every start that it is old.
STAGE ?= dev
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20
export CDK_DISABLE_CLI_TELEMETRY := true
# Where nothing compiled may be kept, every process of the tests compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo dev test bench long fuzz check lint format schemas openapi reference diagnoses pictures layers synth infra-docs deploy lock clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Anlass needs Python >= 3.11, found " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

# On top of it what deploys and what tests from outside: some 800 MB, so `make demo` does without. Node.js must be on the PATH.
$(INFRA): $(STAMP) requirements-infra.lock
	@command -v node >/dev/null || { echo "The CDK needs Node.js on the PATH, and there is none."; exit 1; }
	$(BIN)/uv pip install --quiet --python $(BIN)/python --requirement requirements-infra.lock
	@touch $@

$(BENCH): $(STAMP) requirements-bench.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --requirement requirements-bench.lock
	@touch $@

$(NODE): package-lock.json
	npm ci --silent --omit=optional --no-audit --no-fund
	@touch $@

demo: $(STAMP)  ## two weeks of a shop's traffic through the whole system (ALL=1: six months, in memory)
	$(BIN)/anlass demo $(if $(ALL),--all)

dev: $(STAMP)  ## the local runtime on http://127.0.0.1:8787 with an inbox page
	$(BIN)/anlass dev

test: $(STAMP) $(INFRA) $(NODE) layers  ## all tests
	$(PYTEST) -n auto

bench: $(BENCH)  ## how fast matching, conditions and steps are, beside three known libraries in the same run
	$(BIN)/python -m bench $(ARGS)

long: $(STAMP)  ## the property tests with 5,000 examples each (about an hour)
	HYPOTHESIS_PROFILE=long $(PYTEST) -n auto tests/property

check: lint test  ## what CI runs: format, lint, types, import contract, schemas, content, and all tests

lint: $(STAMP)  ## everything of check but the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/anlass schemas --check
	$(BIN)/anlass reference --check
	$(BIN)/anlass openapi --check
	$(BIN)/anlass diagram --all --check
	$(BIN)/check-jsonschema --schemafile content/schema/settings.schema.json content/settings.json
	$(BIN)/check-jsonschema --schemafile content/schema/template.schema.json content/templates/*/template.json
	$(BIN)/check-jsonschema --schemafile content/schema/segment.schema.json content/segments/*.json
	$(BIN)/check-jsonschema --schemafile content/schema/journey.schema.json content/journeys/*.json
	$(BIN)/anlass validate content

format: $(STAMP)  ## format and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

schemas: $(STAMP)  ## write content/schema/*.schema.json from the models
	$(BIN)/anlass schemas

openapi: $(STAMP)  ## write docs/openapi.json: all public endpoints and all their answers
	$(BIN)/anlass openapi

fuzz: $(STAMP) $(INFRA)  ## all public endpoints against docs/openapi.json, some twenty minutes (EXAMPLES=200 for each of them)
	ANLASS_FUZZ=$(or $(EXAMPLES),200) $(PYTEST) -n 0 tests/fuzz

reference: $(STAMP)  ## write docs/reference.md: everything that a marketer may write
	$(BIN)/anlass reference

diagnoses: $(STAMP)  ## write docs/diagnostics.md: what publishing says, and what would be right
	$(BIN)/python -m tests.diagnoses

pictures: $(STAMP)  ## write content/README.md with a picture of each journey
	$(BIN)/anlass diagram --all

layers: $(STAMP)  ## build the Lambda layers into layers/built if they changed (needs CPython 3.13, no docker)
	$(BIN)/python layers/build.py

synth: $(INFRA) layers  ## the CloudFormation template into cdk.out; no account, no network
	$(BIN)/python -m infra.app $(STAGE)

infra-docs: $(INFRA) layers  ## write infra/snapshots and docs/permissions.md anew, and print what changed
	$(BIN)/python -m infra.documents

deploy: $(INFRA) $(NODE) layers  ## deploy a stage: make deploy STAGE=dev (docs/deploy.md)
	node_modules/.bin/cdk deploy --context stage=$(STAGE) $(ARGS)

# The layer and the infra tools get the same versions as everything else: the first lock constrains the others.
COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header pyproject.toml
lock: $(STAMP)  ## resolve the dependencies anew
	$(COMPILE) --universal --python-version 3.11 --extra cli --extra test --output-file requirements.lock
	$(COMPILE) --universal --python-version 3.11 --extra cli --extra test --extra infra --extra outside --constraint requirements.lock \
	  --output-file requirements-infra.lock
	$(COMPILE) --universal --python-version 3.11 --extra cli --extra bench --constraint requirements.lock \
	  --output-file requirements-bench.lock
	$(COMPILE) --python-version 3.13 --python-platform aarch64-manylinux_2_34 --no-annotate \
	  --constraint requirements.lock --output-file layers/deps/requirements.txt

clean:  ## remove what the targets made
	rm -rf $(VENV) node_modules layers/built cdk.out .demo .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
