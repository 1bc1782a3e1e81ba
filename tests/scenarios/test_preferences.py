"""The preference centre: somebody decides what they get, and the last look keeps to it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from anlass.domain.changes import AddObjection, SaveConsent
from anlass.domain.consent import Consent, Grant
from anlass.domain.event import Event
from anlass.domain.ledger import Proof, Statement
from anlass.keys import (
    AttributesKey,
    ConsentKey,
    SuppressionKey,
)
from anlass.language.wishes import Wishes
from anlass.usecases.catalog import load_settings
from anlass.usecases.change_preferences import Shown, change_preferences

from cli.simulation import Simulation
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey, mails, sent
from tests.visiting import Visitor
from tests.worlds import DAY, HOUR

PHONE = "+491701234567"
TOPICS = {
    "offers": {"name": {"de": "Angebote", "en": "Offers"}},
    "news": {"name": {"de": "Neues", "en": "News"}},
}


def told(topic: str) -> dict[str, str]:
    """A journey that writes about that topic whenever a product is looked at."""
    trigger = {"type": "event", "event": f"About {topic}"}
    return journey(topic, trigger=trigger, topic=topic, steps=[mails(f"on-{topic}")])


@pytest.fixture
def shop() -> Simulation:
    files = content(told("offers"), told("news"), templates=("on-offers", "on-news"), settings={"topics": TOPICS})
    html = "<p>{{ imprint }}</p><a href='{{ unsubscribe_url }}'>x</a><a href='{{ preferences_url }}'>y</a>"
    files |= {f"templates/on-{topic}/de/body.html": html for topic in TOPICS}
    simulation = a_simulation(files)
    simulation.ingest(identified("anna", MORNING))
    writes(simulation, "offers")
    return simulation


def writes(shop: Simulation, topic: str) -> None:
    shop.advance(shop.clock.now() + HOUR)
    shop.ingest(an_event(f"About {topic}", shop.clock.now(), "anna"))


@pytest.fixture
def anna(shop: Simulation) -> Visitor:
    return Visitor(shop)


@pytest.fixture
def link(anna: Visitor) -> str:
    return anna.link("preferences", 0)


def steps(shop: Simulation) -> list[str]:
    return [line.split()[1] for line in sent(shop)]


def consent(shop: Simulation, channel: str = "email") -> Consent:
    found = shop.store.read([ConsentKey("u:anna", channel)]).consent("u:anna", channel)
    assert found is not None
    return found


def statements(shop: Simulation) -> list[Statement]:
    rows = [row for row in shop.store.rows() if isinstance(row, Statement) and row.by == "person"]
    return sorted(rows, key=lambda row: (row.at, row.topic))


def proofs(shop: Simulation) -> list[Proof]:
    return [row for row in shop.store.rows() if isinstance(row, Proof)]


def events(shop: Simulation, name: str) -> list[Event]:
    return [event for _, event in shop.event_log.stream if event.name == name]


def test_opening_it_shows_what_holds_and_changes_nothing(shop: Simulation, anna: Visitor, link: str) -> None:
    before = list(shop.store.rows())
    page = anna.opens("preferences", link)
    assert page.status == 200
    assert page.ticked("email") == ["offers", "news"]
    assert page.ticked("often") == ["any"]
    assert "sms" not in page.fields()
    assert list(shop.store.rows()) == before


def test_a_topic_that_is_unticked_is_not_written_about_any_more(shop: Simulation, anna: Visitor, link: str) -> None:
    page = anna.sends("preferences", link, action="save", email="news", often="any")
    assert "Gespeichert. Danke!" in page.said
    assert page.ticked("email") == ["news"]
    for topic in ("offers", "news"):
        writes(shop, topic)
    assert steps(shop) == ["on-offers", "on-news"]
    (withdrawn,) = statements(shop)
    assert (withdrawn.act, withdrawn.topic, withdrawn.source) == ("withdrawn", "offers", "preference centre")
    assert (withdrawn.at, withdrawn.ip) == (MORNING + HOUR, "203.0.113.7")
    (changed,) = events(shop, "Preferences Changed")
    assert changed.properties["topics"] == ["offers"]
    assert changed.properties["fields"] == []
    assert [event.properties["topics"] for event in events(shop, "Consent Withdrawn")] == [["offers"]]
    assert events(shop, "Unsubscribed") == []


def test_who_leaves_no_topic_means_all_that_there_ever_will_be(shop: Simulation, anna: Visitor, link: str) -> None:
    anna.sends("preferences", link, action="save", often="any")
    assert not consent(shop).allows("anna@shop.example", "a topic of next year")
    assert [event.properties["topics"] for event in events(shop, "Unsubscribed")] == [["*"]]
    shop.ingest(identified("anna", shop.clock.now()))  # the shop's list still says yes
    writes(shop, "news")
    assert steps(shop) == ["on-offers"]


def test_a_topic_that_is_ticked_again_is_written_about_again_and_the_ledger_knows_why(
    shop: Simulation, anna: Visitor, link: str
) -> None:
    anna.sends("unsubscribe", anna.link("unsubscribe"))
    writes(shop, "news")
    page = anna.sends("preferences", link, action="save", email="news", often="any")
    assert page.ticked("email") == ["news"]
    writes(shop, "offers")
    writes(shop, "news")
    assert steps(shop) == ["on-offers", "on-news"]
    granted = statements(shop)[-1]
    assert (granted.act, granted.topic, granted.address) == ("granted", "news", "anna@shop.example")
    assert (granted.source, granted.ip) == ("preference centre", "203.0.113.7")
    assert granted.text_version is not None
    assert re.fullmatch(r"preferences-2-de-[0-9a-f]{10}", granted.text_version)
    assert granted.form_url == "https://pages.example/preferences"
    key = SuppressionKey(shop.hashes.of("anna@shop.example"), "email")
    at_the_address = shop.store.read([key]).suppression(key.address_hash, "email")
    assert at_the_address is not None
    assert (at_the_address.stops("news"), at_the_address.stops("offers")) == (None, "objection")


def test_a_yes_has_a_proof_of_its_own_with_the_words_that_were_ticked(
    shop: Simulation, anna: Visitor, link: str
) -> None:
    """What a former yes rested on expires with the no that came after it."""
    anna.sends("unsubscribe", anna.link("unsubscribe"))
    shop.advance(shop.clock.now() + HOUR)
    anna.sends("preferences", link, action="save", email="news", often="any")
    (proof,) = proofs(shop)
    granted = statements(shop)[-1]
    assert (granted.topic, granted.proof, granted.text_version) == ("news", proof.id, proof.text_version)
    topic, agreed = proof.words.split("\n")
    assert topic == "☑ Neues"
    assert agreed.startswith("Mit dem Klick auf „Speichern“ willige ich ein, dass Kaffeekontor GmbH mir")
    assert agreed in anna.opens("preferences", link).said, "these are the words of the page"
    tags = shop.mailer.sent[0].tags
    assert proof.message_id == f"{tags['enrolment']}.{tags['step']}.{tags['visit']}"
    assert (proof.address, proof.confirmed_ip) == ("anna@shop.example", "203.0.113.7")
    assert proof.sent_at < proof.confirmed_at == granted.at
    shop.advance(shop.clock.now() + HOUR)
    anna.sends("preferences", link, action="save", email=("news", "offers"), often="any")
    assert proof in proofs(shop), "nor does a later yes by the same mail replace it"
    assert [each.words.split("\n")[0] for each in proofs(shop) if each != proof] == ["☑ Angebote"]


def test_words_that_changed_have_another_name_and_nobody_agrees_to_what_they_did_not_read(
    shop: Simulation, anna: Visitor, link: str
) -> None:
    anna.sends("preferences", link, action="save", email="news", often="any")
    (read,) = re.findall(r'name="text_version" value="([^"]+)"', anna.opens("preferences", link).html)
    settings = json.loads(shop.content.files["settings.json"])
    settings["topics"]["offers"]["name"]["de"] = "Angebote und Gewinnspiele"
    shop.publish({"settings.json": json.dumps(settings)})
    shop.advance(shop.clock.now() + HOUR)
    page = anna.sends("preferences", link, action="save", email="offers", often="any", text_version=read)
    assert (page.status, "Der Text hat sich gerade geändert." in page.said) == (400, True)
    assert page.ticked("email") == ["offers"], "what was chosen is not lost"
    assert not consent(shop).allows("anna@shop.example", "offers")
    assert not consent(shop).allows("anna@shop.example", "news"), "a no waits for nothing"
    (now,) = re.findall(r'name="text_version" value="([^"]+)"', page.html)
    assert now != read
    shop.advance(shop.clock.now() + HOUR)
    anna.sends("preferences", link, action="save", email="offers", often="any", text_version=now)
    assert consent(shop).allows("anna@shop.example", "offers")


def test_one_topic_goes_and_another_comes_in_one_go(shop: Simulation, anna: Visitor, link: str) -> None:
    anna.sends("preferences", link, action="save", email="news", often="any")
    shop.advance(shop.clock.now() + HOUR)
    page = anna.sends("preferences", link, action="save", email="offers", often="weekly")
    assert page.ticked("email") == ["offers"]
    assert page.ticked("often") == ["weekly"]
    assert consent(shop).at_most_weekly
    assert [event.properties["topics"] for event in events(shop, "Preferences Changed")] == [
        ["offers"],
        ["news", "offers"],
    ]
    assert events(shop, "Preferences Changed")[-1].properties["fields"] == ["often"]


def test_saving_what_holds_already_says_so_and_stores_nothing(shop: Simulation, anna: Visitor, link: str) -> None:
    before = list(shop.store.rows())
    page = anna.sends("preferences", link, action="save", email=("offers", "news"), often="any")
    assert "Es bleibt alles, wie es ist." in page.said
    assert list(shop.store.rows()) == before
    assert events(shop, "Preferences Changed") == []


def test_sms_can_be_chosen_only_where_the_number_was_confirmed(shop: Simulation, anna: Visitor, link: str) -> None:
    shop.ingest(identified("anna", shop.clock.now(), phone=PHONE))
    assert "sms" not in anna.opens("preferences", link).fields()
    anna.sends("preferences", link, action="save", email="news", sms="offers", often="any")
    assert shop.store.read([ConsentKey("u:anna", "sms")]).consent("u:anna", "sms") is None
    confirmed = Grant(PHONE, "offers", "granted", shop.clock.now(), by="person", source="double opt-in")
    shop.store.commit([SaveConsent(Consent("u:anna", "sms").states(confirmed))])
    assert anna.opens("preferences", link).ticked("sms") == ["offers"]
    shop.advance(shop.clock.now() + HOUR)
    page = anna.sends("preferences", link, action="save", email="news", sms="news", often="any")
    assert page.ticked("sms") == ["news"]
    assert (consent(shop, "sms").allows(PHONE, "news"), consent(shop, "sms").allows(PHONE, "offers")) == (True, False)
    assert "sms" not in anna.sends("preferences", link, action="save", email="news", often="any").fields()


@pytest.mark.parametrize(
    "told",
    [
        Grant(PHONE, "offers", "granted", MORNING, by="shop", source="identify"),
        Grant(PHONE, "offers", "granted", MORNING, by="shop", source="sale", basis="existing-customer"),
        Grant("+491709999999", "offers", "granted", MORNING, by="person", source="double opt-in"),
    ],
    ids=["the shop", "a sale", "another number"],
)
def test_a_number_that_was_not_confirmed_itself_cannot_be_chosen_for_by_a_mail(
    shop: Simulation, anna: Visitor, link: str, told: Grant
) -> None:
    shop.ingest(identified("anna", shop.clock.now(), phone=PHONE))
    shop.store.commit([SaveConsent(Consent("u:anna", "sms").states(told))])
    assert "sms" not in anna.opens("preferences", link).fields()
    anna.sends("preferences", link, action="save", email="news", sms=("offers", "news"), often="weekly")
    assert not consent(shop, "sms").allows(PHONE, "news")
    anna.sends("preferences", link, action="pause")
    reaches = consent(shop, "sms").reaches(PHONE)
    assert (consent(shop, "sms").paused_until is not None) is reaches, "fewer messages are for all that may come"
    assert consent(shop, "sms").at_most_weekly is reaches


def test_nor_by_who_asks_for_it_past_the_page(shop: Simulation, anna: Visitor, link: str) -> None:
    shop.ingest(identified("anna", shop.clock.now(), phone=PHONE))
    told = Grant(PHONE, "offers", "granted", MORNING, by="shop", source="identify")
    shop.store.commit([SaveConsent(Consent("u:anna", "sms").states(told))])
    wishes = Wishes({"email": frozenset({"news"}), "sms": frozenset({"offers", "news"})}, at_most_weekly=True)
    settings = load_settings(shop.definitions)
    assert settings is not None
    change_preferences(link, wishes, settings, Shown("1", "https://pages.example/preferences", None, {}), shop)
    assert (consent(shop, "sms").allows(PHONE, "news"), consent(shop, "sms").at_most_weekly) == (False, True)
    assert not [each for each in statements(shop) if each.channel == "sms"]


def test_what_a_former_owner_of_the_address_said_no_to_is_shown_and_can_be_ticked(
    shop: Simulation, anna: Visitor, link: str
) -> None:
    """Their no holds at the address, whoever has it; but not against who reads it now and says yes."""
    address = shop.hashes.of("anna@shop.example")
    shop.store.commit([AddObjection(address, "email", ("*",), shop.clock.now())])
    assert anna.opens("preferences", link).ticked("email") == []
    writes(shop, "news")
    assert steps(shop) == ["on-offers"]
    page = anna.sends("preferences", link, action="save", email="news", often="any")
    assert page.ticked("email") == ["news"]
    for topic in ("offers", "news"):
        writes(shop, topic)
    assert steps(shop) == ["on-offers", "on-news"]
    granted = statements(shop)[-1]
    assert (granted.act, granted.topic) == ("granted", "news")


def test_a_pause_lasts_thirty_days_and_can_be_ended(shop: Simulation, anna: Visitor, link: str) -> None:
    page = anna.sends("preferences", link, action="pause")
    assert "Bis zum 1. April 2026 schicken wir Ihnen keine Werbung." in page.said
    writes(shop, "news")
    assert steps(shop) == ["on-offers"]
    assert "Die Pause ist beendet." in anna.sends("preferences", link, action="resume").said
    assert consent(shop).paused_until is None
    writes(shop, "news")
    assert steps(shop)[-1] == "on-news"
    assert [event.properties["fields"] for event in events(shop, "Preferences Changed")] == [["pause"], ["pause"]]


def test_a_pause_that_is_over_is_not_shown(shop: Simulation, anna: Visitor, link: str) -> None:
    anna.sends("preferences", link, action="pause")
    shop.advance(shop.clock.now() + 31 * DAY)
    assert "30 Tage Pause" in anna.opens("preferences", link).said


def test_what_somebody_tells_of_themselves_becomes_traits(shop: Simulation, anna: Visitor, link: str) -> None:
    details = {"birthday": "1990-02-28", "phone": "0170 1234567", "interests": "Tee, Kaffee"}
    page = anna.sends("preferences", link, action="save", email=("offers", "news"), often="any", **details)
    assert "Ist uns bekannt." in page.said
    assert "1990" not in page.html
    assert "1234567" not in page.html.replace("+49 170 1234567", "")
    attributes = shop.store.read([AttributesKey("u:anna")]).attributes("u:anna")
    assert attributes is not None
    told = {name: attributes.traits[name] for name in ("birthday", "phone", "interests")}
    assert told == {"birthday": "1990-02-28", "phone": PHONE, "interests": ["Tee", "Kaffee"]}
    (changed,) = events(shop, "Preferences Changed")
    assert changed.properties["fields"] == ["birthday", "phone", "interests"]
    assert not any("1990" in str(event.properties) for event in events(shop, "Preferences Changed"))


def test_a_mistake_is_shown_beside_its_field_and_nothing_is_stored(shop: Simulation, anna: Visitor, link: str) -> None:
    before = list(shop.store.rows())
    page = anna.sends("preferences", link, action="save", email="news", often="weekly", birthday="1990-02-30")
    assert page.status == 400
    assert (page.ticked("email"), page.ticked("often")) == (["news"], ["weekly"]), "what was chosen is not lost"
    assert "Bitte ein Datum, das es gibt" in page.said
    assert list(shop.store.rows()) == before


@pytest.mark.parametrize(
    "fields", [{}, {"List-Unsubscribe": "One-Click"}, {"action": "withdraw"}], ids=["empty", "RFC 8058", "button"]
)
def test_everything_can_be_withdrawn_at_once(
    shop: Simulation, anna: Visitor, link: str, fields: dict[str, str]
) -> None:
    confirmed = Grant(PHONE, "offers", "granted", shop.clock.now(), by="person", source="double opt-in")
    shop.store.commit([SaveConsent(Consent("u:anna", "sms").states(confirmed))])
    page = anna.sends("preferences", link, **fields)
    assert page.status == 200
    assert "Sie sind abgemeldet." in page.said
    assert not consent(shop).reaches("anna@shop.example")
    assert not consent(shop, "sms").reaches(PHONE)
    said = {(each.channel, each.act, each.source, each.ip) for each in statements(shop)}
    assert said == {(channel, "withdrawn", "preference centre", "203.0.113.7") for channel in ("email", "sms")}
    (event,) = events(shop, "Unsubscribed")
    assert (event.properties["channel"], event.properties["topics"]) == ("email, sms", ["*"])
    anna.sends("preferences", link, **fields)
    assert len(events(shop, "Unsubscribed")) == 1


@pytest.mark.parametrize("wanted", ["data", "erasure"])
def test_data_and_deletion_are_only_asked_for_here(shop: Simulation, anna: Visitor, link: str, wanted: str) -> None:
    for _ in range(2):
        assert "ist unterwegs zu Ihnen." in anna.sends("preferences", link, action=wanted).said
    (event,) = events(shop, "Data Requested")
    assert (event.properties["wanted"], event.identity) == (wanted, "u:anna")
    shop.advance(shop.clock.now() + DAY)
    anna.sends("preferences", link, action=wanted)
    assert len(events(shop, "Data Requested")) == 2


@pytest.mark.parametrize("action", ["", "explode", "SAVE"])
def test_a_form_that_is_none_of_ours_is_answered_in_words(anna: Visitor, link: str, action: str) -> None:
    page = anna.sends("preferences", link, action=action, email="news")
    assert (page.status, "Das konnten wir nicht lesen." in page.said) == (400, True)


def test_the_link_of_one_page_opens_no_other(anna: Visitor, link: str) -> None:
    other = anna.link("unsubscribe", 0)
    for page, token in (("preferences", other), ("unsubscribe", link), ("press", link), ("confirm", other)):
        for answer in (anna.opens(page, token), anna.sends(page, token, action="withdraw")):
            assert answer.status == 404
            assert "Diesen Link kennen wir nicht." in answer.said


def test_the_page_speaks_the_persons_language_before_the_browsers(shop: Simulation, link: str) -> None:
    english = Visitor(shop, languages="en-GB,en;q=0.9")
    assert "Your settings" in english.opens("preferences", link).said
    shop.ingest(identified("anna", datetime(2026, 3, 2, 12, tzinfo=UTC), locale="de-AT"))
    assert "Ihre Einstellungen" in english.opens("preferences", link).said


class TestBeingWatched:
    """§ 25 TDDDG: a consent of its own, which is asked for only where the shop wants to look."""

    @pytest.fixture
    def shop(self, shop: Simulation) -> Simulation:
        settings = json.loads(shop.content.files["settings.json"]) | {"tracking": {"opens": True}}
        shop.publish({"settings.json": json.dumps(settings)})
        return shop

    def test_is_agreed_to_and_taken_back(self, shop: Simulation, anna: Visitor, link: str) -> None:
        topics = ("offers", "news")
        page = anna.sends("preferences", link, action="save", email=topics, often="any", tracking="yes")
        assert page.ticked("tracking") == ["yes"]
        assert consent(shop).tracks("anna@shop.example")
        [granted] = statements(shop)
        assert (granted.act, granted.purpose) == ("granted", "tracking")
        [proof] = proofs(shop)
        assert (granted.proof, granted.text_version) == (proof.id, proof.text_version)
        watching = "☑ Sie dürfen sehen, ob ich Ihre E-Mails öffne und welche Links ich anklicke."
        assert watching in proof.words.split("\n")
        assert events(shop, "Preferences Changed")[0].properties["fields"] == ["tracking"]
        shop.advance(shop.clock.now() + HOUR)
        page = anna.sends("preferences", link, action="save", email=topics, often="any")
        assert page.ticked("tracking") == []
        assert page.ticked("email") == ["offers", "news"], "who is not to be watched still wants to be written to"
        assert not consent(shop).tracks("anna@shop.example")
        assert [(s.act, s.purpose) for s in statements(shop)][1:] == [("withdrawn", "tracking")]

    def test_is_not_agreed_to_with_a_topic(self, shop: Simulation, anna: Visitor, link: str) -> None:
        anna.sends("preferences", link, action="save", email="news", often="any")
        shop.advance(shop.clock.now() + HOUR)
        page = anna.sends("preferences", link, action="save", email=("offers", "news"), often="any")
        assert (page.ticked("email"), page.ticked("tracking")) == (["offers", "news"], [])
        assert not consent(shop).tracks("anna@shop.example")
        assert [(s.act, s.purpose) for s in statements(shop)] == [("withdrawn", "marketing"), ("granted", "marketing")]
        [proof] = proofs(shop)
        assert "☑ Angebote" in proof.words
        assert "welche Links ich anklicke" not in proof.words

    def test_ends_with_everything_else(self, shop: Simulation, anna: Visitor, link: str) -> None:
        anna.sends("preferences", link, action="save", email="news", often="any", tracking="yes")
        shop.advance(shop.clock.now() + HOUR)
        anna.sends("unsubscribe", anna.link("unsubscribe"))
        assert not consent(shop).tracks("anna@shop.example")


def test_a_shop_that_watches_nobody_does_not_ask(shop: Simulation, anna: Visitor, link: str) -> None:
    assert "tracking" not in anna.opens("preferences", link).fields()
    anna.sends("preferences", link, action="save", email=("offers", "news"), often="any", tracking="yes")
    assert not consent(shop).tracks("anna@shop.example")


def test_who_reads_an_earlier_address_may_say_no_to_everything_and_yes_to_nothing(
    shop: Simulation, anna: Visitor, link: str
) -> None:
    """Somebody else may read it now, and a yes would open the new address."""
    anna.sends("preferences", link, action="save", email="news", often="any")
    shop.ingest(identified("anna", shop.clock.now() + HOUR, subscribed=None, email="anna@new.example"))
    shop.advance(shop.clock.now() + 2 * HOUR)
    page = anna.sends(
        "preferences", link, action="save", email=("news", "offers"), often="any", birthday="1990-03-02", phone=PHONE
    )
    assert "an eine frühere E-Mail-Adresse" in page.said
    assert not consent(shop).reaches("anna@new.example")
    attributes = shop.store.read([AttributesKey("u:anna")]).attributes("u:anna")
    assert attributes is not None
    assert not {"birthday", "phone"} & attributes.traits.keys()
    anna.sends("preferences", link, action="pause")
    page = anna.sends("preferences", link, action="resume")
    assert consent(shop).paused_until is not None, "an end to the pause is a yes"
    assert ("Pause beenden" in page.said, "Die Pause ist beendet." in page.said) == (False, False)
    for wanted in ("data", "erasure"):
        assert "unterwegs zu Ihnen" not in anna.sends("preferences", link, action=wanted).said
    assert events(shop, "Data Requested") == [], "nor are mails to the new address theirs to cause"
    anna.sends("preferences", link, action="withdraw")
    assert not consent(shop).reaches("anna@shop.example")
