"""Parts of forms, as all pages have them, and the words that stand beside them."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from anlass.language.details import MOST_INTERESTS, OLDEST
from anlass.language.pages.layout import Language

CODE = "code"
WORDS: Mapping[Language, Mapping[str, str]] = {
    "de": {
        "about": "Über Sie",
        "free": "Freiwillig. Wir nutzen es nur, um Passendes auszuwählen.",
        "birthday": "Geburtstag",
        "phone": "Mobilnummer",
        "interests": "Interessen",
        "interests_hint": "Mehrere trennen Sie mit Kommas: Espresso, Filterkaffee",
        "wrong_birthday": "Bitte ein Datum, das es gibt. Es darf nicht in der Zukunft liegen.",
        "wrong_phone": "Bitte eine gültige Mobilnummer, am besten mit Ländervorwahl: +49 170 1234567",
        "wrong_interests": f"Bitte höchstens {MOST_INTERESTS} kurze Begriffe, mit Kommas getrennt.",
    },
    "en": {
        "about": "About you",
        "free": "Optional. We use it only to choose what suits you.",
        "birthday": "Birthday",
        "phone": "Mobile number",
        "interests": "Interests",
        "interests_hint": "Separate several by commas: espresso, filter coffee",
        "wrong_birthday": "Please a date that exists. It must not lie in the future.",
        "wrong_phone": "Please a valid mobile number, best with its country code: +49 170 1234567",
        "wrong_interests": f"Please {MOST_INTERESTS} short words at most, separated by commas.",
    },
}
_INPUTS: Mapping[str, Markup] = {
    "email": Markup('type="email" autocomplete="email" maxlength="254"'),
    "phone": Markup('type="tel" autocomplete="tel" maxlength="40"'),
    "first_name": Markup('type="text" autocomplete="given-name" maxlength="80"'),
    "birthday": Markup('type="date" autocomplete="bday" min="{}"').format(OLDEST.isoformat()),
    "interests": Markup('type="text" autocomplete="off" maxlength="400"'),
    CODE: Markup('type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required'),
}


def field(name: str, label: str, typed: str = "", *, hint: str = "", problem: str = "") -> Markup:
    """An input with its label; what there is beside it is read out with it."""
    described = " ".join(f"{name}-{what}" for what, there in (("hint", hint), ("wrong", problem)) if there)
    return Markup(
        '<div class="field"><label for="{name}">{label}</label>{hint}'
        '<input id="{name}" name="{name}" {kind} value="{typed}"{described}{invalid}>{problem}</div>'
    ).format(
        name=name,
        label=label,
        kind=_INPUTS[name],
        hint=Markup('<p class="hint" id="{}-hint">{}</p>').format(name, hint) if hint else "",
        typed=typed,
        described=Markup(' aria-describedby="{}"').format(described) if described else "",
        invalid=Markup(' aria-invalid="true"') if problem else "",
        problem=Markup('<p class="wrong" id="{}-wrong">{}</p>').format(name, problem) if problem else "",
    )


def check(name: str, value: str, label: str, checked: bool, kind: str = "checkbox") -> Markup:
    """A box to tick, or one of several to choose."""
    return Markup('<label class="check"><input type="{}" name="{}" value="{}"{}><span>{}</span></label>').format(
        kind, name, value, Markup(" checked") if checked else "", label
    )


def fieldset(title: str, hint: str, *inside: Markup) -> Markup:
    told = Markup('<p class="hint">{}</p>\n').format(hint) if hint else Markup("")
    return Markup("<fieldset>\n<legend>{}</legend>\n{}{}\n</fieldset>").format(title, told, Markup("\n").join(inside))


def hidden(name: str, value: str) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(name, value)
