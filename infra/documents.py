"""Writes what is derived from the templates of cdk.json's stages, and prints what changed: `make infra-docs`.

The resource list of each stage, and the permissions of the last one that is live.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from infra import snapshot
from infra.app import build
from infra.permissions import permissions_table
from infra.stage import ROOT, read_context
from infra.template import read_template

PERMISSIONS = ROOT / "docs/permissions.md"


def main() -> None:
    context = read_context()
    for stage in context["stages"]:
        with TemporaryDirectory() as folder:
            build(stage, context, folder).synth()
            template = read_template(Path(folder), stage)
        lines = snapshot.snapshot_of(template)
        changed = list(snapshot.differences(snapshot.written(stage), lines))
        snapshot.write(stage, lines)
        print(f"{stage}: {len(lines)} resources, {len(changed)} changes", file=sys.stderr)
        for change in changed:
            print(f"  {change}")
        if context["stages"][stage].get("live"):
            PERMISSIONS.write_text(permissions_table(template, stage), encoding="utf-8")


if __name__ == "__main__":
    main()
