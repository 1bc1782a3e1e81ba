"""What the purpose of templates means for a journey: marketing needs consent and obeys caps."""

from __future__ import annotations

from collections.abc import Iterator

from anlass.domain.registry.events import UNSUBSCRIBED, WITHDRAWN
from anlass.domain.send import Purpose
from anlass.language.building import Build, Place, Problem
from anlass.language.diagnostics import did_you_mean
from anlass.language.journey_file import JourneyFile
from anlass.language.steps.send import SendStep
from anlass.language.surroundings import Surroundings
from anlass.language.tree import steps
from anlass.language.triggers.event import EventModel

_REFUSALS = frozenset({UNSUBSCRIBED, WITHDRAWN, "Email Marked as Spam"})
# Of marketing alone; with other templates these do nothing.
_NAMED: dict[Purpose, str] = {"transactional": "transactional", "confirmation": "confirmations"}
_OF_MARKETING = {"priority": "the priority decides nothing", "caps": "these caps hold nothing back"}


def purposes(journey: JourneyFile, build: Build, around: Surroundings) -> Iterator[Problem]:
    sends = [
        (place, step, purpose)
        for place, step in steps(journey)
        if isinstance(step, SendStep) and (purpose := around.purpose_of(step.send.template)) is not None
    ]
    yield from _unwanted(journey, sends)
    yield from _topics(journey, build, around, advertises=any(purpose == "marketing" for *_, purpose in sends))
    count = sum(isinstance(step, SendStep) for _, step in steps(journey))
    if sends and len(sends) == count and all(purpose != "marketing" for *_, purpose in sends):
        yield from _without_marketing(journey, sends[0][2])


def _topics(journey: JourneyFile, build: Build, around: Surroundings, *, advertises: bool) -> Iterator[Problem]:
    """Topics that settings.json does not have. Who sends no marketing needs none."""
    known = around.topics()
    if known is None:
        return
    own: dict[str, Place] = {journey.topic: ("topic",)} if advertises else {}
    for topic, place in {**own, **build.topics}.items():
        if topic not in known:
            remedy = f"{did_you_mean(topic, known)}Add it to the topics, or take one of {', '.join(sorted(known))}."
            yield Problem("content.missing", place, f'There is no topic "{topic}" in settings.json.', remedy)


def _unwanted(journey: JourneyFile, sends: list[tuple[Place, SendStep, Purpose]]) -> Iterator[Problem]:
    """Marketing for somebody who has just refused it."""
    triggers = [trigger for _, trigger in journey.triggers()]
    is_refusal = all(
        isinstance(each, EventModel) and each.event in _REFUSALS and each.where is None for each in triggers
    )
    exits = {
        position: out.event
        for position, out in enumerate(journey.exit)
        if out.event in _REFUSALS and out.where is None and out.match is None
    }
    for place, step, purpose in sends:
        if purpose != "marketing":
            continue
        event = exits.get(place[1]) if place[0] == "exit" and isinstance(place[1], int) else None
        if event is None and is_refusal and place[0] == "steps":
            event = triggers[0].enters_with[0]
        if event is not None:
            message = f'"{step.send.template}" is marketing, and "{event}" means that nobody wants it: it is not sent.'
            remedy = 'Take it out, or say with "where" of which topics people have gone.'
            yield Problem("send.unwanted", (*place, "send", "template"), message, remedy, "warning")


def _without_marketing(journey: JourneyFile, purpose: Purpose) -> Iterator[Problem]:
    for key, what in _OF_MARKETING.items():
        if key in journey.model_fields_set:
            message = f"All templates of this journey are {_NAMED[purpose]}, which pass every cap: {what}."
            yield Problem(f"journey.{key}", (key,), message, "Leave it out.", "warning")
    if journey.holdout:
        message = f"{journey.holdout:g} % of those who need these {purpose} mails get none."
        yield Problem("journey.holdout", ("holdout",), message, "Leave the holdout out.", "warning")
