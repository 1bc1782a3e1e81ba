"""A real browser before a local server: Debian's chromium, with JavaScript switched off, because no page needs any."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from cli.dev.server import application
from cli.runtime.world import LocalRuntime

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
REQUIRED = "ANLASS_BROWSER"


def _missing(what: str) -> None:
    """Skips with one line; fails where a browser is required."""
    said = f"{what}, so the pages are not tried in a browser; {REQUIRED}=required makes this a failure"
    if os.environ.get(REQUIRED) == "required":
        pytest.fail(said, pytrace=False)
    pytest.skip(said)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for the whole session."""
    path = shutil.which("chromium")
    if path is None:
        _missing("no chromium is installed")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go; to another place if ANLASS_PICTURES names one."""
    named = os.environ.get("ANLASS_PICTURES")
    folder = Path(named) if named else tmp_path_factory.mktemp("pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Served:
    """The dev server on a free port, in a thread."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.runtime = LocalRuntime(START, public_url=self.url)

    def __enter__(self) -> Served:
        self.runtime.start()
        config = uvicorn.Config(application(self.runtime), port=self.port, log_level="error", access_log=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        for _ in range(200):
            if self._server.started:
                return self
            time.sleep(0.05)
        raise TimeoutError("the dev server did not start")

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self.runtime.stop()
