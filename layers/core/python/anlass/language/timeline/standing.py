"""What holds for somebody now: consent, suppression, caps, journeys, timers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from anlass.domain.arming import is_disarmed
from anlass.domain.consent import ALL_TOPICS, TRACKING, Grant
from anlass.domain.enrolment import Enrolment
from anlass.domain.send import Send
from anlass.domain.send_caps import Limit, settings_limits
from anlass.language.picture.words import channel_words
from anlass.language.timeline.dossier import Dossier
from anlass.language.timeline.telling import present_words

_SCOPES = {"person": "through all channels"}


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
        if consent.at_most_weekly:
            yield f"{words}: the person wants one message a week at most"
        if not consent.grants:
            yield f"{words}: nothing was said"
    if not dossier.person.consents:
        yield "nobody has agreed to anything"
    for channel in ("email",):
        if dossier.person.address(channel) is None:
            yield f"there is no address for {channel_words(channel)}"
    if dossier.person.state.sunset_at is not None:
        yield f"no marketing since {dossier.told(dossier.person.state.sunset_at)}: nothing came back"


def _granted(grant: Grant) -> str:
    said = "yes" if grant.status == "granted" else "no"
    if grant.topic == TRACKING:
        return f"{said} to opens and clicks"
    ground = " as an existing customer" if grant.basis == "existing-customer" else ""
    return f"{said} to {'all topics' if grant.topic == ALL_TOPICS else f'“{grant.topic}”'}{ground}"


def _suppressions(dossier: Dossier) -> Iterator[str]:
    for one in dossier.suppressions:
        words = channel_words(one.channel)
        if one.reason is not None:
            since = f" since {dossier.told(one.at)}" if one.at is not None else ""
            yield f"{words}: nothing goes there any more{since} ({one.reason})"
        for topic, at in sorted(one.objections.items()):
            if one.stops(None if topic == "" else topic) is not None:
                yield f"{words}: no to {'all topics' if topic == ALL_TOPICS else f'“{topic}”'} since {dossier.told(at)}"


def _caps(dossier: Dossier) -> Iterator[str]:
    caps, rules = dossier.person.caps, dossier.catalog.sending
    for channel in sorted({*rules.caps} - {"all"}) or ["email"]:
        probe = _probe(dossier, channel)
        for limit in settings_limits(probe, rules):
            if limit.scope == "person" and channel != "email":
                continue  # said once
            yield _limit(limit, channel, limit.inside(probe, caps, dossier.now))


def _limit(limit: Limit, channel: str, inside: Sequence[object]) -> str:
    where = _SCOPES.get(limit.scope, f"by {channel_words(channel)}")
    return f"{len(inside)} of {limit.most} messages {where} in the last {limit.window}"


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
