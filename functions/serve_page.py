"""The pages that people see. GET shows and changes nothing, whoever follows a link; POST does it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from anlass import bootstrap
from anlass.answering import Serve, answer
from anlass.masking import masked
from anlass.usecases.serving import confirm, preferences, press, signup, unsubscribe

PAGES: Final[Mapping[str, Serve]] = {
    "confirm": confirm.serve,
    "preferences": preferences.serve,
    "press": press.serve,
    "signup": signup.serve,
    "unsubscribe": unsubscribe.serve,
}


@masked
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    app = bootstrap.application()
    return answer(event, PAGES, app, app.config["PUBLIC_URL"])
