"""Publishing content: any order of upload, nothing broken goes live, what lacks something waits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from anlass.adapters.memory.content import MemoryContent
from anlass.adapters.memory.definitions import MemoryDefinitions
from anlass.domain.errors import BrokenDefinition, Conflict, Transient
from anlass.usecases.catalog import load_catalog, load_journey, load_settings, load_template
from anlass.usecases.content_index import ContentIndex
from anlass.usecases.publish_content import Publication, publish

from tests.builders import NOON
from tests.shop import HTML, SETTINGS, journey, template


class Noon:
    def now(self) -> Any:
        return NOON


class Shop:
    """A content folder and what is published of it."""

    def __init__(self, definitions: MemoryDefinitions | None = None) -> None:
        self.content = MemoryContent()
        self.definitions = definitions or MemoryDefinitions()

    def put(self, files: Mapping[str, str]) -> list[Publication]:
        return [self.change(path, text) for path, text in files.items()]

    def change(self, path: str, text: str | None) -> Publication:
        """A file written, or deleted."""
        if text is None:
            self.content.files.pop(path, None)
        else:
            self.content.files[path] = text
        return publish(path, content=self.content, definitions=self.definitions, clock=Noon())

    @property
    def index(self) -> ContentIndex:
        return ContentIndex.of(self.definitions.index()[1])

    @property
    def live(self) -> set[str]:
        return set(load_catalog(self.definitions).journeys)

    def report(self, path: str) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(self.content.reports[f"reports/{path}.json"][0])
        return report


def settings(**changes: Any) -> dict[str, str]:
    return {"settings.json": json.dumps({**SETTINGS, **changes})}


def hello(**parts: Any) -> dict[str, str]:
    return journey(
        "hello",
        trigger={"type": "event", "event": "Account Created"},
        steps=[{"send": {"template": "hi"}}, {"wait": "1 day"}, {"send": {"template": "bye"}}],
        **parts,
    )


ALL = {**settings(), **template("hi"), **template("bye"), **hello()}


def test_whatever_the_order_of_upload_everything_is_live_in_the_end() -> None:
    for files in (ALL, dict(reversed(ALL.items())), dict(sorted(ALL.items()))):
        shop = Shop()
        shop.put(files)
        assert shop.live == {"hello"}
        assert load_settings(shop.definitions) is not None
        assert load_template(shop.definitions, "hi") is not None


def test_a_journey_waits_for_what_it_lacks_and_goes_live_when_that_is_there() -> None:
    shop = Shop()
    (waiting,) = shop.put(hello())
    assert (waiting.status, waiting.version) == ("waiting", None)
    assert waiting.missing == ("settings.json", "templates/bye/", "templates/hi/")
    assert shop.report("journeys/hello")["missing"] == list(waiting.missing)
    shop.put({**settings(), **template("hi")})
    assert shop.live == set()
    *incomplete, complete = shop.put(template("bye"))
    assert [each.status for each in incomplete] == ["waiting", "waiting"]
    assert (complete.status, complete.went_live) == ("live", ("journeys/hello",))
    assert shop.live == {"hello"}
    assert shop.report("journeys/hello")["status"] == "live"
    assert shop.report("journeys/hello")["version"] == shop.index.journeys["hello"]


def test_a_topic_that_nobody_can_subscribe_to_is_missing_too() -> None:
    shop = Shop()
    shop.put(ALL)
    changed = shop.change("journeys/hello.json", hello(topic="gossip")["journeys/hello.json"])
    assert (changed.status, changed.missing) == ("waiting", ('the topic "gossip" in settings.json',))
    topics = {**SETTINGS["topics"], "gossip": {"name": {"de": "Klatsch"}}}  # type: ignore[dict-item]
    assert shop.change("settings.json", settings(topics=topics)["settings.json"]).went_live == ("journeys/hello",)


def test_transactional_mails_need_no_topic() -> None:
    shop = Shop()
    html = "<p>Ihre Bestellung</p>"
    shop.put({**settings(), **template("hi", "transactional", html), **template("bye", "transactional", html)})
    assert shop.put(hello(topic="none-at-all"))[0].status == "live"


def test_a_bad_file_changes_nothing_live() -> None:
    shop = Shop()
    shop.put(ALL)
    before = shop.index
    for path in ("settings.json", "journeys/hello.json", "templates/hi/template.json"):
        good = shop.content.files[path]
        refused = shop.change(path, good.replace("{", '{"x": 1,', 1))
        assert refused.status == "refused", path
        assert [each.code for each in refused.diagnostics if each.severity == "error"] == ["json.unknown_key"]
        assert shop.index == before
        shop.content.files[path] = good
    assert shop.live == {"hello"}


def test_a_template_that_breaks_stays_as_it_was() -> None:
    shop = Shop()
    shop.put(ALL)
    before = shop.index
    assert shop.change("templates/hi/de/body.html", "<p>{{ Vornahme }}</p>").status == "refused"
    assert shop.change("templates/hi/de/body.html", None).status == "waiting"
    assert shop.index == before
    report = shop.report("templates/hi")
    assert report["status"] == "waiting"
    assert report["version"] == before.templates["hi"]


def test_a_new_version_that_waits_leaves_the_old_one_live() -> None:
    shop = Shop()
    shop.put(ALL)
    old = shop.index.journeys["hello"]
    new = hello()["journeys/hello.json"].replace('"bye"', '"ciao"')
    waiting = shop.change("journeys/hello.json", new)
    assert (waiting.status, waiting.missing, waiting.version) == ("waiting", ("templates/ciao/",), old)
    assert shop.index.journeys["hello"] == old
    shop.put(template("ciao"))
    assert shop.index.journeys["hello"] != old
    assert load_journey(shop.definitions, "hello", old).templates == {"hi", "bye"}


def test_a_deleted_journey_takes_nobody_new_but_those_inside_keep_their_version() -> None:
    shop = Shop()
    shop.put(ALL)
    version = shop.index.journeys["hello"]
    assert shop.change("journeys/hello.json", None).status == "removed"
    assert shop.live == set()
    assert load_journey(shop.definitions, "hello", version).id == "hello"
    assert load_template(shop.definitions, "hi") is not None


def test_a_deleted_template_serves_those_who_still_need_it_and_nobody_new() -> None:
    shop = Shop()
    shop.put(ALL)
    for path in template("hi"):
        removed = shop.change(path, None)
    assert removed.status == "removed"
    assert [each.code for each in removed.diagnostics] == ["template.still_used"]
    assert "hello" in removed.diagnostics[0].message
    assert load_template(shop.definitions, "hi") is not None
    assert shop.live == {"hello"}
    again = shop.change("journeys/hello.json", hello(priority=3)["journeys/hello.json"])
    assert (again.status, again.missing) == ("waiting", ("templates/hi/",))
    shop.put(template("hi"))
    assert load_catalog(shop.definitions).journeys["hello"].priority == 3


def test_deleted_settings_stay_in_force() -> None:
    shop = Shop()
    shop.put(ALL)
    assert shop.change("settings.json", None).status == "removed"
    assert load_settings(shop.definitions) is not None


def test_a_block_changes_the_templates_that_use_it() -> None:
    shop = Shop()
    inside = "<mj-section><mj-column><mj-include path='_blocks/foot.mjml'/></mj-column></mj-section>"
    mjml = f"<mjml><mj-body>{inside}</mj-body></mjml>"
    files = {k: v for k, v in template("hi").items() if "body" not in k} | {"templates/hi/de/body.mjml": mjml}
    shop.put({**settings(), **files, **template("bye")})
    assert "hi" not in shop.index.templates
    foot = f"<mj-text>{HTML.format(subject='Tschüss')}</mj-text>"
    assert shop.change("templates/_blocks/foot.mjml", foot).status == "live"
    before = shop.index.templates
    assert shop.change("templates/_blocks/foot.mjml", foot.replace("Tschüss", "Moin")).status == "live"
    after = shop.index.templates
    assert after["hi"] != before["hi"]
    assert after["bye"] == before["bye"]
    broken = shop.change("templates/_blocks/foot.mjml", "<mj-text>{{ Vornahme }}</mj-text>")
    assert broken.status == "refused"
    assert shop.index.templates == after


def test_a_folder_that_is_still_empty_keeps_no_block_from_the_templates_beside_it() -> None:
    """The S3 console makes a folder by writing an empty object whose name ends in "/"."""
    shop = Shop()
    mjml = "<mjml><mj-body><mj-section><mj-column><mj-include path='_blocks/foot.mjml'/></mj-column></mj-section>"
    files = {k: v for k, v in template("hi").items() if "body" not in k}
    shop.put({**settings(), **files, "templates/hi/de/body.mjml": f"{mjml}</mj-body></mjml>"})
    assert shop.change("templates/autumn/", "").status == "ignored"
    foot = f"<mj-text>{HTML.format(subject='Tschüss')}</mj-text>"
    assert shop.change("templates/_blocks/foot.mjml", foot).status == "live"
    assert "hi" in shop.index.templates


def test_templates_follow_the_shops_language() -> None:
    shop = Shop()
    shop.put({**ALL})
    names = {"name": {"de": "Angebote", "en": "Offers"}}
    english = settings(locale="en", topics={"offers": names})["settings.json"]
    assert shop.change("settings.json", english).status == "live"
    again = shop.change("templates/hi/template.json", template("hi")["templates/hi/template.json"])
    assert again.status == "waiting"
    assert "en" in again.missing[0]


def test_the_same_file_again_changes_nothing() -> None:
    shop = Shop()
    shop.put(ALL)
    revision = shop.definitions.index()[0]
    shop.put(ALL)
    assert shop.definitions.index()[0] == revision


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("journey/welcome.json", 'Did you mean "journeys"?'),
        ("journeys/welcome.yaml", "journeys/welcome.json"),
        ("journeys/old/welcome.json", "into journeys/ itself"),
        ("setings.json", 'Did you mean "settings.json"?'),
        ("templates/hi.mjml", "templates/<name>/"),
        ("coupons/vip.json", "does not know"),
        ("notes.txt", "settings.json"),
    ],
)
def test_a_file_that_nobody_reads_is_told_where_it_belongs(path: str, words: str) -> None:
    shop = Shop()
    refused = shop.change(path, "{}")
    assert (refused.status, refused.diagnostics[0].code) == ("refused", "content.unknown")
    assert words in refused.diagnostics[0].remedy


@pytest.mark.parametrize(
    "path", ["reports/journeys/a.json", "schema/journey.schema.json", "journeys/", "journeys/.DS_Store", "README.md"]
)
def test_reports_schemas_and_hidden_files_are_no_content(path: str) -> None:
    shop = Shop()
    assert shop.change(path, "x").status == "ignored"
    assert shop.content.reports == {}


def test_a_template_folder_that_no_journey_can_name_is_refused() -> None:
    refused = Shop().put(template("Hallo Welt"))[-1]
    assert (refused.status, refused.diagnostics[0].code) == ("refused", "template.name")


def test_files_in_another_encoding_are_refused_by_name() -> None:
    shop = Shop()
    shop.put(template("hi"))
    refused = shop.change("templates/hi/de/subject.txt", "Sch\ufffdne Gr\ufffd\ufffde")
    (found,) = refused.diagnostics
    assert (found.code, found.file) == ("template.encoding", "templates/hi/de/subject.txt")


class Busy(MemoryDefinitions):
    """Somebody else publishes between our read and our write, `times` times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def save_index(self, read_revision: int, index: Mapping[str, Any]) -> None:
        if self.times:
            self.times -= 1
            revision, live = self.fresh_index()
            super().save_index(revision, {**live, "templates": {"other": str(self.times)}})
        super().save_index(read_revision, index)


def test_two_who_publish_at_once_lose_nothing() -> None:
    shop = Shop(Busy(3))
    shop.put(settings())
    assert shop.index.settings is not None
    assert shop.index.templates == {"other": "0"}


def test_who_never_gets_through_says_so() -> None:
    with pytest.raises(Transient, match=r"settings\.json"):
        Shop(Busy(100)).put(settings())


def test_the_catalog_holds_what_runs_and_what_all_share() -> None:
    shop = Shop()
    shop.put({**ALL, **settings(test_people=["anna"], caps={"email": {"day": 1}}, currency="CHF")})
    catalog = load_catalog(shop.definitions)
    assert catalog.currency == "CHF"
    assert catalog.test_people == {"anna"}
    assert catalog.sending.caps == {"email": {"day": 1}}
    assert load_catalog(shop.definitions) is catalog
    assert not catalog.is_paused("hello")
    shop.put(hello(status="off"))
    assert load_catalog(shop.definitions).is_paused("hello"), "who is in it is held, and nobody enters"
    shop.put(hello(status="test"))
    assert shop.live == {"hello"}
    assert load_catalog(shop.definitions) is not catalog


def test_a_version_that_is_not_there_is_named() -> None:
    with pytest.raises(BrokenDefinition, match="journey hello has no version gone"):
        load_journey(MemoryDefinitions(), "hello", "gone")


def test_before_the_first_publication_nothing_runs() -> None:
    empty = MemoryDefinitions()
    assert load_catalog(empty).journeys == {}
    assert load_settings(empty) is None
    assert load_template(empty, "hi") is None


def test_saving_an_index_that_has_changed_is_a_conflict() -> None:
    shop = Shop()
    shop.put(settings())
    with pytest.raises(Conflict):
        shop.definitions.save_index(0, {})


def test_a_journey_waits_for_the_one_that_it_enrols_into() -> None:
    shop = Shop()
    shop.put(ALL)
    trigger = {"type": "event", "event": "Contest Entered"}
    [first] = shop.put(journey("first", trigger=trigger, steps=[{"enrol": {"journey": "next"}}]))
    assert (first.status, first.missing) == ("waiting", ("journeys/next.json",))
    [following] = shop.put(journey("next", trigger={"type": "enrolled"}, steps=[{"send": {"template": "hi"}}]))
    assert (following.status, following.went_live) == ("live", ("journeys/first",))
