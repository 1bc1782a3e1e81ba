"""`anlass diagram`: what it writes, and what it says of a file that it cannot draw."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.shop import journey, template

SHIPPED = Path(__file__).parents[2] / "content"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    files = {
        **journey("hello", trigger={"type": "event", "event": "Account Created"}, steps=[{"send": {"template": "hi"}}]),
        **template("hi"),
    }
    for path, text in files.items():
        file = tmp_path / "content" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path / "content"


def run(*words: object) -> tuple[int, str]:
    """Exit code, and everything that was said."""
    result = CliRunner().invoke(app, ["diagram", *map(str, words)])
    return result.exit_code, result.output


def test_it_writes_both_pictures_where_one_stands(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("hello", "--content", "content") == (0, "written: hello.mmd\nwritten: hello.svg\n")
    assert (tmp_path / "hello.mmd").read_text(encoding="utf-8").startswith("flowchart TD\n")
    assert (tmp_path / "hello.svg").read_text(encoding="utf-8").startswith("<svg ")


@pytest.mark.parametrize(("name", "begins"), [("a.mmd", "flowchart TD"), ("a.svg", "<svg"), ("b.SVG", "<svg")])
def test_the_name_of_the_file_says_which_one_is_wanted(content: Path, tmp_path: Path, name: str, begins: str) -> None:
    assert run("hello", "--content", content, "--output", tmp_path / name)[0] == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


def test_it_prints_where_a_pipe_wants_it_and_draws_a_file_that_lies_elsewhere(content: Path) -> None:
    code, said = run(content / "journeys" / "hello.json", "--format", "mermaid", "--output", "-")
    assert code == 0
    assert said.startswith("flowchart TD\n  accTitle: hello\n")


def test_one_format_is_written_alone(content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("hello", "--content", "content", "--format", "svg") == (0, "written: hello.svg\n")


def test_the_journeys_that_ship_are_found_without_being_told_where(tmp_path: Path) -> None:
    assert run("cart-abandonment", "--output", tmp_path / "cart.svg")[0] == 0


def test_a_broken_file_is_not_drawn_but_explained(content: Path, tmp_path: Path) -> None:
    file = content / "journeys" / "hello.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"send"', '"sned"'), encoding="utf-8")
    code, said = run("hello", "--content", content, "--output", tmp_path / "a.svg")
    assert code == 1
    assert f"{file}:" in said.replace("\n", "")
    assert 'error[step.unknown]: There is no step "sned".' in said
    assert '"sned": {' in said
    assert 'help: Did you mean "send"?' in said
    assert "hello.json is not drawn: mend it first." in said
    assert not (tmp_path / "a.svg").exists()


def test_a_journey_that_is_not_there_is_named_with_those_that_are(content: Path) -> None:
    code, said = run("helo", "--content", content)
    assert code == 1
    assert 'Did you mean "hello"? There are hello.' in said


def test_a_file_that_cannot_be_written_is_named(content: Path, tmp_path: Path) -> None:
    code, said = run("hello", "--content", content, "--output", tmp_path / "no" / "a.svg")
    assert (code, "cannot be written" in said) == (1, True)


@pytest.mark.parametrize(
    "words",
    [(), ("hello", "--all"), ("hello", "--check"), ("--all", "--format", "svg"), ("hello", "--output", "a.png")],
)
def test_what_makes_no_sense_together_is_refused(content: Path, words: tuple[str, ...]) -> None:
    assert run(*words, "--content", content)[0] == 2


def test_the_page_of_all_journeys_shows_each_with_its_picture_and_messages(content: Path) -> None:
    assert run("--all", "--content", content)[0] == 0
    page = (content / "README.md").read_text(encoding="utf-8")
    assert "| [hello](#hello) | A test. | Account Created |" in page
    assert "```mermaid\nflowchart TD\n  accTitle: hello" in page
    assert "| [`hi`](templates/hi) | de: hi |" in page


def test_a_message_that_is_not_written_yet_is_said_to_be_missing(content: Path) -> None:
    shutil.rmtree(content / "templates")
    run("--all", "--content", content)
    assert "| `hi` | not there yet |" in (content / "README.md").read_text(encoding="utf-8")


def test_no_word_of_a_journey_breaks_the_page(content: Path) -> None:
    whole: dict[str, Any] = json.loads((content / "journeys" / "hello.json").read_text(encoding="utf-8"))
    whole |= {"name": "a | b <script>", "why": "one\n# two"}
    (content / "journeys" / "hello.json").write_text(json.dumps(whole), encoding="utf-8")
    run("--all", "--content", content)
    page = (content / "README.md").read_text(encoding="utf-8")
    assert "| [a \\| b \\<script\\>](#hello) | one \\# two |" in page


def test_the_check_fails_until_the_page_is_as_the_journeys_make_it(content: Path) -> None:
    code, said = run("--all", "--check", "--content", content)
    assert (code, "make pictures" in said, (content / "README.md").exists()) == (1, True, False)
    run("--all", "--content", content)
    assert run("--all", "--check", "--content", content) == (0, "the pictures are up to date\n")
    (content / "README.md").write_text("other", encoding="utf-8")
    assert run("--all", "--check", "--content", content)[0] == 1


def test_a_folder_without_journeys_has_no_page(tmp_path: Path) -> None:
    code, said = run("--all", "--content", tmp_path)
    assert (code, "there is no journey in" in said) == (1, True)


def test_each_journey_that_ships_is_drawn_on_the_page(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "content")
    assert run("--all", "--content", tmp_path / "content")[0] == 0
    page = (tmp_path / "content" / "README.md").read_text(encoding="utf-8")
    ids = [file.stem for file in (SHIPPED / "journeys").glob("*.json")]
    assert page.count("```mermaid") == len(ids)
    assert all(f'<a id="{id_}"></a>' in page for id_ in ids)
    assert "not there yet" not in page
