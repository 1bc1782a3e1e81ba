"""Each change as one write with its condition, in the form that a transaction's items and the plain calls share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple, assert_never

from anlass.adapters.aws.dynamodb import codec
from anlass.adapters.aws.dynamodb.keys import KEYS, Item, Tables, key_of, stamp
from anlass.adapters.rows import Place
from anlass.domain import changes as c
from anlass.domain.changes import Change
from anlass.domain.consent import ALL_TOPICS
from anlass.domain.engine import CLOSED
from anlass.domain.keeping import Retention
from anlass.domain.mailbox import MOST, PLAIN, WINDOW
from anlass.domain.suppression import BY_SHOP, Denials
from anlass.keys import SeenKey


class Write(NamedTuple):
    """`kind` and `request` make up an item of TransactWriteItems: {kind: request}."""

    kind: Literal["Put", "Update", "Delete", "ConditionCheck"]
    request: dict[str, Any]


class _Terms:
    """Placeholders of one expression's names and values, made where they are used: DynamoDB refuses unused ones."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: Item = {}

    def name(self, attribute: str) -> str:
        placeholder = f"#{attribute}"
        self.names[placeholder] = attribute
        return placeholder

    def value(self, value: dict[str, Any]) -> str:
        placeholder = f":{len(self.values)}"
        self.values[placeholder] = value
        return placeholder

    def text(self, value: str) -> str:
        return self.value({"S": value})

    def number(self, value: int) -> str:
        return self.value({"N": str(value)})

    def present(self, attribute: str) -> str:
        return f"attribute_exists({self.name(attribute)})"

    def absent(self, attribute: str) -> str:
        return f"attribute_not_exists({self.name(attribute)})"

    def equal(self, attribute: str, value: str | int) -> str:
        return f"{self.name(attribute)} = {self.text(value) if isinstance(value, str) else self.number(value)}"


class Writer:
    """Writes of one commit: `now` dates the expiry of what is over, `kept` says how long that is still there."""

    def __init__(self, tables: Tables, now: datetime, kept: Callable[[], Retention] = Retention) -> None:
        self._tables = tables
        self._now = now
        self._kept = kept

    def write(self, place: Place, change: Change) -> Write:
        terms = _Terms()
        partition, _ = KEYS[place.table]
        match change:
            case c.SaveState(state):
                return self._put(
                    place, codec.encode_state(state, self._kept()), terms, _version(terms, partition, state.version)
                )
            case c.SaveAttributes(attributes):
                condition = _version(terms, partition, attributes.version)
                return self._put(place, codec.encode_attributes(attributes, self._kept()), terms, condition)
            case c.SaveDate():
                return self._put(place, codec.encode_date(place, change, self._kept()), terms)
            case c.DropDate():
                return self._delete(place, terms)
            case c.SaveConsent(consent):
                condition = _version(terms, partition, consent.version)
                return self._put(place, codec.encode_consent(consent), terms, condition)
            case c.SaveCaps(caps):
                return self._put(place, codec.encode_caps(caps), terms, _version(terms, partition, caps.version))
            case c.ForgetLive(_, enrolment, entered):
                live = terms.value({"SS": [enrolment]})
                update = f"DELETE {terms.name('live')} {live} ADD {terms.name('version')} {terms.number(1)}"
                return self._update(place, update, terms, _is_person(terms, partition, entered))
            case c.RequireProfile():
                return self._check(place, terms, _is_person(terms, partition))
            case c.RequireConsent(_, _, version):
                return self._check(place, terms, _version(terms, partition, version))
            case c.RequireNoSuppression(_, _, topic):
                return self._check(place, terms, _reachable(terms, topic))
            case c.AddObjection(_, _, topics, at):
                return self._update(place, _told(terms, codec.OBJECTED, topics, at), terms)
            case c.LiftObjection(_, _, topics, at):
                return self._update(place, _told(terms, codec.LIFTED, topics, at), terms)
            case c.SaveDenials(_, _, before, after):
                return self._save_denials(place, before, after, terms)
            case c.AddSuppression(_, _, reason, at, is_first):
                said = {"reason": terms.text(reason), "at": terms.text(stamp(at))}  # what was said first stays
                parts = (f"{terms.name(k)} = if_not_exists({terms.name(k)}, {value})" for k, value in said.items())
                return self._update(
                    place, f"SET {', '.join(parts)}", terms, terms.absent("reason") if is_first else None
                )
            case c.AddStatement(statement):
                return self._put(place, codec.encode_statement(place, statement), terms)
            case c.AddProof(proof):
                return self._put(place, codec.encode_proof(place, proof), terms)
            case c.SaveBounces(bounces):
                condition = _version(terms, partition, bounces.version)
                return self._put(place, codec.encode_bounces(bounces, self._now), terms, condition)
            case c.CountReport(what, at):
                ttl = terms.value(codec.expiry(at, codec.REPORTS_RETENTION))
                terms.names["#count"] = f"{what} {at.hour}"
                update = f"SET {terms.name('ttl')} = {ttl} ADD #count {terms.number(1)}"
                return self._update(place, update, terms)
            case c.SaveBrake(brake):
                return self._put(place, codec.encode_brake(brake), terms, _version(terms, partition, brake.version))
            case c.NameMessage(name, at):
                return self._put(place, codec.encode_provider_name(name, at), terms)
            case c.IssueCode():
                return self._put(place, codec.encode_code(place, change), terms)
            case c.CountTry(_, at):
                ttl = terms.value(codec.expiry(at, codec.CODE_RETENTION))
                update = f"SET {terms.name('ttl')} = {ttl} ADD {terms.name('tries')} {terms.number(1)}"
                return self._update(place, update, terms)
            case c.CountRequest(_, at, anew, plain):
                return self._count_request(place, terms, at, anew, plain)
            case c.NoteMerged():
                return self._put(place, codec.encode_merged(place, change), terms)
            case c.AddTombstone():
                return self._put(place, codec.encode_tombstone(place, change), terms)
            case c.RequireNotErased(_, oldest):
                condition = f"{terms.absent(partition)} OR {terms.name('at')} < {terms.text(stamp(oldest))}"
                return self._check(place, terms, condition)
            case c.DropState(_, version):
                return self._delete(place, terms, terms.equal("version", version))
            case c.KeepUntil(_, _, until):
                ttl = terms.name("ttl")
                update = f"REMOVE {ttl}"
                if until is not None:
                    update = f"SET {ttl} = if_not_exists({ttl}, {terms.value(codec.expiry(until, timedelta(0)))})"
                return self._update(place, update, terms, terms.present(partition))
            case c.DropRow() | c.DropEvent():
                return self._delete(place, terms)
            case c.AddErasure(erasure):
                condition = f"{terms.absent(partition)} OR {terms.equal('status', 'done')}"
                return self._put(place, codec.encode_erasure(erasure, self._now), terms, condition)
            case c.SaveErasure(erasure, generation):
                condition = terms.equal("generation", generation)
                return self._put(place, codec.encode_erasure(erasure, self._now), terms, condition)
            case c.MarkSeen(profile, event, at):
                item = codec.encode_seen(SeenKey(profile, event), at)
                return self._put(place, item, terms, terms.absent(partition))
            case c.Remember():
                return self._put(place, codec.encode_remembered(place, change), terms)
            case c.AddEvent(event):
                # No condition: it would fail the commit. A repeat overwrites, and the stream's reader takes inserts.
                return self._put(place, codec.encode_event(event, self._kept()), terms)
            case c.AddEnrolment(row):
                return self._put(
                    place, codec.encode_enrolment(row, self._now, self._kept()), terms, terms.absent(partition)
                )
            case c.SaveEnrolment(row, seq, appended, owner):
                condition = " AND ".join(
                    (terms.equal("seq", seq), terms.equal("appended", appended), terms.equal("owner", owner))
                )
                return self._put(place, codec.encode_enrolment(row, self._now, self._kept()), terms, condition)
            case c.Append(_, heard, sweep_at):
                inbox, added = terms.name("inbox"), terms.value({"L": [codec.encode_heard(h) for h in heard]})
                condition = f"{terms.present(partition)} AND size({inbox}) < {terms.number(change.room)}"
                sets = [f"{inbox} = list_append({inbox}, {added})"]
                return self._nudge(place, terms, condition, sets, change.nudge, sweep_at)
            case c.CatchUp(_, nudge, sweep_at):
                sets = [f"{terms.name('catch_up')} = {terms.value({'BOOL': True})}"]
                return self._nudge(place, terms, terms.present(partition), sets, nudge, sweep_at)
            case c.CloseSend(_, row_key):
                closed = f" DELETE {terms.name('open')} {terms.value({'SS': [row_key]})}"
                return self._nudge(place, terms, terms.present(partition), [], CLOSED, None, closed)
            case c.AddSend(send):
                return self._put(place, codec.encode_send(send, self._kept()), terms, terms.absent(partition))
            case c.SaveSend(send, status, claim, reports):
                unclaimed = terms.absent("claim") if claim is None else terms.equal("claim", claim)
                unreported = terms.equal("reports", reports) if reports else terms.absent("reports")
                condition = f"{terms.equal('status', status)} AND {unclaimed} AND {unreported}"
                return self._put(place, codec.encode_send(send, self._kept()), terms, condition)
            case c.AddCall(call):
                return self._put(place, codec.encode_call(call, self._kept()), terms, terms.absent(partition))
            case c.SaveCall(call, attempts):
                condition = f"{terms.equal('status', 'PENDING')} AND {terms.equal('attempts', attempts)}"
                return self._put(place, codec.encode_call(call, self._kept()), terms, condition)
            case c.SaveTimer(timer, generation):
                condition = terms.absent(partition) if generation is None else terms.equal("generation", generation)
                return self._put(place, codec.encode_timer(timer), terms, condition)
            case c.DropTimer(_, generation):
                return self._delete(place, terms, terms.equal("generation", generation))
            case c.CountOne(_, _, variant, what, at):
                since, ttl = terms.name("since"), terms.value(codec.expiry(self._now, self._kept().journeys))
                first = f"{since} = if_not_exists({since}, {terms.text(stamp(at))})"
                terms.names["#count"] = f"{what} {variant}"
                update = f"SET {first}, {terms.name('ttl')} = {ttl} ADD #count {terms.number(1)}"
                return self._update(place, update, terms)
            case c.AddWinner(contest, winner):
                return self._put(place, codec.encode_winner(contest, winner), terms, terms.absent(partition))
            case _:
                assert_never(change)

    def _count_request(self, place: Place, terms: _Terms, at: datetime, anew: bool, plain: str | None) -> Write:
        count, until, ttl = terms.name("count"), terms.name("until"), terms.name("ttl")
        now, end, gone = terms.text(stamp(at)), terms.text(stamp(at + WINDOW)), terms.value(codec.expiry(at, WINDOW))
        own = terms.value({"SS": [plain]}) if plain else None
        if anew:
            known = f", {terms.name('plain')} = {own}" if own else f" REMOVE {terms.name('plain')}"
            update = f"SET {count} = {terms.number(1)}, {until} = {end}, {ttl} = {gone}{known}"
            return self._update(place, update, terms, f"{until} <= {now}")
        first = ", ".join(f"{name} = if_not_exists({name}, {value})" for name, value in ((until, end), (ttl, gone)))
        is_within, update = f"{count} < {terms.number(MOST)}", f"SET {first} ADD {count} {terms.number(1)}"
        if plain:
            known = terms.name("plain")
            is_first = f"size({known}) < {terms.number(PLAIN)} AND NOT contains({known}, {terms.text(plain)})"
            is_within += f" OR attribute_not_exists({known}) OR ({is_first})"
            update += f", {known} {own}"
        return self._update(
            place, update, terms, f"attribute_not_exists({until}) OR ({until} > {now} AND ({is_within}))"
        )

    def _nudge(
        self,
        place: Place,
        terms: _Terms,
        condition: str,
        sets: list[str],
        nudge: str | None,
        sweep_at: datetime | None,
        also: str = "",
    ) -> Write:
        """A word to an enrolment from outside, and the request for its wake.

        `sweep_at`, where given, is set, not lowered to the smaller of the two: no expression can. A row that is late
        already so waits minutes longer for the sweeper, while this very write asks for its wake; Advance sets it anew.
        """
        attributes = {"request": {"S": "wake"}, **(codec.swept(place.partition, sweep_at) if sweep_at else {})}
        sets += [f"{terms.name(name)} = {terms.value(value)}" for name, value in attributes.items()]
        if nudge is None:
            also += f" REMOVE {terms.name('nudge')}"
        else:
            sets.append(f"{terms.name('nudge')} = {terms.text(nudge)}")
        update = f"SET {', '.join(sets)} ADD {terms.name('appended')} {terms.number(1)}{also}"
        return self._update(place, update, terms, condition)

    def _save_denials(self, place: Place, before: Denials, after: Denials, terms: _Terms) -> Write:
        terms.names |= {"#at": f"{codec.OBJECTED}{BY_SHOP}"}
        by, at = terms.name(codec.DENIED_BY), "#at"
        sets = [f"{at} = {terms.text(stamp(after.at))}"] if after.at is not None else []
        sets += [f"{by} = {terms.value({'SS': sorted(after.by)})}"] if after.by else []
        update = " ".join((*(("SET " + ", ".join(sets),) if sets else ()), *(() if after.by else (f"REMOVE {by}",))))
        was_by = f"{by} = {terms.value({'SS': sorted(before.by)})}" if before.by else f"attribute_not_exists({by})"
        was_at = f"{at} = {terms.text(stamp(before.at))}" if before.at else f"attribute_not_exists({at})"
        return self._update(place, update, terms, f"{was_by} AND {was_at}")

    def _put(self, place: Place, item: Item, terms: _Terms, condition: str | None = None) -> Write:
        return Write("Put", {"TableName": self._tables[place.table], "Item": item, **_condition(terms, condition)})

    def _update(self, place: Place, update: str, terms: _Terms, condition: str | None = None) -> Write:
        request = {"TableName": self._tables[place.table], "Key": key_of(place), "UpdateExpression": update}
        return Write("Update", {**request, **_condition(terms, condition)})

    def _delete(self, place: Place, terms: _Terms, condition: str | None = None) -> Write:
        request = {"TableName": self._tables[place.table], "Key": key_of(place)}
        return Write("Delete", {**request, **_condition(terms, condition)})

    def _check(self, place: Place, terms: _Terms, condition: str) -> Write:
        request = {"TableName": self._tables[place.table], "Key": key_of(place)}
        return Write("ConditionCheck", {**request, **_condition(terms, condition)})


def _version(terms: _Terms, partition: str, version: int) -> str:
    return terms.equal("version", version) if version else terms.absent(partition)


def _told(terms: _Terms, said: str, topics: Sequence[str], at: datetime) -> str:
    """Attributes are named after topics, so their placeholders are numbered."""
    sets = []
    for number, topic in enumerate(topics):
        terms.names[f"#topic{number}"] = f"{said}{topic}"
        sets.append(f"#topic{number} = {terms.text(stamp(at))}")
    return f"SET {', '.join(sets)}"


def _reachable(terms: _Terms, topic: str | None) -> str:
    """What `Suppression.stops` says, as a condition."""
    condition = terms.absent("reason")
    if topic is None:
        return condition
    terms.names |= {"#yes": f"{codec.LIFTED}{topic}", "#yes_all": f"{codec.LIFTED}{ALL_TOPICS}"}
    terms.names |= {"#no": f"{codec.OBJECTED}{topic}", "#no_all": f"{codec.OBJECTED}{ALL_TOPICS}"}
    terms.names["#no_shop"] = f"{codec.OBJECTED}{BY_SHOP}"
    for no, silent in (("#no", "#no"), ("#no_all", "#no_all"), ("#no_shop", terms.name(codec.DENIED_BY))):
        condition += f" AND (attribute_not_exists({silent}) OR #yes > {no} OR #yes_all > {no})"
    return condition


def _is_person(terms: _Terms, partition: str, since: datetime | None = None) -> str:
    """A profile that was not merged into another one; `since`: nor given up by somebody from then on."""
    is_there = f"{terms.present(partition)} AND {terms.absent('pointer')}"
    if since is None:
        return is_there
    return f"{is_there} AND ({terms.absent('began')} OR {terms.name('began')} < {terms.text(stamp(since))})"


def _condition(terms: _Terms, condition: str | None) -> dict[str, Any]:
    return {
        **({"ConditionExpression": condition} if condition else {}),
        **({"ExpressionAttributeNames": terms.names} if terms.names else {}),
        **({"ExpressionAttributeValues": terms.values} if terms.values else {}),
    }
