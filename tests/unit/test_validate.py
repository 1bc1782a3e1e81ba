"""`anlass validate` says what publishing would, as a compiler does."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from anlass.adapters.memory.clock import VirtualClock
from anlass.adapters.memory.content import MemoryContent
from anlass.adapters.memory.definitions import MemoryDefinitions
from anlass.language.folder_check import Folder
from anlass.usecases.publish_content import publish
from typer.testing import CliRunner, Result

from cli.main import app
from tests.builders import NOON
from tests.right_folder import FILES, JOURNEY, MAIL, SETTINGS

SHIPPED = Path(__file__).parents[2] / "content"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    for path, text in FILES.items():
        write(folder, path, text)
    return folder


def write(folder: Path, path: str, text: str) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def validate(*arguments: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(app, ["validate", *map(str, arguments)], env={"COLUMNS": "200", **environment})


def findings(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(validate(folder, "--json").stdout)["findings"]
    return found


def test_a_folder_that_is_right_passes(content: Path) -> None:
    result = validate(content)
    assert result.exit_code == 0
    assert "6 files, and nothing to say." in result.stdout


def test_a_mistake_is_shown_with_its_line_and_underlined(content: Path) -> None:
    write(content, "journeys/hello.json", JOURNEY.replace("Order Completed", "Order Complete"))
    write(content, "templates/hi/de/body.html", MAIL.replace("Vorname", "Vornahme"))
    result = validate(content)
    assert result.exit_code == 1
    place = f"{content.as_posix()}/journeys/hello.json:4:41"
    assert f"{place}: warning[event.unknown]: " in result.stdout
    assert (
        '  4 |   "trigger": {"type": "event", "event": "Order Complete"},\n'
        "    |                                         ^^^^^^^^^^^^^^^^\n"
        '  help: Did you mean "Order Completed"?'
    ) in result.stdout
    at = MAIL.index("Vorname")
    assert f"/templates/hi/de/body.html:1:{at + 1}: error[template.unknown_name]" in result.stdout
    assert f"    | {' ' * at}^^^^^^^^\n" in result.stdout
    assert result.stdout.endswith("1 error and 1 warning in 2 of 6 files.\n")


def test_warnings_pass_unless_they_are_asked_not_to(content: Path) -> None:
    write(content, "journeys/hello.json", JOURNEY.replace('  "why": "Says hello.",\n', ""))
    assert validate(content).exit_code == 0
    assert validate(content, "--strict").exit_code == 1


def test_an_editor_gets_one_document(content: Path) -> None:
    write(content, "journeys/hello.json", JOURNEY.replace('"trigger"', '"triger"'))
    result = validate(content, "--json")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert (document["files"], document["errors"], document["warnings"]) == (6, 1, 0)
    (finding,) = document["findings"]
    assert finding == {
        "code": "json.unknown_key",
        "file": "journeys/hello.json",
        "line": 4,
        "column": 3,
        "length": 8,
        "path": "triger",
        "message": '"triger" is not known here.',
        "remedy": finding["remedy"],
        "severity": "error",
    }
    assert 'Did you mean "trigger"?' in finding["remedy"]


def test_of_one_file_only_its_own_findings_are_shown(content: Path) -> None:
    write(content, "journeys/other.json", "{")
    assert validate(content).exit_code == 1
    assert validate(content / "journeys" / "hello.json").exit_code == 0
    result = validate(content / "journeys" / "other.json")
    assert result.exit_code == 1
    assert "hello" not in result.stdout


@pytest.mark.parametrize(
    ("path", "text", "place", "words"),
    [
        ("journeys/hello.json", JOURNEY.replace('"hi"', '"hii"'), "steps[0].send.template", 'Did you mean "hi"?'),
        (
            "journeys/hello.json",
            JOURNEY.replace('"steps"', '"who": {"segment": "vip"}, "steps"'),
            "who.segment",
            "Add segments/vip.json",
        ),
        (
            "journeys/hello.json",
            JOURNEY.replace('"hi"}}', '"hi"}}, {"enrol": {"journey": "helo"}}'),
            "steps[1].enrol.journey",
            'Did you mean "hello"?',
        ),
        ("journeys/hello.json", JOURNEY.replace('"id"', '"topic": "offers", "id"'), "topic", "news"),
        ("segments/vip.json", '{"id": "vip", "who": {"segment": "best"}}', "who.segment", "segments/best.json"),
    ],
)
def test_what_is_missing_is_an_error_where_it_is_named(
    content: Path, path: str, text: str, place: str, words: str
) -> None:
    write(content, path, text)
    (finding,) = findings(content)
    assert (finding["code"], finding["file"], finding["path"]) == ("content.missing", path, place)
    assert finding["severity"] == "error"
    assert words in finding["remedy"]


def test_a_journey_that_is_asked_about_and_is_not_there_is_a_doubt(content: Path) -> None:
    asking = '"who": {"not": {"journey": "helo", "is": "active"}}, "steps"'
    write(content, "journeys/hello.json", JOURNEY.replace('"steps"', asking))
    (finding,) = findings(content)
    assert (finding["code"], finding["severity"]) == ("content.missing", "warning")


def test_journeys_are_checked_with_all_others_around_them(content: Path) -> None:
    step = '{"send": {"template": "hi"}}'
    write(content, "journeys/hello.json", JOURNEY.replace(step, '{"enrol": {"journey": "back"}}'))
    back = JOURNEY.replace(step, '{"enrol": {"journey": "hello"}}').replace('"id": "hello"', '"id": "back"')
    write(content, "journeys/back.json", back)
    assert [(each["code"], each["file"]) for each in findings(content)] == [
        ("journey.loop", "journeys/back.json"),
        ("journey.loop", "journeys/hello.json"),
    ]


def test_journeys_that_turn_a_segment_on_and_off_are_found_here_and_when_they_are_published(content: Path) -> None:
    files = {"segments/vip.json": '{"id": "vip", "who": {"field": "profile.tags", "op": "contains", "value": "vip"}}'}
    for id_, change, tags in (("hello", "entered", "remove_tags"), ("back", "left", "add_tags")):
        trigger = f'{{"type": "segment", "segment": "vip", "change": "{change}"}}'
        files[f"journeys/{id_}.json"] = (
            JOURNEY.replace('{"type": "event", "event": "Order Completed"}', trigger)
            .replace('{"send": {"template": "hi"}}', f'{{"update": {{"{tags}": ["vip"]}}}}')
            .replace('"id": "hello"', f'"id": "{id_}"')
        )
    for path, text in files.items():
        write(content, path, text)
    assert [(each["code"], each["file"], each["severity"]) for each in findings(content)] == [
        ("journey.loop", "journeys/back.json", "warning"),
        ("journey.loop", "journeys/hello.json", "warning"),
    ]
    bucket, definitions, clock = MemoryContent({**FILES, **files}), MemoryDefinitions(), VirtualClock(NOON)
    *_, last = (publish(path, content=bucket, definitions=definitions, clock=clock) for path in (*FILES, *files))
    assert [each.message for each in last.diagnostics] == [
        "People can go round here without end, once a minute: "
        "back → hello (on Segment Entered vip) → back (on Segment Left vip)."
    ]


def test_a_day_that_is_past_is_doubted_by_the_clock(content: Path) -> None:
    buys = '{"type": "event", "event": "Order Completed"}'
    past = JOURNEY.replace(buys, '{"type": "schedule", "date": "2020-12-01"}')
    write(content, "journeys/hello.json", past)
    (finding,) = findings(content)
    assert (finding["code"], finding["path"], finding["severity"]) == ("schedule.past", "trigger.date", "warning")
    bucket, definitions = MemoryContent({**FILES, "journeys/hello.json": past}), MemoryDefinitions()
    for now, codes in ((datetime(2020, 11, 1, tzinfo=UTC), []), (datetime(2021, 1, 1, tzinfo=UTC), ["schedule.past"])):
        clock = VirtualClock(now)
        done = publish("journeys/hello.json", content=bucket, definitions=definitions, clock=clock)
        assert [each.code for each in done.diagnostics] == codes


def test_segments_that_ask_about_each_other_are_found(content: Path) -> None:
    write(content, "segments/a.json", '{"id": "a", "who": {"segment": "b"}}')
    write(content, "segments/b.json", '{"id": "b", "who": {"segment": "a"}}')
    assert [each["code"] for each in findings(content)] == ["segment.circle", "segment.circle"]


def test_templates_speak_all_languages_of_the_shop(content: Path) -> None:
    topics = {"news": {"name": {"de": "Neues", "en": "News"}}}
    write(content, "settings.json", json.dumps({**SETTINGS, "topics": topics}))
    (finding,) = findings(content)
    assert (finding["code"], finding["file"], finding["severity"]) == ("template.language", "templates/hi/", "warning")
    assert '"en"' in finding["message"]


def test_settings_that_are_broken_or_not_there_are_said_once(content: Path) -> None:
    write(content, "settings.json", '{"brand": 3}')
    assert {each["file"] for each in findings(content)} == {"settings.json"}
    (content / "settings.json").unlink()
    (finding,) = findings(content)
    assert (finding["code"], finding["file"]) == ("content.missing", "settings.json")


def test_what_a_block_gets_wrong_is_said_once_for_all_templates_that_use_it(content: Path) -> None:
    column = "<mj-section><mj-column><mj-include path='_blocks/foot.mjml'/></mj-column></mj-section>"
    body = f"<mjml><mj-body>{column}</mj-body></mjml>"
    write(content, "templates/_blocks/foot.mjml", f"<mj-text>{{{{ Vornahme }}}} {MAIL[12:-14]}</mj-text>")
    for name in ("hi", "ho"):
        for path in FILES:
            if path.startswith("templates/hi/") and "body" not in path:
                write(content, path.replace("/hi/", f"/{name}/"), FILES[path])
        (content / f"templates/{name}/de/body.html").unlink(missing_ok=True)
        write(content, f"templates/{name}/de/body.mjml", body)
    assert [each["file"] for each in findings(content)] == ["templates/_blocks/foot.mjml"]


def test_files_that_nobody_reads_and_files_of_another_encoding(content: Path) -> None:
    write(content, "notes.txt", "x")
    write(content, "README.md", "x")
    write(content, "reports/journeys/hello.json", "{")
    (content / ".DS_Store").write_bytes(b"\x00")
    (content / "templates/hi/de/subject.txt").write_bytes("Schöne Grüße".encode("latin-1"))
    assert [(each["code"], each["file"]) for each in findings(content)] == [
        ("content.unknown", "notes.txt"),
        ("template.encoding", "templates/hi/de/subject.txt"),
    ]


def test_a_line_without_end_is_cut_around_what_is_meant(content: Path) -> None:
    padding = ", ".join(['{"send": {"template": "hi"}}'] * 40)
    write(
        content, "journeys/hello.json", JOURNEY.replace('"hi"}}', f'"hi"}}}}, {padding}, {{"wait": "soon"}}, {padding}')
    )
    lines = validate(content).stdout.splitlines()
    assert lines[1].startswith("  5 | …")
    assert lines[1].endswith("…")
    marks = lines[2]
    assert lines[1][marks.index("^") : marks.rindex("^") + 1] == '"soon"'


def test_wide_characters_move_the_mark(content: Path) -> None:
    write(content, "journeys/hello.json", JOURNEY.replace('"why": "Says hello."', '"why": "挨拶", "staus": "on"'))
    lines = validate(content).stdout.splitlines()
    assert lines[1] == '  3 |   "why": "挨拶", "staus": "on",'
    assert lines[2] == "    |                  ^^^^^^^"


def test_colours_are_for_terminals_that_want_them(content: Path) -> None:
    write(content, "journeys/hello.json", JOURNEY.replace('"hi"', '"hj"'))
    assert "\x1b[" not in validate(content).stdout
    assert "\x1b[1;31merror" in validate(content, FORCE_COLOR="1").stdout
    assert "\x1b[1;31m" not in validate(content, FORCE_COLOR="1", NO_COLOR="1").stdout


def test_what_is_not_there_is_said_so(tmp_path: Path) -> None:
    assert "is not there" in validate(tmp_path / "gone").stderr
    write(tmp_path, "lost.json", "{}")
    lost = validate(tmp_path / "lost.json")
    assert lost.exit_code == 2
    assert "no content folder" in " ".join(lost.stderr.replace("│", " ").split())


def test_it_says_what_publishing_says(content: Path) -> None:
    """Whatever order the files come in: the findings of the last publication of each are those of the folder."""
    write(content, "segments/vip.json", '{"id": "vip", "who": {"field": "profile.tags", "op": "eq", "value": "vip"}}')
    write(
        content,
        "journeys/hello.json",
        JOURNEY.replace('"steps"', '"who": {"segment": "vip"}, "priority": 180, "steps"'),
    )
    write(content, "templates/hi/de/preheader.txt", "")
    files = {p.relative_to(content).as_posix(): p.read_text() for p in content.rglob("*") if p.is_file()}
    bucket, definitions = MemoryContent(files), MemoryDefinitions()
    published = {
        (each.code, each.file, each.line, each.column)
        for path in [*files, *files]
        for each in publish(
            path, content=bucket, definitions=definitions, clock=VirtualClock(datetime(2026, 6, 1, tzinfo=UTC))
        ).diagnostics
    }
    checked = {(each.code, each.file, each.line, each.column) for piece in Folder(files).pieces() for each in piece()}
    assert checked == published
    assert {code for code, *_ in checked} == {"condition.type", "json.value", "template.no_preheader"}


def test_publishing_refuses_the_journey_that_closes_a_circle() -> None:
    step = '{"send": {"template": "hi"}}'
    there = JOURNEY.replace(step, '{"enrol": {"journey": "back"}}')
    back = JOURNEY.replace(step, '{"enrol": {"journey": "hello"}}').replace('"id": "hello"', '"id": "back"')
    bucket = MemoryContent({**FILES, "journeys/hello.json": there, "journeys/back.json": back})
    definitions, clock = MemoryDefinitions(), VirtualClock(datetime(2026, 6, 1, tzinfo=UTC))
    statuses = {
        path: publish(path, content=bucket, definitions=definitions, clock=clock).status
        for path in ("settings.json", "journeys/hello.json", "journeys/back.json")
    }
    assert statuses["journeys/hello.json"] != "refused"
    assert statuses["journeys/back.json"] == "refused"


def test_the_folder_that_ships_is_without_fault(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    shutil.copytree(SHIPPED, folder)
    assert [each for each in findings(folder) if each["severity"] == "error"] == []
