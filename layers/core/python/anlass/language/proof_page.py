"""What one person's consents rest on, as one page that prints: for whoever must show it to a court or an authority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from markupsafe import Markup

_STYLE = (
    "body{font:13px/1.45 system-ui,sans-serif;margin:1.5rem auto;max-width:46rem;padding:0 1rem;color:#111;"
    "background:#fff}h1{font-size:1.3rem}h2{font-size:1.05rem;margin:1.2rem 0 .3rem}table{border-collapse:collapse;"
    "width:100%}td,th{border:1px solid #999;padding:.2rem .4rem;text-align:left;vertical-align:top;"
    "overflow-wrap:anywhere}blockquote{border-left:3px solid #999;margin:.3rem 0;padding:.2rem .8rem;"
    "white-space:pre-wrap}@media print{body{margin:0}tr,blockquote{break-inside:avoid}}"
)
_WORDS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "title": "Nachweis der Einwilligungen von {person}",
        "made": "Erstellt am",
        "statements": "Erklärungen, wörtlich und in der Reihenfolge",
        "none": "Es liegt keine Erklärung vor.",
        "proof": "Double-Opt-in vom {at}",
        "at": "Zeit (UTC)",
        "act": "Erklärung",
        "address": "Adresse",
        "topic": "Thema",
        "source": "Woher",
        "text_version": "Fassung des Textes",
        "form_url": "Formular",
        "requested": "Angefragt",
        "confirmed": "Bestätigt",
        "message": "Nachricht mit der Bitte um Bestätigung",
        "all": "alle",
        "granted": "erlaubt",
        "withdrawn": "widerrufen",
        "objected": "widersprochen",
        "existing-customer": "Bestandskunde (§ 7 Abs. 3 UWG)",
        "tracking": "Messung von Öffnungen und Klicks",
        "from": "von der IP-Adresse",
    },
    "en": {
        "title": "Proof of the consents of {person}",
        "made": "Made on",
        "statements": "Statements, word for word and in their order",
        "none": "There is no statement.",
        "proof": "Double opt-in of {at}",
        "at": "Time (UTC)",
        "act": "Statement",
        "address": "Address",
        "topic": "Topic",
        "source": "From where",
        "text_version": "Version of the text",
        "form_url": "Form",
        "requested": "Requested",
        "confirmed": "Confirmed",
        "message": "Message that asked for the confirmation",
        "all": "all",
        "granted": "granted",
        "withdrawn": "withdrawn",
        "objected": "objected",
        "existing-customer": "existing customer (§ 7 (3) UWG)",
        "tracking": "measuring of opens and clicks",
        "from": "from the IP address",
    },
}


def proof_page(told: Mapping[str, Any], language: Literal["de", "en"]) -> str:
    """`told`: the parts `person`, `made_at`, `ledger` and `proofs` of an export. One self-contained file."""
    words = _WORDS[language]
    title = words["title"].format(person=told["person"])
    statements = sorted(told["ledger"], key=lambda each: str(each["at"]))
    proofs = sorted(told["proofs"], key=lambda each: str(each["confirmed_at"]))
    return str(
        Markup(
            '<!doctype html>\n<html lang="{}">\n<head>\n<meta charset="utf-8">\n<title>{}</title>\n<style>{}</style>\n'
            "</head>\n<body>\n<h1>{}</h1>\n<p>{} {}</p>\n<h2>{}</h2>\n{}{}</body>\n</html>\n"
        ).format(
            language,
            title,
            Markup(_STYLE),  # noqa: S704 - written here
            title,
            words["made"],
            told["made_at"],
            words["statements"],
            _table(statements, words) if statements else Markup("<p>{}</p>\n").format(words["none"]),
            Markup("").join(_proof(each, words) for each in proofs),
        )
    )


def _table(statements: Sequence[Mapping[str, Any]], words: Mapping[str, str]) -> Markup:
    columns = ("at", "act", "address", "topic", "source", "text_version", "form_url")
    head = Markup("").join(Markup("<th>{}</th>").format(words[column]) for column in columns)
    rows = Markup("").join(
        Markup("<tr>{}</tr>\n").format(
            Markup("").join(Markup("<td>{}</td>").format(_cell(each, column, words)) for column in columns)
        )
        for each in statements
    )
    return Markup("<table>\n<tr>{}</tr>\n{}</table>\n").format(head, rows)


def _cell(statement: Mapping[str, Any], column: str, words: Mapping[str, str]) -> str:
    value = statement.get(column, "")
    match column:
        case "act":
            facts = "; ".join(f"{name}: {fact}" for name, fact in statement.get("facts", {}).items())
            return f"{words.get(value, value)}{f' ({facts})' if facts else ''}"
        case "topic":
            if statement.get("purpose") == "tracking":
                return words["tracking"]
            return words["all"] if value == "*" else str(value)
        case "source":
            return _with_ip(value, statement.get("ip"), words)
        case _:
            return str(value)


def _with_ip(said: str, ip: str | None, words: Mapping[str, str]) -> str:
    return f"{said}, {words['from']} {ip}" if ip else said


def _proof(proof: Mapping[str, Any], words: Mapping[str, str]) -> Markup:
    def moment(name: str) -> str:
        return _with_ip(proof[f"{name}_at"], proof.get(f"{name}_ip"), words)

    lines = (
        (words["address"], proof["address"]),
        (words["form_url"], proof["form_url"]),
        (words["text_version"], proof["text_version"]),
        (words["requested"], moment("requested")),
        (words["message"], f"{proof['sent_at']}, {proof['message_id']}: {proof.get('subject', '')}"),
        (words["confirmed"], moment("confirmed")),
    )
    rows = Markup("").join(Markup("<tr><th>{}</th><td>{}</td></tr>\n").format(*line) for line in lines)
    heading = words["proof"].format(at=proof["confirmed_at"])
    return Markup("<h2>{}</h2>\n<table>\n{}</table>\n<blockquote>{}</blockquote>\n").format(
        heading, rows, proof.get("text", "")
    )
