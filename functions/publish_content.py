"""S3 event notifications of the content bucket -> checked, versioned, live or waiting; report and page lie beside."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus

from anlass.bootstrap import application
from anlass.masking import masked
from anlass.telemetry import counting, logger
from anlass.usecases.publish_content import publish
from anlass.usecases.publish_schemas import publish_schemas
from anlass.usecases.request_selections import start_requested
from anlass.usecases.write_pages import write_pages

PREFIX = "content/"


@masked
def handler(event: dict[str, Any], _context: object) -> None:
    app = application()
    _, names = app.vocabulary.learned()
    keys = [unquote_plus(record["s3"]["object"]["key"]) for record in event.get("Records", ())]
    with counting() as counts:
        # A file may be named several times; what it is now is all that counts.
        for key in dict.fromkeys(keys):
            if not key.startswith(PREFIX):
                continue
            path = key.removeprefix(PREFIX)
            done = publish(path, content=app.content, definitions=app.definitions, clock=app.clock, names=names)
            wrong = sorted({finding.code for finding in done.diagnostics if finding.severity == "error"})
            about = {"status": done.status, "version": done.version, "missing": done.missing, "wrong": wrong}
            logger.info("published", extra={"path": path, **about})
            counts["ContentRefused"] += done.status == "refused"
            write_pages(done, content=app.content, definitions=app.definitions, clock=app.clock, names=names)
            if publish_schemas(path, names, content=app.content):
                logger.info("schemas written")
    start_requested(definitions=app.definitions, selections=app.selections)
