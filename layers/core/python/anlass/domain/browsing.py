"""What a browser says, as it may be applied: the key that it is said with stands in every page, so anybody may say it.

Links and pictures lead to the shop's own hosts only, nothing else may look like a link, and names look like names: all
of it stands in mails to people who never saw what was said of them. The event itself stays as it came; see
docs/threat-model.md.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from anlass.domain.event import Event
from anlass.domain.person_names import name_of
from anlass.domain.shop_links import has_link, is_path, link_on

LONGEST_TEXT, LONGEST_REFERRER = 200, 2000  # characters; what is longer is left out: half a sentence is no name
NAMES: Final = frozenset(("name", "first_name", "last_name", "firstName", "lastName"))
_FROM_ELSEWHERE: Final = "referrer"  # where somebody came from is what it is for
_IDS: Final = frozenset(("id", "product_id", "variant_id", "sku", "order_id", "cart_id", "checkout_id"))
_PLAIN: Final = _IDS | {"name", "title", "variant", "brand", "category", "price", "quantity", "coupon", "currency"}
_LINK = re.compile(
    r"(?:^|_)(?:ur[il]|link|href|src|image|img|picture|photo|thumbnail|avatar)s?"
    r"(?:_?\d+|_(?:mobile|desktop|small|medium|large))?$"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_ID = re.compile(r"(?:gid://)?(?!\W*[/\\]{2})(?!.*(?:://|www\.|\.[^\W\d_]{2,}[/:]))[!#$%&+,./:=|~\w-]+", re.IGNORECASE)
_LEFT_OUT: Final = object()


def heeded(event: Event, hosts: Collection[str], home: str = "") -> Event:
    """The event without what only the shop's server may say. `hosts`: the shop's own, subdomains are meant too; `home`:
    the shop's address, which links within the page are completed with.
    """
    if event.source != "browser":
        return event
    site = (hosts, home)
    properties, context = _cleaned(event.properties, *site), _cleaned(event.context, *site)
    said = {name: name_of(value) if name in NAMES else value for name, value in event.traits.items()}
    traits = _cleaned({name: each for name, each in said.items() if each is not None or name not in NAMES}, *site)
    if (properties, traits, context) == (event.properties, event.traits, event.context):
        return event
    return replace(event, properties=properties, traits=traits, context=context)


def _cleaned(said: Mapping[str, Any], hosts: Collection[str], home: str) -> dict[str, Any]:
    """Names are said too: a template may print them all."""
    named = ((name, _within(name, value, hosts, home)) for name, value in said.items() if _is_key(name))
    return {name: value for name, value in named if value is not _LEFT_OUT}


def _is_key(name: str) -> bool:
    return len(name) <= LONGEST_TEXT and not has_link(name, ())


def _within(name: str, value: Any, hosts: Collection[str], home: str) -> Any:
    """Whatever is in lists and objects is looked at too, by the nearest name; of lists something must be left."""
    key = _CAMEL.sub("_", name).lower()
    if isinstance(value, str):
        return _text(key, value, hosts, home)
    if not isinstance(value, Mapping | list | tuple):
        return value
    if key in _PLAIN or key == _FROM_ELSEWHERE:
        return _LEFT_OUT
    if isinstance(value, Mapping):
        return _cleaned(value, hosts, home)
    taken = [each for each in (_within(name, each, hosts, home) for each in value) if each is not _LEFT_OUT]
    return taken if taken or not value else _LEFT_OUT


def _text(key: str, value: str, hosts: Collection[str], home: str) -> Any:
    if key == _FROM_ELSEWHERE:
        return value if len(value) <= LONGEST_REFERRER else _LEFT_OUT
    if _LINK.search(key):
        link = link_on(value, hosts, home)
        return link if link is not None else _LEFT_OUT
    if key == "path":
        return value if is_path(value) and " " not in value else _LEFT_OUT
    is_taken = len(value) <= LONGEST_TEXT and (
        not has_link(value, hosts)
        or (key == "email" and _MAIL.fullmatch(value) is not None)
        or (key in _IDS and _ID.fullmatch(value) is not None)
    )
    return value if is_taken or _is_link(value, hosts) else _LEFT_OUT


def _is_link(value: str, hosts: Collection[str]) -> bool:
    """Whether all of it is one that leads to the shop, as it stands."""
    return "://" in value and link_on(value, hosts) == value
