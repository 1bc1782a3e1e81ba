"""The shop that Anna shops in."""

from __future__ import annotations

import pytest

from cli.simulation import Simulation
from tests.anna import TEMPLATES
from tests.shop import CART, MORNING, a_simulation, content, identified


@pytest.fixture
def shop() -> Simulation:
    simulation = a_simulation(content(CART, templates=TEMPLATES))
    simulation.ingest(identified("anna", MORNING))
    return simulation
