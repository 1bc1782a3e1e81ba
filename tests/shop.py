"""A small shop to test with: its content folder, and what its customers do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from anlass.domain.event import Event, Kind, Source

from cli.simulation import Simulation

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

SETTINGS = {
    "brand": "Kaffeekontor",
    "shop": {
        "name": "Kaffeekontor",
        "url": "https://shop.example",
        "logo": "https://shop.example/logo.png",
        "privacy_url": "https://shop.example/datenschutz",
    },
    "imprint": {
        "name": "Kaffeekontor GmbH",
        "street": "Hafenweg 1",
        "city": "24103 Kiel",
        "represented_by": "die Geschäftsführung",
        "email": "post@shop.example",
    },
    "sender": "Kaffeekontor <post@shop.example>",
    "timezone": "Europe/Berlin",
    "locale": "de",
    "currency": "EUR",
    "topics": {"offers": {"name": {"de": "Angebote"}}, "news": {"name": {"de": "Neues"}}},
    "caps": {},
}

HTML = (
    "<p>{subject} {{{{ profile.first_name }}}}</p><p>{{{{ imprint }}}}</p>"
    "<a href='{{{{ unsubscribe_url }}}}'>Abmelden</a>"
)


def template(name: str, purpose: str = "marketing", html: str | None = None) -> dict[str, str]:
    """The files of a plain template whose subject is its name."""
    return {
        f"templates/{name}/template.json": json.dumps({"purpose": purpose, "channels": ["email"]}),
        f"templates/{name}/de/subject.txt": name,
        f"templates/{name}/de/body.html": html or HTML.format(subject=name),
    }


def journey(id_: str, **parts: Any) -> dict[str, str]:
    """A live journey's file; `parts` are its top-level keys."""
    whole = {"id": id_, "name": id_, "why": "A test.", "status": "live", "topic": "offers", **parts}
    return {f"journeys/{id_}.json": json.dumps(whole, ensure_ascii=False, indent=2)}


def mails(template: str, **more: Any) -> dict[str, Any]:
    """A step that sends this template and is called like it."""
    return {"id": template, "send": {"template": template, **more}}


CART = journey(
    "cart",
    trigger={
        "type": "abandonment",
        "event": "Product Added",
        "unless": ["Order Completed", "Cart Emptied"],
        "after": "1 hour",
    },
    entry={"again": "after 7 days"},
    exit=[
        {"event": "Order Completed", "steps": [{"id": "thanks", "send": {"template": "thanks"}}]},
        {"event": "Cart Emptied", "steps": []},
    ],
    goal={"event": "Order Completed", "within": "7 days", "value": "event.properties.total"},
    steps=[
        {"id": "first", "send": {"template": "first"}},
        {"wait": "24 hours"},
        {"id": "second", "send": {"template": "second"}},
        {"wait": "48 hours"},
        {"id": "last", "send": {"template": "last"}},
    ],
)


def content(
    *journeys: Mapping[str, str], templates: Iterable[str] = (), settings: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """The whole folder: settings, journeys and plain templates of these names."""
    files = {"settings.json": json.dumps({**SETTINGS, **(settings or {})}, ensure_ascii=False)}
    for name in templates:
        files |= template(name)
    for one in journeys:
        files |= one
    return files


def a_simulation(
    files: Mapping[str, str],
    start: datetime = MORNING,
    border: timedelta = timedelta(days=7),
    late: timedelta = timedelta(0),
) -> Simulation:
    """A shop whose content is published and live. `late`: how long after its minute the calendar rings."""
    simulation = Simulation(start, border, late=late)
    refused = [p for p in simulation.publish(files) if p.status == "refused"]
    assert not refused, refused
    return simulation


def an_event(
    name: str,
    at: datetime,
    user: str | None = None,
    anonymous: str | None = None,
    *,
    id_: str | None = None,
    kind: Kind = "track",
    source: Source = "server",
    received_at: datetime | None = None,
    traits: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    **properties: Any,
) -> Event:
    """What intake makes of one message of the shop's."""
    identity = f"u:{user}" if user else f"a:{anonymous}"
    id_ = id_ or f"{name}-{at.isoformat()}-{identity}"
    return Event(
        identity=identity,
        moment=at.strftime("%Y-%m-%dT%H:%M:%S.000Z") + f"#{id_}",
        id=id_,
        kind=kind,
        name=name if kind == "track" else kind,
        at=at,
        received_at=received_at or at,
        source=source,
        also=f"a:{anonymous}" if user and anonymous else None,
        properties=properties,
        traits=traits or {},
        context=context or {},
    )


def identified(
    user: str | None, at: datetime, anonymous: str | None = None, *, subscribed: bool | None = True, **traits: Any
) -> Event:
    """An identify with an address and, unless None, what the shop knows of the consent."""
    email = traits.setdefault("email", f"{user or anonymous}@shop.example")
    status = {True: "SUBSCRIBED", False: "UNSUBSCRIBED"}
    listed = [] if subscribed is None else [{"key": email, "type": "EMAIL", "status": status[subscribed]}]
    return an_event(
        "identify",
        at,
        user,
        anonymous,
        kind="identify",
        traits=traits,
        context={"messaging_subscriptions": listed},
    )


def sent(simulation: Simulation) -> list[str]:
    """Who got what, in order: "anna@shop.example first"."""
    return [f"{mail.recipient} {mail.tags['step']}" for mail in simulation.mailer.sent]
