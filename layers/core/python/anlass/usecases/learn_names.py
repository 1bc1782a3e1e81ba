"""Learns the names that the shop uses from the events that arrive, so that an editor can offer them.

A process remembers what is known, so a name that is known costs no request; a new one costs a write.
"""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from anlass.domain.errors import Conflict
from anlass.domain.event import Event
from anlass.domain.learning import learn
from anlass.domain.names import ShopNames
from anlass.ports import Vocabulary

TRIES = 3

_warm: WeakKeyDictionary[Vocabulary, tuple[int, ShopNames]] = WeakKeyDictionary()


def learn_names(events: Sequence[Event], *, vocabulary: Vocabulary) -> bool:
    """Whether all names in these events are known now. If not, others learned too; the next such event tries again."""
    for _ in range(TRIES):
        revision, known = _warm.get(vocabulary) or vocabulary.learned()
        learned = learn(known, events)
        if learned is not known:
            try:
                vocabulary.save(revision, learned)
            except Conflict:
                _warm.pop(vocabulary, None)
                continue
            revision += 1
        _warm[vocabulary] = (revision, learned)
        return True
    return False
