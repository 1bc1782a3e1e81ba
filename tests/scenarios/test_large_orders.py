"""A big shopping: what is in the last of its lines counts as what is in the first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.customer import mail_text
from tests.shipped import both_worlds
from tests.shop import content, journey, mails, template
from tests.worlds import DAY, HOUR, MemoryWorld, World, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINES = 70
LISTED = """<p>{% for line in NAME.properties.products %}{{ line.name }}, {% endfor %}</p>
<p>{{ imprint }}</p><a href='{{ unsubscribe_url }}'>Abmelden</a>"""


def coffee_in(of: str) -> dict[str, Any]:
    return {
        "some": f"{of}.properties.products",
        "where": {"field": "item.category", "op": "eq", "value": "coffee"},
    }


FILES = content(
    journey(
        "cart",
        trigger={"type": "event", "event": "Cart Viewed"},
        exit=[
            {
                "event": "Order Completed",
                "steps": [{"branch": [{"when": coffee_in("event"), "steps": [mails("coffee")]}]}, mails("thanks")],
            }
        ],
        steps=[{"wait": "5 days"}, mails("late")],
    ),
    journey(
        "bought",
        trigger={"type": "event", "event": "Order Completed"},
        steps=[{"wait": "1 hour"}, {"branch": [{"when": coffee_in("entry"), "steps": [mails("bought")]}]}],
    ),
    template("thanks", html=LISTED.replace("NAME", "event")),
    template("bought", html=LISTED.replace("NAME", "entry")),
    templates=("coffee", "late"),
)


def a_line(number: int) -> dict[str, Any]:
    return {
        "product_id": f"SKU-{48213 + number * 37}",
        "name": f"Espressotasse {number}",
        "category": "coffee" if number == LINES - 1 else "Geschirr",
        "price": 14.9,
        "quantity": 1,
        "image_url": f"https://cdn.kaffeekontor.example/img/48/{48213 + number * 37}/0f3a9c-800x800.jpg",
        "url": f"https://www.kaffeekontor.example/de/tassen/espressotasse-{number}-{48213 + number * 37}",
    }


def shopping(world: World) -> None:
    world.batch(identify("anna", START), track("Cart Viewed", START, "anna", cart_id="1"))
    world.advance(START + HOUR)
    lines = [a_line(number) for number in range(LINES)]
    world.batch(track("Order Completed", START + HOUR, "anna", order_id="1", total=1043, products=lines))
    world.advance(START + DAY)


world = both_worlds(FILES, START)


def test_its_last_line_decides_where_a_way_asks_for_it(world: World) -> None:
    shopping(world)
    assert [line.split()[-1] for line in world.told()] == ["coffee", "thanks", "bought"]


def test_mails_list_what_was_bought() -> None:
    shop = MemoryWorld(FILES, START)
    shopping(shop)
    for number in (1, 2):
        assert f"Espressotasse {LINES - 1}," in mail_text(shop, number)
