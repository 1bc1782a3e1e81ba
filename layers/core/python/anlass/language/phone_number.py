"""Phone numbers as SMS need them: E.164, of a country that the shop writes to, and none that only rings or costs."""

from __future__ import annotations

from collections.abc import Sequence

from anlass.domain.errors import AnlassError


class PhoneError(AnlassError, ValueError):
    """A number that no SMS goes to. The text says why without repeating the number."""


def check_phone(text: str, countries: Sequence[str], locale: str) -> str:
    """`+491701234567` of "0170 1234567". `countries`: where the shop sends SMS; a number without a country code is of
    the locale's country if that is one of them, else of the first. Raises PhoneError.
    """
    import phonenumbers  # half a megabyte of numbering plans, which only phone numbers need
    from phonenumbers import PhoneNumberType

    region = locale.replace("_", "-").rpartition("-")[2].upper()
    try:
        number = phonenumbers.parse(text, region if region in countries else countries[0])
    except phonenumbers.NumberParseException:
        raise PhoneError('is no phone number; send it with its country code, "+49 170 1234567"') from None
    country = phonenumbers.region_code_for_number(number)
    if not phonenumbers.is_valid_number(number) or country is None:
        raise PhoneError("is no number that anybody can have; ask for it again")
    if country not in countries:
        raise PhoneError(f"is of a country that gets no SMS from this shop; it writes to {', '.join(countries)}")
    if phonenumbers.number_type(number) not in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE):
        raise PhoneError("takes no SMS; ask for a mobile number")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
