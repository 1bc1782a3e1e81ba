"""What the demo's shop sells: the coffee roastery of `content/settings.json`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

SHOP = "https://www.example.com"
CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class Product:
    id: str
    name: str
    category: str
    price: Decimal

    def properties(self, quantity: int | None = None) -> dict[str, Any]:
        """As Segment's e-commerce events carry a product."""
        slug = self.id.lower()
        return {
            "product_id": self.id,
            "sku": self.id,
            "name": self.name,
            "category": self.category,
            "price": float(self.price),
            "url": f"{SHOP}/kaffee/{slug}",
            "image_url": f"{SHOP}/bilder/{slug}.jpg",
            **({"quantity": quantity} if quantity is not None else {"currency": CURRENCY}),
        }


_SOLD = {
    "Espresso": [
        ("ESP-KIEL", "Espresso Kieler Förde, 500 g", "14.90"),
        ("ESP-NACHT", "Espresso Nachtschicht, 500 g", "15.50"),
        ("ESP-LOTSE", "Espresso Lotse, 1 kg", "27.90"),
        ("ESP-DECAF", "Espresso Flaute (entkoffeiniert), 500 g", "16.20"),
    ],
    "Filterkaffee": [
        ("FIL-YIRGA", "Äthiopien Yirgacheffe, 250 g", "10.90"),
        ("FIL-HUEHUE", "Guatemala Huehuetenango, 250 g", "9.90"),
        ("FIL-DECK", "Hausmischung Deck 7, 500 g", "13.40"),
        ("FIL-SANTOS", "Brasilien Santos, 500 g", "12.60"),
        ("FIL-KENIA", "Kenia Kiambu AA, 250 g", "12.90"),
    ],
    "Kapseln": [
        ("KAP-LUNGO", "Kapseln Lungo Leuchtturm, 50 Stück", "18.90"),
        ("KAP-RIST", "Kapseln Ristretto Riff, 50 Stück", "18.90"),
    ],
    "Zubereitung": [
        ("ZUB-KANNE", "Espressokanne für 4 Tassen", "34.90"),
        ("ZUB-PRESS", "French Press Stahl, 1 Liter", "42.00"),
        ("ZUB-FILTER", "Handfilter Porzellan, Größe 2", "19.50"),
        ("ZUB-MUEHLE", "Handmühle mit Kegelmahlwerk", "79.00"),
        ("ZUB-WAAGE", "Brühwaage mit Timer", "54.90"),
        ("ZUB-KESSEL", "Schwanenhalskessel, 0,9 Liter", "64.90"),
    ],
    "Geschirr": [
        ("GES-TASSE", "Espressotassen Hafenblau, 2 Stück", "24.00"),
        ("GES-BECHER", "Steinzeugbecher Kontor, 300 ml", "16.90"),
        ("GES-REISE", "Reisebecher Edelstahl, 350 ml", "27.50"),
    ],
    "Geschenke": [
        ("GESCH-SET", "Probierset Nordkurs, 5 × 100 g", "22.90"),
        ("GESCH-ABO", "Kaffee-Abo zum Verschenken, 3 Monate", "59.00"),
    ],
}
PRODUCTS = tuple(
    Product(id_, name, category, Decimal(price)) for category, sold in _SOLD.items() for id_, name, price in sold
)
CATEGORIES = tuple(_SOLD)
BY_ID = {product.id: product for product in PRODUCTS}
SEARCHES = (
    "espresso",
    "entkoffeiniert",
    "handmühle",
    "kapseln",
    "geschenk",
    "äthiopien",
    "french press",
    "reisebecher",
)
PROMOTIONS = (("PROMO-FRUEHLING", "Frühlingsröstung"), ("PROMO-MUEHLE", "Mühlenwochen"), ("PROMO-ABO", "Abo-Start"))
