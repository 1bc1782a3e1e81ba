"""An address as it was written, and as messages go to it: whoever is told of one of them must know the other."""

from __future__ import annotations

from anlass.language.mail_address import AddressError, check_address

_HOME = "DE"  # of a number without a country code


def forms_of(channel: str, address: str) -> tuple[str, ...]:
    """`Bea <bea@straße.example>` is bea@xn--strae-oqa.example too, 0170 1234567 is +491701234567."""
    reached = _mail(address) if channel == "email" else _phone(address)
    return (address,) if reached is None or reached == address else (address, reached)


def mail_of(address: str) -> str | None:
    """Where mails to it go, if that is written otherwise."""
    is_plain = address.isascii() and "<" not in address  # as nearly all are
    return None if is_plain else _mail(address)


def _mail(address: str) -> str | None:
    try:
        return check_address(address).address.lower()
    except AddressError:
        return None  # nothing can go there


def _phone(address: str) -> str | None:
    import phonenumbers  # half a megabyte of numbering plans, which only phone numbers need

    try:
        number = phonenumbers.parse(address, _HOME)
    except phonenumbers.NumberParseException:
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
