"""Trying again a few times, with growing, random pauses."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator


class Patience:
    def __init__(
        self,
        tries: int = 6,
        first_pause: float = 0.05,
        longest_pause: float = 1.0,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Pauses are in seconds; each is a random part of the full one, so that the throttled do not come as one."""
        self._tries = tries
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._sleep = sleep
        self._chance = chance

    def attempts(self) -> Iterator[int]:
        """1, 2, … with a pause before each but the first. Whoever is done leaves the loop."""
        for attempt in range(1, self._tries + 1):
            if attempt > 1:
                pause = min(self._longest_pause, self._first_pause * 2 ** (attempt - 2))
                self._sleep(pause * self._chance())
            yield attempt
