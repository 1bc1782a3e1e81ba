"""The template is made without account and network, passes every check, and is the one that was reviewed."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import boto3
import pytest
from aws_cdk import App, aws_s3
from moto import mock_aws

from infra import snapshot
from infra.acknowledgements import findings_accepted
from infra.app import build
from infra.permissions import permissions_table
from infra.stack import make_stack, names_of, topology_of
from infra.stage import ROOT, StageError, read_context, read_stage
from infra.template import plain, read_template
from infra.topology import TOPOLOGY
from tests.infrastructure.conftest import CONTEXT, FULL, STAGES, WITH_FULL

NODE = ROOT / "node_modules/.bin"


def bare(**more: str) -> dict[str, str]:
    """An environment without credentials, region or anything else of the person who runs the tests."""
    node = {k: v for k, v in os.environ.items() if k.startswith("JSII_")}
    unpacked = str(Path.home() / ".cache/aws/jsii/package-cache")  # what every process would unpack anew
    home = {"HOME": "/nonexistent", "JSII_RUNTIME_PACKAGE_CACHE_ROOT": unpacked}
    return {"PATH": os.environ["PATH"], **home, **node, **more}


def alone() -> list[str]:
    """Begins a command that has no network; [] where the system does not let us take it away."""
    command = ["unshare", "--map-root-user", "--net"]
    has = shutil.which("unshare") is not None
    return (
        command if has and not subprocess.run([*command, "true"], check=False, capture_output=True).returncode else []
    )


def test_the_cdk_command_line_makes_the_same_template_without_network_and_without_credentials(
    tmp_path: Path, synthesised: Path
) -> None:
    app = f"{sys.executable} -m infra.app"
    isolation = alone()
    command = [
        *isolation,
        str(NODE / "cdk"),
        "synth",
        "--quiet",
        "--app",
        app,
        "--output",
        str(tmp_path),
        "--context",
        "stage=prod",
    ]
    run = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=ROOT, env=bare(HOME=str(tmp_path), CI="true")
    )
    assert run.returncode == 0, run.stderr
    assert "changes against infra/snapshots/prod.jsonl" in run.stdout + run.stderr
    made = (tmp_path / "anlass-prod.template.json").read_text()
    assert made == (synthesised / "prod/anlass-prod.template.json").read_text()
    if not isolation:
        pytest.skip("unshare --map-root-user --net does not work here: it was the same template, made with network")


def test_the_committed_resource_list_is_what_would_be_deployed(template: dict[str, Any], stage: str) -> None:
    changes = list(snapshot.differences(snapshot.written(stage), snapshot.snapshot_of(template)))
    assert changes == [], "look at what changes, then run `make infra-docs` and commit"


def test_a_change_is_told_in_a_line_a_property(template: dict[str, Any]) -> None:
    before = snapshot.snapshot_of(template)
    after = copy.deepcopy(before)
    alarm = next(id_ for id_, r in after.items() if r["Type"] == "AWS::CloudWatch::Alarm")
    queue = next(id_ for id_, r in after.items() if r.get("Properties", {}).get("VisibilityTimeout") == 180)
    mapping = next(id_ for id_, r in after.items() if r.get("Properties", {}).get("FunctionResponseTypes"))
    del after[alarm]
    after["New"] = {"Type": "AWS::SQS::Queue", "Properties": {}}
    after[queue]["Properties"]["VisibilityTimeout"] = 30
    after[mapping]["Properties"]["FunctionResponseTypes"] = []
    assert list(snapshot.differences(before, after)) == [
        f"- AWS::CloudWatch::Alarm {alarm}",
        "+ AWS::SQS::Queue New",
        *sorted(
            (
                f"~ AWS::SQS::Queue {queue}.Properties.VisibilityTimeout: 180 -> 30",
                f"~ AWS::Lambda::EventSourceMapping {mapping}.Properties.FunctionResponseTypes[]: "
                '"ReportBatchItemFailures" -> null',
            ),
            key=lambda line: line.split()[2],
        ),
    ]


def test_the_table_of_permissions_is_the_template_s(templates: dict[str, dict[str, Any]]) -> None:
    (live,) = (name for name in STAGES if CONTEXT["stages"][name].get("live"))
    assert (ROOT / "docs/permissions.md").read_text() == permissions_table(templates[live], live)


def test_cfn_lint_finds_nothing(synthesised: Path) -> None:
    """In the stage with every switch on, which has all that the others have."""
    # W3005 minds a DependsOn that CDK writes although a reference says the same.
    file = str(synthesised / FULL / f"anlass-{FULL}.template.json")
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--ignore-checks", "W3005", "--", file]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


class TestFindings:
    """Of cdk-nag."""

    def test_one_that_nobody_acknowledged_stops_the_synthesis(self, tmp_path: Path) -> None:
        app = build("dev", WITH_FULL, str(tmp_path))
        aws_s3.Bucket(app.node.find_child("anlass-dev"), "Open")
        with pytest.raises(RuntimeError, match="ValidationFailed"):
            app.synth()
        report = (tmp_path / "validation-report.json").read_text()
        assert "anlass-dev/Open" in report

    def test_every_acknowledgement_has_its_finding_and_its_reason(self, synthesised: Path, stage: str) -> None:
        """One that lost its finding would one day cover another."""
        (report,) = json.loads((synthesised / stage / "validation-report.json").read_text())["pluginReports"]
        assert (report["pluginName"], report["violations"]) == ("AwsSolutions", [])
        found = {(f["acknowledgedAt"], f["acknowledgedId"]) for f in report["suppressedViolations"]}
        described = read_stage(stage, CONTEXT)
        accepted = list(findings_accepted(names_of(described, topology_of(described), ""), described))
        assert found == {(f"anlass-{stage}/{a.construct}", f"AwsSolutions::AwsSolutions-{a.finding}") for a in accepted}
        assert all(len(each.reason) > 40 for each in accepted)


@pytest.mark.parametrize("machine", [each.name for each in TOPOLOGY.machines])
class TestStateMachines:
    def test_the_definition_is_valid(self, template: dict[str, Any], machine: str, tmp_path: Path) -> None:
        file = tmp_path / "machine.json"
        file.write_text(_definition(template, machine))
        command = [str(NODE / "asl-validator"), "--json-path", str(file)]
        run = subprocess.run(command, check=False, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr

    def test_step_functions_takes_it(self, template: dict[str, Any], machine: str) -> None:
        with mock_aws():
            client = boto3.client("stepfunctions", region_name="eu-central-1")
            role, definition = "arn:aws:iam::123456789012:role/anlass-dev", _definition(template, machine)
            made = client.create_state_machine(name=machine, definition=definition, roleArn=role)
            assert made["stateMachineArn"]


def _definition(template: dict[str, Any], name: str) -> str:
    made = [r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::StepFunctions::StateMachine"]
    (machine,) = (each for each in made if each["StateMachineName"].endswith(f"-{name}"))
    text: str = machine["DefinitionString"]
    for name, value in machine["DefinitionSubstitutions"].items():
        text = text.replace(f"${{{name}}}", str(plain(value)).replace("${AWS::AccountId}", "123456789012"))
    assert "${" not in text.replace("${AWS::Partition}", "aws")
    return text.replace("${AWS::Partition}", "aws")


class TestMistakes:
    """What ops may get wrong is said with its place and its remedy."""

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"mail_domain": None}, r"context\.stages\.dev\.mail_domain: None is no str"),
            ({"log_days": 42}, r"log_days: CloudWatch keeps logs for 1, 3, 5"),
            ({"live": "yes"}, r"live: 'yes' is no bool"),
            ({"alarm_mail": "a@b"}, r"alarm_mail: no such setting; there are alarm_email, burst"),
            ({"alarm_email": "ops"}, r"alarm_email: 'ops' is no address"),
            ({"public_domain": "go.shop.example"}, r"public_domain and certificate_arn .* need each other"),
        ],
    )
    def test_in_a_stage(self, change: dict[str, Any], said: str) -> None:
        context = copy.deepcopy(CONTEXT)
        context["stages"]["dev"] |= change
        with pytest.raises(StageError, match=said):
            read_stage("dev", context)

    @pytest.mark.parametrize(
        ("text", "said"),
        [('{"context": {,}', r"cdk\.json, line 1, column 14: no JSON"), ('{"app": "x"}', r'has no "context"')],
    )
    def test_in_the_file(self, tmp_path: Path, text: str, said: str) -> None:
        (tmp_path / "cdk.json").write_text(text)
        with pytest.raises(StageError, match=said):
            read_context(tmp_path / "cdk.json")

    def test_in_the_name_of_a_stage(self) -> None:
        with pytest.raises(StageError, match=r"no stage 'production'; there are dev, prod"):
            read_stage("production", CONTEXT)

    def test_in_leaving_something_out(self) -> None:
        with pytest.raises(StageError, match=r"stages\.x: needs alarm_email, monthly_budget_usd"):
            read_stage("x", {"stages": {"x": {"mail_domain": "shop.example"}}})

    def test_in_renaming_a_function_in_one_place_only(self) -> None:
        functions = tuple(replace(f, name="dispatch_all") if f.name == "dispatch" else f for f in TOPOLOGY.functions)
        rights = {**TOPOLOGY.rights, "dispatch_all": TOPOLOGY.rights["dispatch"]}
        renamed = replace(TOPOLOGY, functions=functions, rights=rights)
        with pytest.raises(FileNotFoundError, match=r"names the function dispatch_all; there is no dispatch_all\.py"):
            make_stack(App(context=CONTEXT), read_stage("dev", CONTEXT), renamed)


def test_what_starts_from_a_snapshot_starts_anew_when_the_product_changes(tmp_path: Path) -> None:
    """The alias that pages are called by leads to a version: one that ignored the layers would stay as it was."""
    described = read_stage(next(name for name in STAGES if CONTEXT["stages"][name].get("live")), CONTEXT)

    def versions(code: str) -> list[str]:
        layer = tmp_path / code / "python"
        layer.mkdir(parents=True)
        (layer / "pages.py").write_text(f"PAGE = {code!r}")
        layer.parent.with_suffix(".json").write_text(json.dumps({"digest": sha256(code.encode()).hexdigest()}))
        app = App(outdir=str(tmp_path / f"out-{code}"), context=WITH_FULL)
        stack = make_stack(app, described, layers={"core": (layer.parent, "Anlass itself")})
        resources = read_template(Path(app.synth().directory), described.name)["Resources"]
        assert stack.stack_name == f"anlass-{described.name}"
        return sorted(id_ for id_, each in resources.items() if each["Type"] == "AWS::Lambda::Version")

    old, new = versions("old"), versions("new")
    assert len(old) == len(new) == sum(function.person_waits for function in TOPOLOGY.functions)
    assert not set(old) & set(new)


def test_a_stage_with_tracing_and_a_domain_of_its_own_passes_too(templates: dict[str, dict[str, Any]]) -> None:
    resources = templates[FULL]["Resources"].values()
    functions = [each["Properties"] for each in resources if each["Type"] == "AWS::Lambda::Function"]
    assert all(function["TracingConfig"] == {"Mode": "Active"} for function in functions)
    urls = {f["Environment"]["Variables"].get("PUBLIC_URL") for f in functions}
    assert urls == {None, "https://go.shop.example"}
