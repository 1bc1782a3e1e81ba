"""Who is meant by a name. Anybody can call themselves by an address that is not theirs: its owner comes first."""

from __future__ import annotations

from anlass.language.naming_people import identities_of
from anlass.ports import Store
from anlass.usecases.people import owner_of


class Ambiguous(Exception):
    """Two people are known by this name. `identities`: by each of them one of them is meant."""

    def __init__(self, identities: tuple[str, ...]) -> None:
        super().__init__(f"{len(identities)} people are known by one name")
        self.identities = identities


def meant(name: str, store: Store) -> tuple[str, ...]:
    """The identities to look for, one after the other, those first that somebody is known by. Empty: nobody can be
    called that. Raises Ambiguous.
    """
    identities = identities_of(name)
    if len(identities) < 2:
        return identities
    owners = {identity: owner_of(identity, store) for identity in identities}
    known = {identity: profile for identity, (profile, state) in owners.items() if state is not None}
    if len(set(known.values())) > 1:
        raise Ambiguous(tuple(known))
    return tuple(sorted(identities, key=lambda identity: identity not in known))
