"""The stages' templates, synthesised once for all workers of a test run."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import Any

import pytest

from infra.app import build
from infra.stage import read_context
from infra.template import read_template

CONTEXT = read_context()
STAGES: tuple[str, ...] = tuple(CONTEXT["stages"])


@pytest.fixture(scope="session")
def synthesised(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder for each stage of cdk.json, as `make synth` writes it."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    folder = shared / "synthesised"
    with (shared / "synthesised.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            for stage in STAGES:
                build(stage, CONTEXT, str(folder / stage)).synth()
            (folder / "done").touch()
    return folder


@pytest.fixture(scope="session")
def templates(synthesised: Path) -> dict[str, dict[str, Any]]:
    return {stage: read_template(synthesised / stage, stage) for stage in STAGES}


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def template(stage: str, templates: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Not to be changed: copy it first."""
    return templates[stage]
