"""A content folder that is right, to be broken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

SETTINGS: dict[str, Any] = {
    "brand": "Kontor",
    "shop": {"name": "Kontor", "url": "https://www.example.com", "privacy_url": "https://www.example.com/privacy"},
    "imprint": {
        "name": "Kontor GmbH",
        "street": "Hafen 1",
        "city": "24103 Kiel",
        "represented_by": "die Geschäftsführung",
        "email": "moin@example.com",
    },
    "sender": "Kontor <post@example.com>",
    "topics": {"news": {"name": {"de": "Neues"}}},
}
MAIL = '<html><body>{{ Vorname }} <a href="{{ unsubscribe_url }}">Abmelden</a> {{ imprint }}</body></html>'
JOURNEY = """{
  "id": "hello",
  "why": "Says hello.",
  "trigger": {"type": "event", "event": "Order Completed"},
  "steps": [{"send": {"template": "hi"}}]
}
"""
FILES: Mapping[str, str] = {
    "settings.json": json.dumps(SETTINGS),
    "journeys/hello.json": JOURNEY,
    "templates/hi/template.json": "{}",
    "templates/hi/de/subject.txt": "Hallo",
    "templates/hi/de/preheader.txt": "Schön, dass Sie da sind",
    "templates/hi/de/body.html": MAIL,
}
