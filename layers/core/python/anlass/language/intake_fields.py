"""The fields of one message, each checked as it is read. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, cast, get_args

from anlass.domain.event import INTAKE_CONTEXT, Kind, Source
from anlass.domain.identifying import CHANNELS, EVIDENCE, EXISTING_CUSTOMER, SALE_FACTS, SUBSCRIPTIONS
from anlass.domain.ids import address_hash
from anlass.domain.registry import is_system, trait_name

LONGEST_EVIDENCE = 500  # characters
MAX_ID_BYTES = 255  # of ids and event names; DynamoDB's sort key holds 1,024

_KINDS: Final = frozenset(get_args(Kind))
# Those that Segment knows: what we send nothing by is taken, and not looked at.
_SUBSCRIPTION_TYPES = frozenset((*CHANNELS, "WHATSAPP", "IOS_PUSH", "ANDROID_PUSH"))
_NUMBER = re.compile(r"\+?[0-9][0-9 ()/.-]{3,}")
_SUBSCRIPTION_STATUSES = frozenset(("SUBSCRIBED", "UNSUBSCRIBED", "DID_NOT_SUBSCRIBE"))


class MessageError(Exception):
    """This message cannot be taken. Never leaves the intake: `read_message` returns it as a value."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def kind_of(message: Mapping[str, Any]) -> Kind:
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise MessageError("unknown_type", '"type" must be one of ' + ", ".join(get_args(Kind)) + ".")
    return cast(Kind, kind)


def read_id(message: Mapping[str, Any], field: str) -> str | None:
    """An id as a string; None if absent or blank. Segment takes numbers too."""
    value = message.get(field)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None:
        return None
    if not isinstance(value, str):
        raise MessageError("id_invalid", f'"{field}" must be a string.')
    value = value.strip()
    if len(value.encode()) > MAX_ID_BYTES:
        raise MessageError("id_too_long", f'"{field}" is longer than {MAX_ID_BYTES} bytes.')
    return value or None


def identities(
    message: Mapping[str, Any], kind: Kind, source: Source, traits: Mapping[str, Any]
) -> tuple[str, str | None]:
    """Whose event it is, and the second identity that the message vouches for."""
    user, anonymous = read_id(message, "userId"), read_id(message, "anonymousId")
    if kind == "alias":
        previous = read_id(message, "previousId")
        if user is None or previous is None:
            raise MessageError("identity_missing", 'An alias needs "userId" and "previousId".')
        if source == "browser" and previous != anonymous:
            raise MessageError("server_key_required", "A browser key may only alias its own visitor's anonymousId.")
        return f"u:{user}", f"a:{previous}"
    if user is not None:
        return f"u:{user}", f"a:{anonymous}" if anonymous is not None else None
    if anonymous is not None:
        return f"a:{anonymous}", None
    email = traits.get("email")
    if kind == "identify" and source == "server" and isinstance(email, str) and _looks_like_address(email):
        return f"e:{address_hash(email)}", None
    raise MessageError("identity_missing", 'Neither "userId" nor "anonymousId" is given.')


def _looks_like_address(text: str) -> bool:
    local, at, domain = text.strip().partition("@")
    return bool(local and at and domain) and not any(c.isspace() for c in text.strip()) and "@" not in domain


def event_name(message: Mapping[str, Any]) -> str:
    name = message.get("event")
    if not isinstance(name, str) or not name.strip():
        raise MessageError("event_missing", 'A track needs "event", the name of what happened.')
    name = name.strip()
    if len(name.encode()) > MAX_ID_BYTES:
        raise MessageError("event_too_long", f'"event" is longer than {MAX_ID_BYTES} bytes.')
    if is_system(name):
        raise MessageError("reserved_event", f'"{name}" is reported by the system itself. Choose another name.')
    return name


def _object(value: object, field: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MessageError(f"{field.rpartition('.')[2]}_invalid", f'"{field}" must be an object.')
    return value


def properties_of(message: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    properties = _object(message.get("properties"), "properties")
    if kind in ("page", "screen"):
        named = {field: message[field] for field in ("name", "category") if message.get(field) is not None}
        if not all(isinstance(value, str) for value in named.values()):
            raise MessageError("name_invalid", f'"name" and "category" of a {kind} must be strings.')
        return {**named, **properties}
    if kind == "group":
        group = read_id(message, "groupId")
        if group is None:
            raise MessageError("group_missing", 'A group needs "groupId".')
        # A group's traits say something of the group, not of the person.
        return {**_object(message.get("traits"), "traits"), "group_id": group}
    return properties if kind == "track" else {}


def traits_of(message: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """What an identify says of the person. RudderStack puts it into the context; elsewhere that is a stale copy."""
    if kind != "identify":
        return {}
    context = _object(message.get("context"), "context")
    return {
        **_normalised(_object(context.get("traits"), "context.traits")),
        **_normalised(_object(message.get("traits"), "traits")),
    }


def _normalised(value: Any) -> Any:
    """With trait names in their one spelling, at all levels; of two spellings snake_case wins."""
    if isinstance(value, dict):
        canonical_last = sorted(value.items(), key=lambda item: trait_name(item[0]) == item[0])
        return {trait_name(name): _normalised(member) for name, member in canonical_last}
    if isinstance(value, list):
        return [_normalised(member) for member in value]
    return value


def context_of(message: Mapping[str, Any], kind: Kind, source: Source, shared: Mapping[str, Any]) -> dict[str, Any]:
    """The part of the context that is kept: nothing else is as much as looked at."""
    said = {**shared, **_object(message.get("context"), "context")}
    given = {name: said[name] for name in INTAKE_CONTEXT if name in said}
    kept: dict[str, Any] = {}
    for field in ("locale", "timezone"):
        if isinstance(value := given.get(field), str) and 0 < len(value) <= 64:
            kept[field] = value
    is_import = given.get("import", False)
    if not isinstance(is_import, bool):  # history taken for news would send mail
        raise MessageError("context_invalid", '"context.import" must be true or false.')
    subscriptions = given.get("messaging_subscriptions") if kind == "identify" else None
    if source == "browser" and (is_import or subscriptions is not None):
        what = "context.import" if is_import else "context.messaging_subscriptions"
        raise MessageError("server_key_required", f'A browser key may not send "{what}".')
    if is_import:
        kept["import"] = True
    if subscriptions is not None:
        kept["messaging_subscriptions"] = _subscriptions(subscriptions)
    return kept


def _subscriptions(given: object) -> list[dict[str, Any]]:
    """Consent that the shop holds. A half-read consent is none, so one bad entry rejects the message."""
    entries = [_subscription(entry) for entry in given] if isinstance(given, list) else [None]
    if None in entries:
        raise MessageError(
            "messaging_subscriptions_invalid",
            '"context.messaging_subscriptions" must be a list of {"key": address, "type": "EMAIL" or "SMS", '
            '"status": "SUBSCRIBED", "UNSUBSCRIBED", "DID_NOT_SUBSCRIBE" or "EXISTING_CUSTOMER"}.',
        )
    if len(entries) > SUBSCRIPTIONS:
        raise MessageError(
            "messaging_subscriptions_invalid",
            f'"context.messaging_subscriptions" holds more than {SUBSCRIPTIONS}; send those of one person.',
        )
    return [entry for entry in entries if entry is not None]


def _subscription(entry: object) -> dict[str, Any] | None:
    """One entry with `type` and `status` in capitals; None if it is not complete."""
    if not isinstance(entry, dict):
        return None
    fields = {name: entry.get(name) for name in ("key", "type", "status")}
    read = {name: value.strip() for name, value in fields.items() if isinstance(value, str) and value.strip()}
    status = read.get("status", "").upper()
    if len(read) < len(fields) or status not in (*_SUBSCRIPTION_STATUSES, EXISTING_CUSTOMER):
        return None
    kind = read["type"].upper()
    if kind not in _SUBSCRIPTION_TYPES:
        return None
    _check_key(read["key"], kind)
    plain: dict[str, Any] = {"key": read["key"], "type": kind, "status": status}
    return {**plain, **(_sale(entry) if status == EXISTING_CUSTOMER else _evidence(entry))}


def _check_key(key: str, kind: str) -> None:
    """A no that is filed under something else than an address is heard by nobody."""
    from anlass.language.mail_address import AddressError, check_address  # of two dozen requests one has any

    message = ""
    if kind == "EMAIL":
        try:
            check_address(key)
        except AddressError as error:
            message = str(error)
    elif kind == "SMS" and not _NUMBER.fullmatch(key):
        message = "this is no phone number"
    if message:
        raise MessageError(
            "messaging_subscriptions_invalid",
            f'"key" of a subscription by {kind}: {message}; send "anna@example.com" or "+491701234567" alone.',
        )


def _evidence(entry: Mapping[str, Any]) -> dict[str, str]:
    """What the shop's own sign-up rests on, where it tells."""
    told = {name: entry[name] for name in EVIDENCE if entry.get(name) is not None}
    for name, value in told.items():
        if not isinstance(value, str) or not 0 < len(value) <= LONGEST_EVIDENCE:
            raise MessageError(
                "evidence_invalid", f'"{name}" of a subscription must be a text of up to {LONGEST_EVIDENCE} characters.'
            )
    return told


def _sale(entry: Mapping[str, Any]) -> dict[str, Any]:
    """§ 7 (3) UWG allows it on four facts together; one of them missing, it is allowed to nobody."""
    facts = {name: entry.get(name) for name in SALE_FACTS}
    told: dict[str, Any] = {
        name: value.strip() for name, value in facts.items() if isinstance(value, str) and value.strip()
    }
    topics = entry.get("topics")
    if isinstance(topics, list) and topics and all(isinstance(t, str) and t not in ("", "*") for t in topics):
        told["topics"] = topics
    if missing := [name for name in (*SALE_FACTS, "topics") if name not in told]:
        raise MessageError(
            "existing_customer_incomplete",
            f'An "EXISTING_CUSTOMER" needs {", ".join(missing)} as well: the order that the address is from, the goods '
            "that are similar, when and in which version of the words they were told that they may object, and the "
            "topics, each by its name.",
        )
    return told
