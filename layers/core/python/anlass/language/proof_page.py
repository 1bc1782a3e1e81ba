"""What one person's consents rest on, as one page that prints: for whoever must show it to a court or an authority."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from markupsafe import Markup

_STYLE = Markup(
    "@page{size:A4;margin:14mm}"
    "body{font:12px/1.4 system-ui,sans-serif;margin:1.5rem auto;max-width:46rem;padding:0 1rem;color:#111;"
    "background:#fff;overflow-wrap:break-word}"
    "h1{font-size:19px;line-height:1.25;margin:0 0 2px}h2{font-size:14px;margin:16px 0 4px}"
    ".made{color:#555;margin:0}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #aaa;padding:3px 6px;text-align:left;"
    "vertical-align:top}th{background:#f2f2f2}.short{white-space:nowrap}.long{overflow-wrap:anywhere}"
    "dl{display:grid;grid-template-columns:14em 1fr;gap:2px 10px;margin:4px 0}dt{color:#555}dd{margin:0}"
    "pre{font:10.5px/1.35 ui-monospace,monospace;border-left:3px solid #aaa;margin:6px 0;padding:2px 10px;"
    "white-space:pre-wrap}"
    "@media print{body{margin:0;padding:0;max-width:none}th{background:none}tr,dl{break-inside:avoid}"
    "h2{break-after:avoid}}"
)
_WORDS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "title": "Nachweis der Einwilligungen von {person}",
        "made": "Erstellt am {at}. Alle Zeiten in UTC.",
        "statements": "Was wann gesagt wurde",
        "none": "Es liegt keine Erklärung vor.",
        "proof": "Double-Opt-in vom {at}",
        "choice": "Auswahl in den Einstellungen vom {at}",
        "at": "Zeit",
        "act": "Erklärung",
        "what": "Wofür",
        "source": "Woher",
        "address": "Adresse",
        "topics": "Themen",
        "form_url": "Formular",
        "text_version": "Fassung des Textes",
        "words": "Wortlaut",
        "requested": "Angefragt",
        "sent": "Um Bestätigung gebeten",
        "confirmed_at": "Bestätigt",
        "chosen": "Gewählt",
        "came_by": "Über den Link in",
        "left": "der Nachricht {id}, abgeschickt am {at}",
        "message": "mit der Nachricht {id}",
        "all": "alle Themen",
        "granted": "erlaubt",
        "confirmed": "bestätigt",
        "withdrawn": "widerrufen",
        "objected": "widersprochen",
        "existing-customer": "Bestandskunde (§ 7 Abs. 3 UWG)",
        "tracking": "Messung von Öffnungen und Klicks",
        "from": "von der IP-Adresse {ip}",
        "by": "{source}, {by}",
        "shop": "sagt der Shop",
        "person": "sagt die Person",
        "email": "E-Mail",
        "sms": "SMS",
        "subject": "Betreff: {subject}",
    },
    "en": {
        "title": "Proof of the consents of {person}",
        "made": "Made on {at}. All times in UTC.",
        "statements": "What was said when",
        "none": "There is no statement.",
        "proof": "Double opt-in of {at}",
        "choice": "Choice in the settings of {at}",
        "at": "Time",
        "act": "Statement",
        "what": "For what",
        "source": "From where",
        "address": "Address",
        "topics": "Topics",
        "form_url": "Form",
        "text_version": "Version of the text",
        "words": "The words",
        "requested": "Requested",
        "sent": "Asked to confirm",
        "confirmed_at": "Confirmed",
        "chosen": "Chosen",
        "came_by": "By the link in",
        "left": "the message {id}, sent on {at}",
        "message": "by the message {id}",
        "all": "all topics",
        "granted": "granted",
        "confirmed": "confirmed",
        "withdrawn": "withdrawn",
        "objected": "objected",
        "existing-customer": "existing customer (§ 7 (3) UWG)",
        "tracking": "measuring of opens and clicks",
        "from": "from the IP address {ip}",
        "by": "{source}, {by}",
        "shop": "says the shop",
        "person": "says the person",
        "email": "e-mail",
        "sms": "SMS",
        "subject": "Subject: {subject}",
    },
}
Row = Mapping[str, Any]


def proof_page(told: Mapping[str, Any], language: Literal["de", "en"]) -> str:
    """`told`: the parts `person`, `made_at`, `addresses`, `ledger` and `proofs` of an export. One self-contained file,
    which fills one sheet of A4 for who subscribed once.
    """
    words = _WORDS[language]
    statements = sorted(told["ledger"], key=lambda each: str(each["at"]))
    proofs = sorted(told["proofs"], key=lambda each: str(each["confirmed_at"]))
    # Of a number that was given without a word about messages nothing is proven.
    addresses = [str(each["address"]) for each in told.get("ledger", ()) if each.get("address")]
    title = words["title"].format(person=", ".join(dict.fromkeys(addresses)) or told["person"])
    parts = (
        Markup("<h1>{}</h1>\n<p class=made>{} {}</p>\n").format(
            title, words["made"].format(at=_time(told["made_at"])), told["person"]
        ),
        Markup("<h2>{}</h2>\n").format(words["statements"]),
        _table(statements, words) if statements else Markup("<p>{}</p>\n").format(words["none"]),
        *(_proof(each, [s for s in statements if s.get("proof") == each["id"]], words) for each in proofs),
    )
    return str(
        Markup(
            '<!doctype html>\n<html lang="{}">\n<head>\n<meta charset="utf-8">\n<title>{}</title>\n<style>{}</style>\n'
            "</head>\n<body>\n{}</body>\n</html>\n"
        ).format(language, title, _STYLE, Markup("").join(parts))
    )


def _table(statements: Sequence[Row], words: Mapping[str, str]) -> Markup:
    head = Markup("").join(Markup("<th>{}</th>").format(words[name]) for name in ("at", "act", "what", "source"))
    rows = Markup("").join(
        Markup("<tr><td class=short>{}</td><td>{}</td><td class=long>{}</td><td class=long>{}</td></tr>\n").format(
            _time(each["at"]), _act(each, words), _what(each, words), _source(each, words)
        )
        for each in statements
    )
    return Markup("<table>\n<tr>{}</tr>\n{}</table>\n").format(head, rows)


def _act(said: Row, words: Mapping[str, str]) -> str:
    facts = "; ".join(f"{name}: {fact}" for name, fact in said.get("facts", {}).items())
    return f"{words.get(said['act'], said['act'])}{f' ({facts})' if facts else ''}"


def _what(said: Row, words: Mapping[str, str]) -> str:
    return " · ".join((_topic(said, words), _channel(said, words), said["address"]))


def _topic(said: Row, words: Mapping[str, str]) -> str:
    if said.get("purpose") == "tracking":
        return words["tracking"]
    return words["all"] if said["topic"] == "*" else str(said["topic"])


def _source(said: Row, words: Mapping[str, str]) -> str:
    where = words["by"].format(source=said["source"], by=words[said["by"]])
    # Where there is a proof, it tells the rest.
    more = () if said.get("proof") else (said.get("form_url"), said.get("text_version"))
    return ", ".join(_there(where, _ip(said.get("ip"), words), *more))


def _proof(proof: Row, statements: Sequence[Row], words: Mapping[str, str]) -> Markup:
    is_choice = bool(statements) and all(each["act"] == "granted" for each in statements)
    lines = (
        (words["address"], f"{proof['address']} ({_channel(proof, words)})"),
        (words["topics"], ", ".join(_topic(each, words) for each in statements)),
        (words["form_url"], proof["form_url"]),
        (words["text_version"], proof["text_version"]),
        *([(words["words"], Markup("<br>").join(proof["words"].split("\n")))] if proof.get("words") else ()),
        *(_choice(proof, words) if is_choice else _opt_in(proof, words)),
    )
    told = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>\n").format(*line) for line in lines)
    subject = proof.get("subject", "")
    text = "\n\n".join(_there(words["subject"].format(subject=subject) if subject else None, proof.get("text")))
    return Markup("<h2>{}</h2>\n<dl>\n{}</dl>\n{}").format(
        words["choice" if is_choice else "proof"].format(at=_time(proof["confirmed_at"])),
        told,
        Markup("<pre>{}</pre>\n").format(text) if text else "",
    )


def _opt_in(proof: Row, words: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    message = words["message"].format(id=proof["message_id"])
    yield words["requested"], ", ".join(_there(_time(proof["requested_at"]), _ip(proof.get("requested_ip"), words)))
    yield words["sent"], f"{_time(proof['sent_at'])}, {message}"
    yield words["confirmed_at"], _confirmed(proof, words)


def _choice(proof: Row, words: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Somebody who read the mails of the address already, and said yes to more by a link in one of them."""
    yield words["came_by"], words["left"].format(id=proof["message_id"], at=_time(proof["sent_at"]))
    yield words["chosen"], _confirmed(proof, words)


def _confirmed(proof: Row, words: Mapping[str, str]) -> str:
    return ", ".join(_there(_time(proof["confirmed_at"]), _ip(proof.get("confirmed_ip"), words)))


def _channel(row: Row, words: Mapping[str, str]) -> str:
    return words.get(row["channel"], row["channel"])


def _ip(ip: str | None, words: Mapping[str, str]) -> str | None:
    return words["from"].format(ip=ip) if ip else None


def _there(*parts: str | None) -> Iterable[str]:
    return (part for part in parts if part)


def _time(iso: str) -> str:
    """To the second, as every reader of the page reads it alike."""
    return f"{datetime.fromisoformat(iso):%Y-%m-%d %H:%M:%S}"
