"""Addresses as mail headers carry them: checked, the domain in ASCII, the name free of anything that ends a line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.headerregistry import Address

from email_validator import EmailNotValidError, validate_email

from anlass.domain.errors import AnlassError

_NAMED = re.compile(r"^\s*(?P<name>.*?)\s*<(?P<address>[^<>]*)>\s*$", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class AddressError(AnlassError, ValueError):
    """An address that no mail can go to. The text says why without repeating the address."""


@dataclass(frozen=True)
class MailAddress:
    """A display name (may be empty) and an ASCII address."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def header(self) -> Address:
        """For an address header: quoting and encoding of the name are the library's."""
        return Address(display_name=self.name, addr_spec=self.address)


def check_address(text: str) -> MailAddress:
    """Reads `anna@example.com` or `"Anna M." <anna@example.com>`. Raises AddressError."""
    named = _NAMED.match(text)
    address = named["address"] if named else text.strip()
    if _CONTROL.search(address):
        raise AddressError("the address holds a line end or control character")
    try:
        checked = validate_email(address, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError as error:
        raise AddressError(f"this is no e-mail address: {_without(str(error), address)}") from None
    if checked.ascii_email is None:
        raise AddressError("the part before the @ has letters that mail servers do not take (only a-z, 0-9, . _ + -)")
    return MailAddress(_clean_name(named["name"]) if named else "", checked.ascii_email)


def _clean_name(name: str) -> str:
    name = " ".join(_CONTROL.sub(" ", name).split())
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return name.encode("utf-8", "replace").decode()[:200]


def _without(reason: str, address: str) -> str:
    for part in (address, *address.split("@")):
        if len(part) > 1:
            reason = reason.replace(part, "…")
    return reason.rstrip(".")
