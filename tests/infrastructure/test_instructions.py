"""What docs/deploy.md and docs/operations.md tell people to type names things that the stack has."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

from infra.stage import ROOT, Stage
from infra.template import name_of
from infra.topology import RECEIVED

DEPLOY = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
PAGES = DEPLOY + (ROOT / "docs/operations.md").read_text(encoding="utf-8")


def test_every_name_in_a_command_is_a_name_in_the_template(template: dict[str, Any], stage: str) -> None:
    told = {found.rstrip("-") for found in re.findall(r"anlass-(?:\$STAGE|<stage>)-([a-z_-]+)", PAGES)}
    names = {name_of(resource).removeprefix("alias/") for resource in template["Resources"].values()}
    names.add(f"anlass-{stage}-{RECEIVED}")  # where the stage receives mail
    for name in told:
        prefix = f"anlass-{stage}-{name}"
        assert any(known == prefix or known.startswith(f"{prefix}-${{") for known in names), (
            f"nothing is called {prefix}"
        )


def test_every_output_that_is_told_of_exists(template: dict[str, Any]) -> None:
    records = {"Dkim1", "Dkim3", "BounceMx", "BounceSpf", "Dmarc"}
    assert all(f"`{record}`" in DEPLOY for record in records)
    assert records | set(re.findall(r"OutputKey=='(\w+)'", PAGES)) <= template["Outputs"].keys()


def test_every_setting_of_a_stage_is_explained_with_its_default() -> None:
    for field in fields(Stage):
        if field.name != "name":
            assert f"`{field.name}`" in DEPLOY, field.name
    (row,) = re.findall(r"^\| `requests_per_second`, `burst` \| (.*?) \|", DEPLOY, re.MULTILINE)
    assert row == f"{Stage.requests_per_second}, {Stage.burst}"


def test_every_link_leads_to_a_page_or_a_heading() -> None:
    headings = {re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-") for line in re.findall("#+ (.*)", PAGES)}
    for target in re.findall(r"\]\(([^)]+)\)", PAGES):
        page, _, heading = target.partition("#")
        assert (ROOT / "docs" / page).exists(), target
        assert not heading or page.endswith("README.md") or heading in headings, target
