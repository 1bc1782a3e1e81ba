"""The CDK app: `cdk deploy --context stage=prod`, or without the CDK command line `python -m infra.app prod`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra import snapshot
from infra.stack import make_stack
from infra.stage import ROOT, StageError, read_context, read_stage
from infra.template import read_template


def build(stage: str, context: Mapping[str, Any], outdir: str | None = None) -> App:
    """The app with its checks; nothing is written before `synth`. Raises StageError."""
    described = read_stage(stage, context)
    app = App(outdir=outdir, context={**context, "stage": stage}, analytics_reporting=False)
    make_stack(app, described)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return app


def main(arguments: list[str]) -> None:
    outdir = os.environ.get("CDK_OUTDIR") or str(ROOT / "cdk.out")
    try:
        # The command line hands over its context; without it, cdk.json's is all there is.
        context = read_context() | json.loads(os.environ.get("CDK_CONTEXT_JSON", "{}"))
        stage = arguments[0] if arguments else str(context.get("stage"))
        build(stage, context, outdir).synth()
        _say_what_differs(stage, Path(outdir))
    except (StageError, FileNotFoundError) as problem:
        sys.exit(f"{problem}")
    except RuntimeError as problem:
        if "ValidationFailed" not in str(problem):
            raise
        sys.exit(
            "The findings above have no acknowledgement: mend them, or give the reason in infra/acknowledgements.py"
        )


def _say_what_differs(stage: str, folder: Path) -> None:
    """From the committed resource list, so that a reviewer sees what a change deploys."""
    lines = snapshot.snapshot_of(read_template(folder, stage))
    changes = list(snapshot.differences(snapshot.written(stage), lines))
    print(f"{stage}: {len(lines)} resources, {len(changes)} changes against infra/snapshots/{stage}.jsonl")
    for change in changes:
        print(f"  {change}")


if __name__ == "__main__":
    main(sys.argv[1:])
