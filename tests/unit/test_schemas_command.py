"""`anlass schemas` in a marketer's folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from anlass.domain.names import ShopNames
from anlass.language.schemas import all_schemas, schema_files
from typer.testing import CliRunner

from cli.main import app

SOFA = ShopNames({"Sofa Assembled": {"minutes": "integer"}}, heard=True)


def run(folder: Path, *options: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["schemas", "--folder", str(folder), *options])
    return done.exit_code, done.output


def test_without_names_the_schemas_are_those_of_the_registry(tmp_path: Path) -> None:
    assert run(tmp_path, "--check")[0] == 1
    assert list(tmp_path.iterdir()) == []
    assert run(tmp_path)[0] == run(tmp_path, "--check")[0] == 0
    assert {each.name: each.read_text("utf-8") for each in tmp_path.iterdir()} == all_schemas()
    assert run(tmp_path) == (0, "the schemas are up to date\n")


def test_with_a_shops_names_they_are_those_of_its_bucket_and_stay_so(tmp_path: Path) -> None:
    names = tmp_path / "downloaded.json"
    names.write_text(schema_files(SOFA)["names.json"], "utf-8")
    folder = tmp_path / "schema"
    assert run(folder, "--names", str(names))[0] == 0
    assert {each.name: each.read_text("utf-8") for each in folder.iterdir()} == schema_files(SOFA)
    assert run(folder, "--check")[0] == 0, "by the names.json that is there now"


@pytest.mark.parametrize("text", [None, "{", "\x00"], ids=["missing", "cut", "odd"])
def test_names_that_cannot_be_read_are_said_to_be_so(tmp_path: Path, text: str | None) -> None:
    names = tmp_path / "names.json"
    if text is not None:
        names.write_text(text, "utf-8")
    code, output = run(tmp_path / "schema", "--names", str(names))
    assert code == 2
    assert "holds no names" in output.replace("\n", " ")
    assert not (tmp_path / "schema").exists()


def test_names_of_a_later_release_are_taken_as_far_as_they_are_understood(tmp_path: Path) -> None:
    (tmp_path / "names.json").write_text(json.dumps({"events": {"A": {"b": "new kind"}}, "more": 1}), "utf-8")
    assert run(tmp_path)[0] == 0
    assert json.loads((tmp_path / "names.json").read_text("utf-8"))["events"] == {"A": {"b": "any"}}


def test_a_folder_is_checked_by_the_names_that_lie_in_it(tmp_path: Path) -> None:
    journey = {
        "id": "sofa",
        "why": "A test.",
        "trigger": {"type": "event", "event": "Zebra Fed"},
        "steps": [{"exit": "x"}],
    }
    (tmp_path / "journeys").mkdir()
    (tmp_path / "journeys" / "sofa.json").write_text(json.dumps(journey), "utf-8")

    def doubts() -> list[str]:
        output = CliRunner().invoke(app, ["validate", str(tmp_path), "--json"]).output
        return [found["message"] for found in json.loads(output)["findings"] if found["code"] == "event.unknown"]

    assert doubts() == []
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "names.json").write_text(schema_files(SOFA)["names.json"], "utf-8")
    assert doubts() == ['"Zebra Fed" was never seen.']
