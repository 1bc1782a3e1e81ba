"""Queue `erase` -> one run of an erasure after the other, until nothing of the person is left."""

from __future__ import annotations

from dataclasses import asdict, replace

from anlass.batches import queue_handler
from anlass.bootstrap import application
from anlass.telemetry import Counts, Telling, logger
from anlass.usecases.erase_person import erase_person
from anlass.wire import Erase


def _one(message: Erase, counts: Counts) -> None:
    app = application()
    work = replace(app.people, store=Telling(app.store, counts))
    erased = erase_person(message, work, app.content, app.definitions)
    logger.info("erased", erasure=message.erasure, **asdict(erased))


handler = queue_handler(Erase, _one)
