"""The readable part of an export: what there is of somebody, in a few sentences, German and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

Language = Literal["de", "en"]

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "de": {
        "title": "Was am {at} über {person} gespeichert ist",
        "identities": "Bekannt als",
        "addresses": "Adressen",
        "traits": "Angaben",
        "orders": "Bestellungen",
        "events": "Ereignisse",
        "messages": "Nachrichten",
        "enrolments": "Kampagnen",
        "segments": "Gruppen",
        "consents": "Einwilligungen",
        "ledger": "Erklärungen dazu, mit Nachweisen",
        "suppressions": "Sperren",
        "retention": "Aufbewahrung",
        "days": "Tage",
        "none": "keine",
        "more": "(weitere folgen)",
        "part": "Teil",
        "granted": "erlaubt",
        "withdrawn": "widerrufen",
        "all": "alles",
        "retained": "Ereignisse {events} nach Eingang, Kampagnen und Nachrichten {journeys} nach ihrem Ende, "
        "unbestätigte Anmeldungen {unconfirmed}, Besuche von Unbekannten {visitors} nach dem letzten, Nachweise von "
        "Einwilligungen {proofs} nach dem Widerruf. Alles "
        "andere, solange die Person bekannt ist.",
    },
    "en": {
        "title": "What is kept of {person} on {at}",
        "identities": "Known as",
        "addresses": "Addresses",
        "traits": "Details",
        "orders": "Orders",
        "events": "Events",
        "messages": "Messages",
        "enrolments": "Campaigns",
        "segments": "Groups",
        "consents": "Consents",
        "ledger": "Statements about them, with proofs",
        "suppressions": "Suppressions",
        "retention": "Retention",
        "days": "days",
        "none": "none",
        "more": "(more follow)",
        "part": "part",
        "granted": "granted",
        "withdrawn": "withdrawn",
        "all": "everything",
        "retained": "Events {events} from their receipt, campaigns and messages {journeys} from their end, "
        "subscriptions that were not confirmed {unconfirmed}, visits of nobody known {visitors} from the last one, "
        "proofs of consents {proofs} from the withdrawal. "
        "All else as long as the person is known.",
    },
}


def words_of(language: Language) -> Mapping[str, str]:
    return _WORDS[language]


def lines(export: Mapping[str, Any], language: Language) -> list[tuple[str, str]]:
    """(what, what there is of it), in the order in which somebody would ask."""
    words = _WORDS[language]
    state: Mapping[str, Any] = next((row for row in export["state"] if row["below"] == export["person"]), {})
    more = f" {words['more']}" if export.get("next") else ""
    return [
        (words["identities"], ", ".join(export["identities"])),
        (words["addresses"], _listed((a["address"] for a in export["addresses"]), words)),
        (words["traits"], _listed((f"{name}: {_short(value)}" for name, value in export["traits"].items()), words)),
        (words["orders"], str(state.get("orders", {}).get("count", 0))),
        (words["events"], f"{len(export['events'])}{more}"),
        (words["enrolments"], _named(export["enrolments"], "journey", words)),
        (words["messages"], _named(export["messages"], "template", words)),
        (words["segments"], _listed(export["segments"], words)),
        (words["consents"], _listed(_grants(export["consents"], words), words)),
        (words["ledger"], str(len(export["ledger"]))),
        (words["suppressions"], _listed((f"{s['channel']} {s['address']}" for s in export["suppressions"]), words)),
        (words["retention"], words["retained"].format_map(_lives(export["retention"], words))),
    ]


def _lives(retention: Mapping[str, str], words: Mapping[str, str]) -> dict[str, str]:
    return {name: life.replace("days", words["days"]) for name, life in retention.items()}


def title(export: Mapping[str, Any], language: Language) -> str:
    return _WORDS[language]["title"].format(person=export["person"], at=export["made_at"][:10])


def summary(export: Mapping[str, Any], language: Language) -> str:
    """Plain text."""
    return "\n".join([title(export, language), "", *(f"{what}: {said}" for what, said in lines(export, language))])


def _grants(consents: Sequence[Mapping[str, Any]], words: Mapping[str, str]) -> list[str]:
    said = []
    for consent in consents:
        for grant in consent.get("grants", ()):
            topic = words["all"] if grant["topic"] == "*" else grant["topic"]
            said.append(f"{consent['channel']} {grant['address']} – {topic}: {words[grant['status']]}")
    return said


def _named(rows: Sequence[Mapping[str, Any]], key: str, words: Mapping[str, str]) -> str:
    names = sorted({str(row.get(key, "?")) for row in rows})
    return f"{len(rows)} ({', '.join(names)})" if rows else words["none"]


def _listed(items: Any, words: Mapping[str, str]) -> str:
    return ", ".join(items) or words["none"]


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
