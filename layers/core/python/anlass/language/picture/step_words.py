"""Steps and the ways out of them as a marketer would say them. They are read as JSON, as they are written.

A step type that is not here says its JSON, key by key; for better words it has a `says` of its own or a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from anlass.language.picture.words import (
    Saying,
    channel_words,
    condition_words,
    event_words,
    field_words,
    listed,
    shifted,
    spaced,
    value_words,
)

Place = Sequence[str | int]


def step_words(kind: str, step: Mapping[str, Any]) -> Saying:
    """`step` is what stands in the file, without its id: `{"wait": "24 hours"}`."""
    value = step.get(kind)
    known = _KNOWN.get(kind)
    if known is None or value is None:
        what = _NAMES.get(kind, spaced(kind))
        return Saying(what[:1].upper() + what[1:], value_words(value))
    return known(value)


def way_words(step: Mapping[str, Any], place: Place) -> str:
    """When the list of steps at `place` of the step is gone through: `when orders count = 0`, `otherwise`."""
    around: Any = step
    parents: list[Any] = []
    for part in place[:-1]:
        parents.append(around)
        around = around[part]
    match place[-1]:
        case "else":
            return "otherwise"
        case "on_timeout":
            return f"no answer within {around.get('timeout', 'the time')}"
        case "steps" if "when" in around:
            return f"when {condition_words(around['when'])}"
        case "steps" if "event" in around:
            return f"on {event_words(around)}"
        case "steps" if "weight" in around:
            total = sum(each.get("weight", 0) for each in parents[-1])
            return f"{around.get('id', 'variant')}: {round(100 * around['weight'] / total) if total else 0} %"
        case "steps":
            return ""
    return spaced(str(place[-1]))


def onward_words(kind: str, step: Mapping[str, Any]) -> str | None:
    """When the journey goes on behind a step with ways although none of them was taken; None: that cannot be."""
    match kind, step.get(kind):
        case "branch", [*_, {"else": _}]:
            return None
        case "branch", _:
            return "otherwise"
        case "repeat", {**more}:
            until = f", or once {condition_words(more['until'])}" if more.get("until") else ""
            return f"after {_times(more.get('times'))}{until}"
    return None


def again_words(kind: str, step: Mapping[str, Any]) -> str | None:
    """When somebody at the end of the step's ways goes back to it; None: never."""
    if kind != "repeat":
        return None
    every = step[kind].get("every")
    return f"again after {every}" if every else "again"


def _send(letter: Any) -> Saying:
    channels = [channel_words(each) for each in letter.get("channels", ())]
    what = "Send by " + ", else ".join(channels) if channels else "Send"
    more = [f"at {letter['at']}"] if letter.get("at") else []
    match letter.get("products"):
        case {"pick": pick, **rest}:
            how_many = f"{rest['limit']} products" if rest.get("limit") else "products"
            to = f" to {field_words(str(rest['to']))}" if rest.get("to") else ""
            more.append(f"with {how_many}: {spaced(str(pick))}{to}")
    match letter.get("coupon"):
        case {"campaign": campaign, **rest}:
            expires = rest.get("expires")
            if isinstance(expires, Mapping):
                valid = f", until {shifted(field_words(str(expires.get('date', ''))), expires.get('offset'))}"
            else:
                valid = f", valid for {expires}" if expires else ""
            more.append(f"with coupon {campaign}{valid}")
    tests: Mapping[str, Any] = letter.get("test") or {}
    more += [f"tests its {spaced(part)}: {listed(each, 'or')}" for part, each in tests.items()]
    return Saying(what, str(letter.get("template", "")), tuple(more))


def _wait(wait: Any) -> Saying:
    match wait:
        case {"until": str(until), **rest} if ":" not in until:
            return Saying("Wait", f"until {shifted(field_words(until), rest.get('offset'))}")
        case {"until": until}:
            return Saying("Wait", f"until {until}")
    return Saying("Wait", f"after {value_words(wait)}")


def _wait_for(waiting: Any) -> Saying:
    events = listed(dict.fromkeys(each["event"] for each in waiting.get("first_of", ())), "or")
    more = [f"for {waiting['timeout']} at most"] if waiting.get("timeout") else []
    match waiting.get("since"):
        case None | "now":
            pass
        case "entry":
            more.append("counts from the entry on")
        case step:
            more.append(f"counts from “{step}” on")
    return Saying("Wait for an answer", events, tuple(more))


def _branch(paths: Any) -> Saying:
    conditions = [each for each in paths if "when" in each]
    return Saying("Branch", "Which is true first?" if len(conditions) > 1 else "Is it so?")


def _split(split: Any) -> Saying:
    variants = listed((each.get("id", "") for each in split.get("variants", ())), "or")
    match split.get("winner"):
        case {**winner} if winner:
            after = f" after {winner['after']}" if winner.get("after") else ""
            at_least = f", if there are {winner['at_least']} people" if winner.get("at_least") else ""
            return Saying("Split", variants, (f"the better {winner.get('metric', 'one')} wins{after}{at_least}",))
    return Saying("Split", variants)


def _repeat(repeat: Any) -> Saying:
    every = f", every {repeat['every']}" if repeat.get("every") else ""
    until = (f"until {condition_words(repeat['until'])}",) if repeat.get("until") else ()
    return Saying("Repeat", f"{_times(repeat.get('times'))}{every}", until)


def _times(times: Any) -> str:
    return "once" if times == 1 else f"{times} times" if times else "a while"


def _update(update: Any) -> Saying:
    parts = [f"{spaced(name)} = {value_words(value)}" for name, value in (update.get("set") or {}).items()]
    parts += [f"+ tag {tag}" for tag in update.get("add_tags") or ()]
    parts += [f"− tag {tag}" for tag in update.get("remove_tags") or ()]
    return Saying("Update the profile", ", ".join(parts))


def _webhook(webhook: Any) -> Saying:
    url = urlsplit(str(webhook.get("url", "")))
    return Saying("Webhook", f"{url.netloc}{url.path}" if url.netloc else str(webhook.get("url", "")))


def _subscribe(topic: Any) -> Saying:
    return Saying("Subscribe", f"to {_topic(topic)}")


def _unsubscribe(topic: Any) -> Saying:
    return Saying("Unsubscribe", f"from {'everything' if topic == 'all' else _topic(topic)}")


def _topic(topic: Any) -> str:
    if not isinstance(topic, Mapping):
        return value_words(topic)
    by = f" by {channel_words(str(topic['channel']))}" if topic.get("channel") else ""
    return f"{topic.get('topic', 'all topics')}{by}"


def _enrol(enrol: Any) -> Saying:
    return Saying("Enrol", f"into the journey {enrol['journey']}" if "journey" in enrol else value_words(enrol))


def _sunset(reason: Any) -> Saying:
    return Saying("Sunset", "no marketing until they come back", (f"reason: {value_words(reason)}",))


def _exit(reason: Any) -> Saying:
    return Saying("Leaves the journey", value_words(reason))


_NAMES = {"crm": "CRM"}
_KNOWN: Mapping[str, Callable[[Any], Saying]] = {
    "send": _send,
    "wait": _wait,
    "wait_for": _wait_for,
    "branch": _branch,
    "split": _split,
    "repeat": _repeat,
    "update": _update,
    "webhook": _webhook,
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "enrol": _enrol,
    "sunset": _sunset,
    "exit": _exit,
}
