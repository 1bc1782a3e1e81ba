"""Calling the shop over HTTPS: a real server on this machine, and addresses that must not be called."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest
from anlass.adapters.https import BODY, HttpsShop
from anlass.domain.public_address import is_public
from anlass.ports import (
    Answered,
    NoAnswer,
    OutOfBounds,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

NAME = "erp.shop.example"
HEADERS = {"content-type": "application/json", "webhook-id": "e-1_tell_1"}
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
Talk = Callable[[ssl.SSLSocket], None]  # what the server does with a request that it has read


def says(answer: bytes) -> Talk:
    return lambda connection: connection.sendall(answer)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of NAME, signed by itself; with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@dataclass
class Server:
    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    gone: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        return f"https://{NAME}:{self.port}/hook?shop=1"


@contextmanager
def serving(certificate: Path, talk: Talk) -> Iterator[Server]:
    """Serves one connection after the other on 127.0.0.1."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server = Server()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.port = listening.getsockname()[1]

        def serve() -> None:
            while not server.gone.is_set():
                raw, _ = listening.accept()
                with raw, suppress(OSError), context.wrap_socket(raw, server_side=True) as connection:
                    server.requests.append(_read(connection))
                    talk(connection)

        thread = Thread(target=serve)
        thread.start()
        try:
            yield server
        finally:
            server.gone.set()
            socket.create_connection(("127.0.0.1", server.port)).close()
            thread.join()


def _read(connection: ssl.SSLSocket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request or not request.endswith(b"}"):
        part = connection.recv(65536)
        if not part:
            break
        request += part
    return request


def a_shop(certificate: Path, *addresses: str, to_answer: float = 5.0) -> HttpsShop:
    """It finds NAME on this machine, and trusts our certificate."""
    trust = ssl.create_default_context(cafile=str(certificate))
    found = list(addresses) or ["127.0.0.1"]
    return HttpsShop(lambda host, port: found, lambda address: True, trust, to_answer)


def test_the_body_arrives_as_it_was_signed_with_the_headers_that_say_so(certificate: Path) -> None:
    with serving(certificate, says(OK)) as server:
        answer = a_shop(certificate).post(server.url, HEADERS, '{"name":"Grün"}'.encode())
    assert answer == Answered(200)
    (request,) = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    assert first == "POST /hook?shop=1 HTTP/1.1"
    assert f"Host: {NAME}:{server.port}" in rest
    assert {"webhook-id: e-1_tell_1", "content-type: application/json", "Content-Length: 16"} <= set(rest)
    assert body.decode() == '{"name":"Grün"}'


@pytest.mark.parametrize("status", [204, 400, 404, 410, 500])
def test_every_status_is_an_answer(certificate: Path, status: int) -> None:
    with serving(certificate, says(f"HTTP/1.1 {status} So\r\n\r\n".encode())) as server:
        assert a_shop(certificate).post(server.url, HEADERS, b"{}") == Answered(status)


def test_the_shop_may_ask_to_wait(certificate: Path) -> None:
    with serving(certificate, says(b"HTTP/1.1 503 Busy\r\nRetry-After: 120\r\n\r\n")) as server:
        assert a_shop(certificate).post(server.url, HEADERS, b"{}") == Answered(503, "120")


def test_a_redirect_is_not_followed(certificate: Path) -> None:
    with serving(certificate, says(b"HTTP/1.1 307 Go\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n")) as server:
        assert a_shop(certificate).post(server.url, HEADERS, b"{}") == Answered(307)
    assert len(server.requests) == 1


def test_a_proxy_of_the_environment_is_not_asked(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(certificate, says(OK)) as server:
        assert a_shop(certificate).post(server.url, HEADERS, b"{}") == Answered(200)


def test_the_certificate_must_be_of_the_name_that_was_called(certificate: Path) -> None:
    with serving(certificate, says(OK)) as server:
        answer = a_shop(certificate).post(f"https://other.example:{server.port}/", HEADERS, b"{}")
    assert isinstance(answer, NoAnswer)
    assert answer.reason.startswith("its certificate is not valid (Hostname mismatch")
    assert server.requests == []


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(certificate: Path) -> None:
    with serving(certificate, says(OK)) as server:
        shop = HttpsShop(lambda host, port: ["127.0.0.1"], lambda address: True)
        answer = shop.post(server.url, HEADERS, b"{}")
    assert isinstance(answer, NoAnswer)
    assert "its certificate is not valid" in answer.reason
    assert server.requests == []


def test_what_was_found_public_is_what_is_called_however_the_name_changes(certificate: Path) -> None:
    """A name that leads to the internet when it is checked, and to this machine when it is called."""
    answers = iter((["127.0.0.1"], ["127.0.0.2"], ["169.254.169.254"]))
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    trust = ssl.create_default_context(cafile=str(certificate))
    with serving(certificate, says(OK)) as server:
        shop = HttpsShop(rebinding, lambda address: address == "127.0.0.1", trust)
        assert shop.post(server.url, HEADERS, b"{}") == Answered(200)
        assert asked == [NAME]
        assert isinstance(shop.post(server.url, HEADERS, b"{}"), OutOfBounds)
    assert len(server.requests) == 1


def test_one_address_behind_the_walls_is_one_too_many(certificate: Path) -> None:
    with serving(certificate, says(OK)) as server:
        trust = ssl.create_default_context(cafile=str(certificate))
        shop = HttpsShop(lambda host, port: ["127.0.0.1", "10.0.0.1"], lambda address: address == "127.0.0.1", trust)
        assert shop.post(server.url, HEADERS, b"{}") == OutOfBounds("its name leads to an address that is not public")
    assert server.requests == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433", "0x7f.1", "127.1", "[::1]", "0.0.0.0"])  # noqa: S104
def test_this_machine_is_found_out_however_it_is_written(host: str) -> None:
    assert isinstance(HttpsShop().post(f"https://{host}:8443/", HEADERS, b"{}"), OutOfBounds)


def test_a_name_without_an_address_is_tried_again_later() -> None:
    def fails(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    assert HttpsShop(fails).post("https://gone.example/", HEADERS, b"{}") == NoAnswer("its name has no address")


def test_only_https_is_spoken() -> None:
    assert isinstance(HttpsShop(lambda h, p: ["1.1.1.1"]).post("http://shop.example/", HEADERS, b"{}"), OutOfBounds)


def test_where_nobody_listens_the_next_address_is_tried(certificate: Path) -> None:
    with serving(certificate, says(OK)) as server:
        assert a_shop(certificate, "127.0.0.9", "127.0.0.1").post(server.url, HEADERS, b"{}") == Answered(200)
        answer = a_shop(certificate, "127.0.0.9", "127.0.0.8", "127.0.0.1").post(server.url, HEADERS, b"{}")
    assert answer == NoAnswer("no connection (ConnectionRefusedError)")


def silent(connection: ssl.SSLSocket) -> None:
    connection.recv(1)


def dripping(connection: ssl.SSLSocket) -> None:
    """A byte of a header now and then: the socket's own timeout would never end it."""
    for byte in b"HTTP/1.1 200 OK\r\nx-slow: " + b"z" * 10_000:
        connection.sendall(bytes([byte]))
        Event().wait(0.05)


@pytest.mark.parametrize("talk", [silent, dripping])
def test_an_answer_that_does_not_come_in_time_is_not_waited_for(certificate: Path, talk: Talk) -> None:
    began = monotonic()
    with serving(certificate, talk) as server:
        answer = a_shop(certificate, to_answer=0.4).post(server.url, HEADERS, b"{}")
    assert answer == NoAnswer("no answer within 0.4 seconds")
    assert monotonic() - began < 3


def test_nor_is_a_server_waited_for_that_never_speaks_tls(certificate: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"https://{NAME}:{listening.getsockname()[1]}/"
        answer = a_shop(certificate, to_answer=0.3).post(url, HEADERS, b"{}")
    assert answer == NoAnswer("no answer within 0.3 seconds")


def test_an_answer_without_end_is_read_no_further_than_needed(certificate: Path) -> None:
    sent = 0

    def endless(connection: ssl.SSLSocket) -> None:
        nonlocal sent
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)
            sent += 65536

    with serving(certificate, endless) as server:
        assert a_shop(certificate).post(server.url, HEADERS, b"{}") == Answered(200)
    assert sent < 200 * BODY


def test_a_body_that_breaks_off_changes_nothing_of_the_status(certificate: Path) -> None:
    with serving(certificate, says(b"HTTP/1.1 201 Made\r\nContent-Length: 99\r\n\r\nsho")) as server:
        assert a_shop(certificate).post(server.url, HEADERS, b"{}") == Answered(201)


@pytest.mark.parametrize("talk", [says(b"SSH-2.0-OpenSSH\r\n"), says(b"")], ids=["no HTTP", "nothing"])
def test_what_is_no_answer_is_none(certificate: Path, talk: Talk) -> None:
    with serving(certificate, talk) as server:
        answer = a_shop(certificate).post(server.url, HEADERS, b"{}")
    assert isinstance(answer, NoAnswer)
    assert answer.reason.startswith("no proper answer (")


INSIDE = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254"),  # noqa: S104
    *("169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.1.1"),
    *("192.88.99.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1"),
    *("240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1"),
    *("100::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001::1", "2001:db8::1"),
    *("2002:7f00:1::1", "3fff::1", "4000::1", "shop.example", "", "1.1.1", "0x7f000001"),
]
OUTSIDE = [
    *("1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255"),
    *("223.255.255.255", "2606:4700:4700::1111", "2a01:4f8::1", "2001:4860:4860::8888"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_behind_walls_are_not_public(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6, network="2000::/3") | st.ip_addresses(v=6))
def test_nothing_is_public_that_python_does_not_call_global(address: IPv4Address | IPv6Address) -> None:
    if is_public(str(address)):
        assert address.is_global
        assert not address.is_multicast


@pytest.mark.parametrize("address", OUTSIDE)
def test_addresses_of_the_open_internet_are(address: str) -> None:
    assert is_public(address)
