"""What holds for somebody now: consent, suppression, caps, journeys, timers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from anlass.domain.arming import is_disarmed
from anlass.domain.consent import ALL_TOPICS, TRACKING, Grant
from anlass.domain.enrolment import Enrolment
from anlass.domain.send import Send
from anlass.domain.send_caps import settings_limits
from anlass.domain.suppression import BY_SHOP
from anlass.language.picture.words import CHANNELS, channel_words, listed
from anlass.language.timeline.dossier import Dossier
from anlass.language.timeline.way_lines import present_words
from anlass.language.timeline.words import ALL_CHANNELS_WORDS, topic_words


def standing(dossier: Dossier) -> Mapping[str, Sequence[str]]:
    """By heading; a heading that has nothing to say is left out."""
    said = {
        "Consent": list(_consents(dossier)),
        "Suppression": list(_suppressions(dossier)),
        "Caps": list(_caps(dossier)),
        "In journeys": [_running(row, dossier) for row in dossier.enrolments if row.status in ("active", "closing")],
        "Timers": list(_timers(dossier)),
    }
    return {heading: lines for heading, lines in said.items() if lines}


def _consents(dossier: Dossier) -> Iterator[str]:
    for channel, consent in sorted((dossier.person.consents or {}).items()):
        address, words = dossier.person.address(channel), channel_words(channel)
        for grant in sorted(consent.grants, key=lambda g: (g.address, g.topic)):
            other = "" if address and grant.address == address.strip().lower() else " (another address)"
            yield f"{words}{other}: {_granted(grant)} {dossier.told(grant.at)}, {grant.source}"
        if consent.paused_until is not None and consent.paused_until > dossier.now:
            yield f"{words}: the person pauses until {dossier.told(consent.paused_until)}"
        if not consent.grants:
            yield f"{words}: nothing was said"
    if not dossier.person.consents:
        yield "nobody has agreed to anything"
    elif any(consent.at_most_weekly for consent in dossier.person.consents.values()):
        yield f"the person wants one message a week at most, {ALL_CHANNELS_WORDS}"
    if dossier.person.address("email") is None:
        yield f"there is no address for {channel_words('email')}"
    if dossier.person.state.sunset_at is not None:
        yield f"no marketing since {dossier.told(dossier.person.state.sunset_at)}: nothing came back"


def _granted(grant: Grant) -> str:
    said = "yes" if grant.status == "granted" else "no"
    if grant.topic == TRACKING:
        return f"{said} to opens and clicks"
    ground = " as an existing customer" if grant.basis == "existing-customer" else ""
    return f"{said} to {topic_words(grant.topic)}{ground}"


def _suppressions(dossier: Dossier) -> Iterator[str]:
    for one in dossier.suppressions:
        words = channel_words(one.channel)
        if one.reason is not None:
            since = f" since {dossier.told(one.at)}" if one.at is not None else ""
            yield f"{words}: nothing goes there any more{since} ({one.reason})"
        for topic, at in sorted(one.objections.items()):
            again = {name: when for name, when in one.lifted.items() if when > at}
            if ALL_TOPICS in again or topic in again or (topic == BY_SHOP and not one.denied_by):
                continue  # it is taken back
            but = [f"“{name}” again since {dossier.told(when)}" for name, when in sorted(again.items())]
            lifted = f", but {listed(but, 'and')}" if but and topic in (ALL_TOPICS, BY_SHOP) else ""
            no = "the shop's no to all topics" if topic == BY_SHOP else f"no to {topic_words(topic)}"
            yield f"{words}: {no} since {dossier.told(at)}{lifted}"


def _caps(dossier: Dossier) -> Iterator[str]:
    caps, rules = dossier.person.caps, dossier.catalog.sending
    probes = [_probe(dossier, channel) for channel in CHANNELS]
    for limit in dict.fromkeys(limit for probe in probes for limit in settings_limits(probe, rules)):
        inside = limit.inside(probes[0], caps, dossier.now)
        where = ALL_CHANNELS_WORDS if limit.channel is None else f"by {channel_words(limit.channel)}"
        yield f"{len(inside)} of {limit.most} messages {where} in the last {limit.window}"


def _probe(dossier: Dossier, channel: str) -> Send:
    """A message that would leave now."""
    now = dossier.now
    return Send("", "", 1, dossier.person.state.id, "", "", "", "", 1, now, now, channel)


def _running(row: Enrolment, dossier: Dossier) -> str:
    if row.is_held_out:
        return f"{row.journey}: held out, measured until {dossier.told(row.due) if row.due else 'its end'}"
    if row.step is None:
        return f"{row.journey}: through its steps; its messages or its goal are still open"
    return f"{row.journey}: {present_words(row, dossier)}"


def _timers(dossier: Dossier) -> Iterator[str]:
    armed = {timer.id: timer for timer in dossier.timers}
    for key, timer in sorted(dossier.person.state.timers.items()):
        journey = key.partition("/")[0]
        row = armed.pop(timer.armed or "", None)
        if is_disarmed(timer):
            if timer.unless_at is not None and timer.last_at is not None:
                yield f"{journey}: its wait was ended {dossier.told(timer.unless_at)}"
        elif row is not None and timer.last_at is not None:
            yield f"{journey}: waits since {dossier.told(timer.last_at)}, looks again {dossier.told(row.due)}"
    for row in sorted(armed.values(), key=lambda each: each.due):
        if row.occasion is not None:
            yield f"{row.trigger.partition('/')[0]}: looks {dossier.told(row.due)} whether they enter"
