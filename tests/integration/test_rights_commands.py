"""`anlass export`, `erase` and `proof` against a server, signed as for AWS."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from botocore.credentials import Credentials
from typer.testing import CliRunner

from cli import signed
from cli.dev.server import application
from cli.main import app
from cli.runtime.signatures import LOCAL
from cli.runtime.world import LocalRuntime
from tests.shop import CART, content
from tests.worlds import MotoWorld, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLI = CliRunner()


@pytest.fixture
def url() -> Iterator[str]:
    """A shop that knows Anna, on 127.0.0.1."""
    with LocalRuntime(START) as runtime:
        shop = MotoWorld(runtime, content(CART, templates=("first", "second", "last", "thanks")))
        for who in ("anna", "wer/ist:das?"):
            shop.batch(identify(who, START, email="anna@shop.example" if who == "anna" else "x@shop.example"))
        shop.batch(identify("x@shop.example", START, email="y@shop.example"))
        shop.batch(track("Product Added", START, "anna", product_id="beans", price=12))
        server = uvicorn.Server(uvicorn.Config(application(runtime), host="127.0.0.1", port=0, log_level="error"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join()


def run(*arguments: str) -> tuple[int, str]:
    result = CLI.invoke(app, arguments, catch_exceptions=False)
    return result.exit_code, result.output


def test_anna_is_exported_proven_and_erased(url: str, tmp_path: Path) -> None:
    code, text = run("export", "anna", "--url", url)
    assert code == 0
    whole = json.loads(text)
    assert (whole["person"], len(whole["events"])) == ("u:anna", 3)
    assert run("export", "anna@shop.example", "--url", url, "--html", "--out", str(tmp_path / "anna.html"))[0] == 0
    assert "anna@shop.example" in (tmp_path / "anna.html").read_text()
    assert json.loads(run("export", "wer/ist:das?", "--url", url)[1])["person"] == "u:wer/ist:das?"
    proof = json.loads(run("proof", "anna", "--url", url)[1])
    assert [statement["act"] for statement in proof["ledger"]] == ["granted"]
    assert "<h1>" in run("proof", "anna", "--html", "--url", url)[1]
    code, text = run("erase", "anna", "--yes", "--json", "--url", url)
    report = json.loads(text)
    assert (code, report["status"]) == (0, "verifying")
    assert report["erased"]["event"] == 3
    for command in ("export", "proof", "explain"):
        assert run(command, "anna", "--url", url) == (1, f"Nothing is kept of anna at {url}.\n")
    assert run("erase", "nobody", "--yes", "--url", url) == (1, f"Nothing is kept of nobody at {url}.\n")
    again = json.loads(run("erase", "anna", "--yes", "--json", "--url", url)[1])
    assert again["erasure"] == report["erasure"]


def test_who_has_other_credentials_is_told_what_is_missing(url: str) -> None:
    wrong = Credentials(LOCAL.access_key, "guessed")
    with pytest.raises(signed.Refused, match="403"):
        signed.asked("GET", url, "/v1/profiles/anna", credentials=wrong)


def test_nothing_personal_travels_in_the_open() -> None:
    with pytest.raises(signed.Refused, match="https"):
        signed.asked("GET", "http://api.shop.example", "/v1/profiles/anna", credentials=LOCAL)


def test_who_is_called_by_an_address_that_somebody_else_has_is_asked_for_more_exactly(url: str) -> None:
    for command in (("export",), ("proof",), ("explain",), ("erase", "--yes")):
        code, text = run(command[0], "x@shop.example", *command[1:], "--url", url)
        assert (code, text.split(":")[0]) == (1, "Two people are called that")
    sign = text.split('"')[1]
    assert sign.startswith("e:")
    assert json.loads(run("export", sign, "--url", url)[1])["person"] == "u:wer/ist:das?"
    assert json.loads(run("export", "u:x@shop.example", "--url", url)[1])["person"] == "u:x@shop.example"
