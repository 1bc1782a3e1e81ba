"""Files as they come out of word processors, old editors and careless hands: each is answered once, and in time."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from anlass.adapters.memory.clock import VirtualClock
from anlass.adapters.memory.content import MemoryContent
from anlass.adapters.memory.definitions import MemoryDefinitions
from anlass.language.compiler import compile_journey
from anlass.language.folder_check import Folder
from anlass.usecases.publish_content import publish
from typer.testing import CliRunner

from cli.main import app
from tests.builders import NOON
from tests.right_folder import FILES, JOURNEY

ODD: dict[str, tuple[bytes, str, int, str]] = {
    "in UTF-16": (JOURNEY.encode("utf-16"), "json.encoding", 1, "UTF-16"),
    "in UTF-16 without its mark": (JOURNEY.encode("utf-16-le"), "json.encoding", 1, "UTF-16"),
    "in Latin-1": (JOURNEY.replace("Says", "Grüßt mit").encode("latin-1"), "json.encoding", 3, "ä, ö, ü and ß"),
    "half a character": (JOURNEY.encode().replace(b"Says", b"Say\xed\xa0\xbd"), "json.encoding", 3, "UTF-8"),
    "a document of a word processor": (b"PK\x03\x04\x14\x00\x06", "json.encoding", 1, "no text"),
    "a compressed file": (b"\x1f\x8b\x08\x00\x00", "json.encoding", 1, "no text"),
    "with a sign that no text has": (JOURNEY.replace("Says", "Sa\x00ys").encode(), "json.encoding", 3, "U+0000"),
    "empty": (b"", "json.syntax", 1, "empty"),
    "with nothing but its mark": (b"\xef\xbb\xbf", "json.syntax", 1, "empty"),
    "of spaces": (b" \r\n \r\n", "json.syntax", 3, "empty"),
    "of a million letters": (JOURNEY.replace("Says", "x" * 1_000_000).encode(), "json.too_large", 1, "200,000"),
    "of three million": (JOURNEY.replace("Says", "x" * 3_000_000).encode(), "json.too_large", 1, "200,000"),
    "of ten thousand lists": (b"[" * 10_000, "json.too_deep", 1, "48 levels"),
    "of ten thousand objects": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "json.too_deep", 1, "48 levels"),
    "of ten thousand nots": (
        JOURNEY.replace('"steps"', '"who": ' + '{"not": ' * 10_000 + "1" + "}" * 10_000 + ', "steps"').encode(),
        *("json.too_deep", 5, "48 levels"),
    ),
    "in single quotes": (JOURNEY.replace('"', "'").encode(), "json.quotes", 2, "12 more such places"),
    "in curly quotes": (JOURNEY.replace('"', "”").encode(), "json.quotes", 2, "12 more such places"),
    "with spaces that are none": (
        JOURNEY.replace("  ", "\u00a0\u00a0").replace(": ", ":\u00a0").encode(),
        *("json.space", 2, "more such places"),
    ),
    "in YAML": (b"id: hello\nwhy: Says hello.\n", "json.syntax", 1, "no JSON"),
    "in HTML": (b"<!DOCTYPE html>\n<html></html>", "json.syntax", 1, "<!DOCTYPE"),
    "copied from a manual": (f"```json\n{JOURNEY}```\n".encode(), "json.syntax", 1, "```json"),
    "merged by half": (f"<<<<<<< HEAD\n{JOURNEY}=======\n{JOURNEY}>>>>>>> x\n".encode(), "json.syntax", 1, "git"),
    "without its first bracket": (JOURNEY.removeprefix("{").encode(), "json.syntax", 2, 'no "{"'),
    "a list of journeys": (f"[{JOURNEY}]".encode(), "json.type", 1, "a list"),
    "closed too early": (JOURNEY.replace('"Says hello."', '"Says hello."}').encode(), "json.syntax", 3, "closes too"),
    "followed by another": (f"{JOURNEY}{JOURNEY}".encode(), "json.syntax", 7, "behind the end"),
}


def findings(folder: Path) -> list[dict[str, Any]]:
    result = CliRunner().invoke(app, ["validate", str(folder), "--json"])
    assert isinstance(result.exception, SystemExit | None)
    found: list[dict[str, Any]] = json.loads(result.stdout)["findings"]
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("content")
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_is_one_finding_in_words(name: str, folder: Path) -> None:
    content, code, line, words = ODD[name]
    (folder / "journeys/hello.json").write_bytes(content)
    (found,) = findings(folder)
    assert (found["code"], found["file"], found["line"]) == (code, "journeys/hello.json", line)
    assert words in f"{found['message']} {found['remedy']}"


@pytest.mark.parametrize("name", ODD)
def test_publishing_says_the_same(name: str) -> None:
    content, code, line, _ = ODD[name]
    text = content.decode(errors="replace")
    bucket, definitions = MemoryContent({**FILES, "journeys/hello.json": text}), MemoryDefinitions()
    done = publish("journeys/hello.json", content=bucket, definitions=definitions, clock=VirtualClock(NOON))
    assert [(each.code, each.line) for each in done.diagnostics] == [(code, line)]
    assert done.status == ("waiting" if code == "json.space" else "refused")
    assert json.loads(bucket.reports["reports/journeys/hello.json"][0])["diagnostics"][0]["code"] == code


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeff{JOURNEY}",
        JOURNEY.replace("\n", "\r\n"),
        JOURNEY.replace("\n", "\r"),
        JOURNEY.replace("Says", "“Says”\u00a0👋🏽 \\ud83d\\ude00 \\u00e4 \\\\ \\/"),
        json.dumps(json.loads(JOURNEY)),
        json.dumps(json.loads(JOURNEY), indent="\t"),
    ],
    ids=["with its mark", "of Windows", "of an old Mac", "with all sorts of signs", "in one line", "with tabs"],
)
def test_a_file_that_only_looks_odd_is_right(text: str) -> None:
    assert compile_journey("journeys/hello.json", text).diagnostics == []


def test_the_mark_of_the_first_line_moves_nothing() -> None:
    (found,) = compile_journey("journeys/hello.json", "\ufeff" + JOURNEY.replace('{\n  "id"', '{"idd"')).diagnostics
    assert (found.line, found.column) == (1, 2)


SIGNS = ('"', "'", "“", "” ", "” ,", "'a ", "{'", "[“", "# ", "/*", "<!--", "\u00a0", ";", "tru ", "\\", "1,")


@pytest.mark.parametrize("sign", SIGNS)
def test_no_file_takes_long(sign: str) -> None:
    text = f"{{{sign * (190_000 // len(sign))}"
    began = time.perf_counter()
    assert compile_journey("journeys/hello.json", text).diagnostics
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("odd", ["\ufeff", "\u00a0", "// remark\n"], ids=["a mark", "a space", "a remark"])
def test_what_others_ask_about_an_odd_file_is_answered(odd: str) -> None:
    step = '{"send": {"template": "hi"}}'
    there = JOURNEY.replace(step, '{"enrol": {"journey": "back"}}')
    back = JOURNEY.replace(step, '{"enrol": {"journey": "hello"}}').replace('"id": "hello"', '"id": "back"')
    folder = Folder({**FILES, "journeys/hello.json": there, "journeys/back.json": odd + back})
    found = [each for piece in folder.pieces() for each in piece()]
    assert {each.file for each in found if each.code == "journey.loop"} == {
        "journeys/hello.json",
        "journeys/back.json",
    }
