"""What the models cannot say of themselves: examples and meanings of conditions, operators, and words in templates."""

from __future__ import annotations

from collections.abc import Mapping

from anlass.domain.comparing import Operator

# Kind of condition → an example.
CONDITIONS: Mapping[str, str] = {
    "all": '{"all": [{"reachable": "email"}, {"segment": "vip"}]}',
    "any": '{"any": [{"segment": "vip"}, {"field": "profile.tags", "op": "contains", "value": "press"}]}',
    "not": '{"not": {"segment": "vip"}}',
    "field": '{"field": "profile.country", "op": "in", "value": ["DE", "AT", "CH"]}',
    "some": '{"some": "event.properties.products", "where": {"field": "item.category", "op": "eq", "value": "coffee"}}',
    "every": '{"every": "event.properties.products", "where": {"field": "item.price", "op": "lt", "value": 10}}',
    "none": '{"none": "event.properties.products", "where": {"field": "item.category", "op": "eq", "value": "coffee"}}',
    "message": '{"message": "remind", "is": "clicked"}',
    "journey": '{"journey": "win-back", "is": "active"}',
    "reachable": '{"reachable": "email"}',
    "segment": '{"segment": "vip"}',
    "event": '{"event": "Product Viewed", "count": {"gte": 2}, "within": "3 hours", "match": "product_id"}',
}

# Operator → (meaning, example).
OPERATORS: Mapping[Operator, tuple[str, str]] = {
    "eq": ("is the value", '{"field": "profile.country", "op": "eq", "value": "DE"}'),
    "ne": ("is there, and is another", '{"field": "profile.country", "op": "ne", "value": "DE"}'),
    "gt": ("is more", '{"field": "profile.orders.count", "op": "gt", "value": 1}'),
    "gte": ("is the value or more", '{"field": "profile.cart.value", "op": "gte", "value": 20}'),
    "lt": ("is less", '{"field": "profile.age", "op": "lt", "value": 30}'),
    "lte": ("is the value or less", '{"field": "event.properties.rating", "op": "lte", "value": 2}'),
    "in": ("is one of a list", '{"field": "profile.country", "op": "in", "value": ["DE", "AT", "CH"]}'),
    "not_in": ("is there, and is none of a list", '{"field": "profile.locale", "op": "not_in", "value": ["de", "en"]}'),
    "contains": (
        "a list has the value in it, a text has it as a part",
        '{"field": "profile.interests", "op": "contains", "value": "coffee"}',
    ),
    "starts_with": ("a text begins so", '{"field": "profile.region", "op": "starts_with", "value": "DE-"}'),
    "exists": (
        "is there; with `false`, is not",
        '{"field": "profile.birthday", "op": "exists"}',
    ),
    "before": ("a date lies before", '{"field": "profile.registered_at", "op": "before", "value": "2026-01-01"}'),
    "after": ("a date lies after", '{"field": "profile.orders.last_at", "op": "after", "value": "2026-11-27"}'),
    "within": (
        "a date is no further away than that, back or ahead; of a birthday the next one is no further ahead",
        '{"field": "profile.last_seen", "op": "within", "value": "30 days"}',
    ),
}

# Name in a template → what it means.
TEMPLATE_NAMES: Mapping[str, str] = {
    "profile": "The person: `{{ profile.first_name }}`, all of [Fields](#fields)",
    "entry": "The event that enrolled: `{{ entry.properties.product_id }}`",
    "event": "The event that opened this path, after a `wait_for` or in an `exit`",
    "steps": "What a step left behind: `{{ steps.gift.event.properties.rating }}`",
    "cart": "What lies in the cart: `cart.items`, `cart.value`, `cart.count`, `cart.currency`",
    "products": "The products that the `send` asked for",
    "coupon": "The coupon of the `send`: its code, its value, its last day",
    "shop": "The settings' shop: `shop.name`, `shop.url`, `shop.cart_url`, `shop.logo`",
    "imprint": "The imprint from the settings, in the recipient's language",
    "unsubscribe_url": "The link that ends marketing; marketing must carry it",
    "confirm_url": "The link that confirms a subscription; in a template that asks for a confirmation only",
    "confirm_code": "The six digits that confirm a phone number; in `sms.txt` of such a template",
    "data_url": "The link to one's data, or to their deletion; in such a template only",
    "topics": "The names of what is to be confirmed, in the reader's language; in such a template only",
    "kept_days": "After how many days an unconfirmed request is forgotten; in such a template only",
    "basis": "Why this person may be written to: `consent`, or `existing-customer` (§ 7 (3) UWG)",
    "preferences_url": "The page where people choose what they get",
    "button_url": "The link of a button, an answer in one click: "
    '`{{ button_url("stay") }}`, `{{ button_url("rating", 5) }}`; '
    "it comes back as the event Button Pressed. Whoever presses `leave` gets no marketing any more",
    "now": "The moment of sending: `{{ now | date }}`",
    "locale": "The language of this message: `de-AT`",
    "preheader": "The message's own preheader",
    "subject": "The message's own subject",
    "Vorname": "The first name",
    "Nachname": "The last name",
    "Anrede": "`Frau` or `Herr`, where it is known",
    "Bestellnummer": "The `order_id` of the entry event",
    "Interessen": "The interests, listed",
    "Letzter_Einkauf": "The day of the last order",
    "Letzte_Aktion": "The day on which they last did something",
    "Standort": "The city",
}

# Filter → an example.
FILTERS: Mapping[str, str] = {
    "capitalize": '`{{ "hello" | capitalize }}` → Hello',
    "date": "`{{ now | date }}` → 24. Dezember 2026; `short`, `medium`, `long` or `full`",
    "default": '`{{ profile.first_name | default("du") }}`',
    "first": "`{{ cart.items | first }}`",
    "join": '`{{ cart.items | join(", ", attribute="name") }}`',
    "last": "`{{ cart.items | last }}`",
    "length": "`{{ cart.items | length }}`",
    "lower": '`{{ "ABC" | lower }}` → abc',
    "money": "`{{ cart.value | money }}` → 29,90 €",
    "number": "`{{ 1250 | number }}` → 1.250",
    "replace": '`{{ "a-b" | replace("-", " ") }}` → a b',
    "round": "`{{ 2.345 | round(2) }}` → 2.35",
    "time": "`{{ now | time }}` → 18:30",
    "trim": "Without blanks around it",
    "truncate": "`{{ shop.name | truncate(20) }}`: cut between words, with …",
    "upper": '`{{ "abc" | upper }}` → ABC',
    "urlencode": "For use inside a link",
}
