"""The shop's systems in the open internet, called over HTTPS at the very address that was looked at."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException, HTTPSConnection
from threading import Event, Timer
from urllib.parse import urlsplit

from anlass.domain.public_address import is_public
from anlass.ports import (
    Answered,
    NoAnswer,
    OutOfBounds,
)

TO_CONNECT = 3.0  # seconds, to each address
TO_ANSWER = 15.0  # seconds from there to the status, as Standard Webhooks advises at least
ADDRESSES = 2  # of a name that has more, this many are tried
BODY = 64 * 1024  # bytes of an answer that are read, and not kept


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, IPv4 first: Lambda reaches no other without a network of one's own."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for _, _, _, _, address in sorted(found, key=lambda each: each[0])))


class HttpsShop:
    """The name is looked up once: what was found public is what is called, so that a name whose address changes in
    between leads nowhere else. No redirect is followed and no proxy asked."""

    def __init__(
        self,
        resolve: Callable[[str, int], Sequence[str]] = resolve,
        is_allowed: Callable[[str], bool] = is_public,
        trust: ssl.SSLContext | None = None,
        to_answer: float = TO_ANSWER,
    ) -> None:
        self._resolve = resolve
        self._is_allowed = is_allowed
        self._trust = trust or ssl.create_default_context()
        self._to_answer = to_answer

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered | NoAnswer | OutOfBounds:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
        if parts.scheme != "https":
            return OutOfBounds("its address does not begin with https://")
        try:
            addresses = self._resolve(host, port)
        except OSError:
            return NoAnswer("its name has no address")
        if not all(map(self._is_allowed, addresses)):
            return OutOfBounds("its name leads to an address that is not public")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        answer = NoAnswer("its name has no address")
        for address in addresses[:ADDRESSES]:
            try:
                raw = socket.create_connection((address, port), TO_CONNECT)
            except OSError as fault:
                answer = NoAnswer(f"no connection ({type(fault).__name__})")
                continue
            return self._ask(raw, host, port, target, headers, body)
        return answer

    def _ask(
        self, raw: socket.socket, host: str, port: int, target: str, headers: Mapping[str, str], body: bytes
    ) -> Answered | NoAnswer:
        raw.settimeout(self._to_answer)
        secured = self._trust.wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)
        with closing(secured), _cut_after(secured, self._to_answer) as is_cut:
            try:
                secured.do_handshake()
                connection = HTTPSConnection(host, port, context=self._trust)
                connection.sock, connection.auto_open = secured, 0  # it opens no other one by itself
                connection.request("POST", target, body, {**headers, "connection": "close"})
                answer = connection.getresponse()
                with suppress(OSError, HTTPException):  # the status is said already
                    answer.read(BODY)
                return Answered(answer.status, answer.getheader("retry-after"))
            except ssl.SSLCertVerificationError as fault:
                return NoAnswer(f"its certificate is not valid ({fault.verify_message})")
            except (OSError, HTTPException) as fault:
                if is_cut.is_set() or isinstance(fault, TimeoutError):
                    return NoAnswer(f"no answer within {self._to_answer:g} seconds")
                return NoAnswer(f"no proper answer ({type(fault).__name__})")


@contextmanager
def _cut_after(secured: ssl.SSLSocket, seconds: float) -> Iterator[Event]:
    """Ends the connection when the time is over; a timeout of the socket starts anew with every byte that comes."""
    is_cut = Event()

    def cut() -> None:
        is_cut.set()
        with suppress(OSError):  # ended already
            socket.socket.shutdown(secured, socket.SHUT_RDWR)  # the plain one: TLS would wait for the other side

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield is_cut
    finally:
        timer.cancel()
