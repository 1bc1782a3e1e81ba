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
FULL = "full"  # a stage with every switch on
SWITCHES: dict[str, Any] = {
    "public_domain": "go.shop.example",
    "certificate_arn": "arn:aws:acm:eu-central-1:123456789012:certificate/0d9c2b7e-1f0a-4c39-9d0b-a17a55000001",
    **dict.fromkeys(("tracing", "receive_mail", "sms_status"), True),
}
WITH_FULL = {
    **CONTEXT,
    "stages": {**CONTEXT["stages"], FULL: {**CONTEXT["stages"]["prod"], **SWITCHES}},
    "aws:cdk:disable-asset-staging": True,  # the template names the layers by digest: nobody needs copies of them
}


@pytest.fixture(scope="session")
def synthesised(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder for each stage of cdk.json, as `make synth` writes it, and for the full one."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    folder = shared / "synthesised"
    with (shared / "synthesised.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            for stage in (*STAGES, FULL):
                build(stage, WITH_FULL, str(folder / stage)).synth()
            (folder / "done").touch()
    return folder


@pytest.fixture(scope="session")
def templates(synthesised: Path) -> dict[str, dict[str, Any]]:
    return {stage: read_template(synthesised / stage, stage) for stage in (*STAGES, FULL)}


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def template(stage: str, templates: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Not to be changed: copy it first."""
    return templates[stage]
