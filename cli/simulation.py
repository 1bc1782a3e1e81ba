"""The whole house in memory on a virtual clock: the same use cases as the functions run, driven by one loop.

Scenarios, the demo's second run and later the simulator stand on this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import assert_never, get_args

from anlass.adapters.memory.archive import MemoryArchive
from anlass.adapters.memory.calendar import MemoryCalendar
from anlass.adapters.memory.census import MemoryCensus
from anlass.adapters.memory.clock import VirtualClock
from anlass.adapters.memory.content import MemoryContent
from anlass.adapters.memory.definitions import MemoryDefinitions
from anlass.adapters.memory.events import MemoryEventLog
from anlass.adapters.memory.executions import MemoryExecutions, Run
from anlass.adapters.memory.hashes import MemoryHashes
from anlass.adapters.memory.links import MemoryLinks
from anlass.adapters.memory.mailer import MemoryMailer
from anlass.adapters.memory.queues import MemoryQueues
from anlass.adapters.memory.seals import MemorySeals
from anlass.adapters.memory.selections import MemorySelections
from anlass.adapters.memory.shop import MemoryShop
from anlass.adapters.memory.store import MemoryStore
from anlass.adapters.memory.texter import MemoryTexter
from anlass.adapters.memory.vocabulary import MemoryVocabulary
from anlass.domain.applying import Record
from anlass.domain.event import Event
from anlass.domain.local_time import next_local
from anlass.domain.planning import PLANNED_AT
from anlass.domain.send import Send
from anlass.domain.timer import Timer
from anlass.ports import PARTS, QueueName
from anlass.usecases.advance_enrolment import advance_enrolment
from anlass.usecases.call_webhook import Calling, call_webhook
from anlass.usecases.catalog import load_catalog
from anlass.usecases.deliver_message import deliver_message
from anlass.usecases.delivery import Delivery
from anlass.usecases.dispatch import dispatch, keep_calendar
from anlass.usecases.erase_person import erase_person
from anlass.usecases.expire_proofs import expire_proofs
from anlass.usecases.heeding import Heeded
from anlass.usecases.learn_names import learn_names
from anlass.usecases.match_events import match_events
from anlass.usecases.people_work import PeopleWork
from anlass.usecases.plan_day import plan_day
from anlass.usecases.publish_content import Publication, publish
from anlass.usecases.publish_schemas import publish_schemas
from anlass.usecases.request_selections import start_requested
from anlass.usecases.retention import load_retention
from anlass.usecases.ring_timer import ring_timer
from anlass.usecases.select_people import select_people
from anlass.usecases.selecting.work import Work
from anlass.usecases.sweep import Sweeper, sweep
from anlass.usecases.wake_enrolment import wake_enrolment
from anlass.wire import Deliver, Due, Erase, Message, Start, Wake, Webhook

ROUNDS = 100_000  # of settling one moment; more is a loop
BATCH = 100  # stream records to one reader
CLAIM_SECONDS = 90


class Simulation:
    """`settle` does all that is due now; `advance` goes from due time to due time."""

    def __init__(
        self,
        start: datetime,
        border: timedelta = timedelta(days=7),
        public_url: str = "http://127.0.0.1",
        late: timedelta = timedelta(0),
    ) -> None:
        """`border`: waits from here on are the calendar's; `late`: how long after its minute that rings."""
        self.clock = VirtualClock(start)
        self.border = border
        self.event_log = MemoryEventLog()
        self.store = MemoryStore(self.event_log)
        self.definitions = MemoryDefinitions()
        self.past = Heeded(self.event_log, lambda: self.definitions)
        self.vocabulary = MemoryVocabulary()
        self.content = MemoryContent()
        self.queues = MemoryQueues(self.clock)
        self.calendar = MemoryCalendar(self.clock, late)
        self.executions = MemoryExecutions()
        self.census = MemoryCensus(self.store)
        self.selections = MemorySelections(self.clock)
        self.mailer = MemoryMailer()
        self.texter = MemoryTexter()
        self.links = MemoryLinks(public_url)
        self.hashes = MemoryHashes()
        self.archive = MemoryArchive(self.store, self.event_log)
        self.shop = MemoryShop(self.clock)
        self.seals = MemorySeals()
        self.mail_times: list[datetime] = []  # when each mail in `mailer.sent` left
        self.unsettled: list[Send] = []  # messages of which the sweeper said that nobody will know more
        self._read_events = 0
        self._read_outbox = 0
        self._attempts = 0
        self._next_plan: datetime | None = None

    def publish(self, files: Mapping[str, str]) -> list[Publication]:
        """Puts files (path below content/ → text) where a marketer would and publishes each."""
        published = []
        for path, text in files.items():
            self.content.files[path] = text
            published.append(self._publish(path))
        return published

    def withdraw(self, path: str) -> Publication:
        """Deletes a file."""
        del self.content.files[path]
        return self._publish(path)

    def _publish(self, path: str) -> Publication:
        _, names = self.vocabulary.learned()
        done = publish(path, content=self.content, definitions=self.definitions, clock=self.clock, names=names)
        start_requested(definitions=self.definitions, selections=self.selections)
        publish_schemas(path, names, content=self.content)
        return done

    def ingest(self, *events: Event) -> None:
        """Stores events as intake does, and does everything that follows at once."""
        self.event_log.put(events)
        self.settle()

    def advance(self, to: datetime, on_step: Callable[[datetime], None] = lambda _: None) -> None:
        self.settle()
        while (due := self._next_due()) is not None and due <= to:
            self.clock.set(max(due, self.clock.now()))
            self.settle()
            self._sweep_if_due()
            self._plan_if_due()
            self.settle()
            on_step(self.clock.now())
        self.clock.set(to)

    def settle(self) -> None:
        """Does everything that is due now, until nothing is left."""
        for _ in range(ROUNDS):
            if not self.step():
                return
        raise RuntimeError(f"no end of work at {self.clock.now().isoformat()}: something makes work for itself")

    def step(self) -> bool:
        """One round of what is due now; whether there was anything to do."""
        return self._streams() or self._rings() or self._queued() or self._runs() or self._select()

    def deliver_again(self, events: int = 0, rows: int = 0) -> None:
        """Lets the streams' readers see the last records once more, as AWS does after a failure. A stream keeps its
        records for 24 hours.
        """
        oldest = self.clock.now() - timedelta(hours=24)
        while events > 0 and self._read_events > 0:
            if self.event_log.stream[self._read_events - 1][1].received_at < oldest:
                break
            self._read_events, events = self._read_events - 1, events - 1
        self._read_outbox = max(0, self._read_outbox - rows)
        self.settle()

    def lose_requests(self) -> None:
        """What the last commits asked for is lost on the way, as if the stream had dropped it."""
        self._read_outbox = len(self.store.outbox)

    def sweep(self) -> Mapping[str, int]:
        """What the maintenance schedule does every five minutes."""
        return sweep(
            Sweeper(
                self.store,
                self.past,
                self.definitions,
                self.queues,
                self.executions,
                self.clock,
                self.border,
                log=lambda kind, id_, error: self._raise(kind, id_, error),
                unsettled=self.unsettled.append,
            )
        )

    def _next_due(self) -> datetime | None:
        """The sweeper looks when a row is past its time: months of nothing must not cost months of sweeps."""
        sources = (self.queues, self.calendar, self.executions, self.selections)
        dues = [*(source.next_due() for source in sources), self.store.next_sweep(), self._next_planning()]
        return min((due for due in dues if due is not None), default=None)

    def _sweep_if_due(self) -> None:
        due = self.store.next_sweep()
        if due is not None and due <= self.clock.now():
            self.sweep()

    def _next_planning(self) -> datetime | None:
        """The daily run, while something is done by the calendar."""
        if not load_catalog(self.definitions).wants_days:
            self._next_plan = None
        elif self._next_plan is None:
            self._next_plan = next_local(PLANNED_AT, self.clock.now() + timedelta(microseconds=1), UTC)
        return self._next_plan

    def _plan_if_due(self) -> None:
        if (due := self._next_planning()) is not None and due <= self.clock.now():
            plan_day(definitions=self.definitions, selections=self.selections, clock=self.clock)
            self._next_plan = None

    def _select(self) -> bool:
        """Plays the state machine `select`: all pages of all parts."""
        due = self.selections.pop_due(self.clock.now())
        work = Work(self.census, self.store, self.past, self.definitions, self.clock)
        for selection in due:
            for part in range(PARTS):
                cursor = select_people(selection, part, None, work)
                while cursor is not None:
                    cursor = select_people(selection, part, cursor, work)
        return bool(due)

    @staticmethod
    def _raise(kind: str, id_: str, error: BaseException) -> None:
        raise RuntimeError(f"sweeping {kind} {id_} failed") from error

    def _streams(self) -> bool:
        events = self.event_log.stream[self._read_events : self._read_events + BATCH]
        rows = self.store.outbox[self._read_outbox : self._read_outbox + BATCH]
        self._read_events += len(events)
        self._read_outbox += len(rows)
        if events:
            records = [Record(event, "memory", sequence) for sequence, event in events]
            failed = match_events(
                records,
                store=self.store,
                event_log=self.past,
                definitions=self.definitions,
                clock=self.clock,
                hashes=self.hashes,
            )
            if failed:
                raise RuntimeError(f"{len(failed)} events met too many conflicts, which memory cannot have")
            learn_names([record.event for record in records], vocabulary=self.vocabulary)
            for record in records:
                expire_proofs(record.event, store=self.store, archive=self.archive, retention=self.people.retention)
        forwarded = [row for row in rows if not isinstance(row, Timer) and row.request != "schedule"]
        dispatch(forwarded, queues=self.queues)
        for row in rows:
            if row.request == "schedule":
                keep_calendar(row, calendar=self.calendar, queues=self.queues, clock=self.clock)
        return bool(events or rows)

    def _rings(self) -> bool:
        rung = self.calendar.pop_due(self.clock.now())
        for ring in rung:
            self.queues.send(ring.queue, [ring.message])
        return bool(rung)

    def _queued(self) -> bool:
        worked = False
        for queue in get_args(QueueName):
            while (message := self.queues.take(queue)) is not None:
                self._handle(message)
                worked = True
        return worked

    def _handle(self, message: Message) -> None:
        self._attempts += 1
        match message:
            case Wake():
                wake_enrolment(
                    message,
                    store=self.store,
                    event_log=self.past,
                    definitions=self.definitions,
                    executions=self.executions,
                    clock=self.clock,
                    border=self.border,
                )
            case Start():
                self.executions.start(message.name, message.enrolment)
            case Due():
                ring_timer(
                    message,
                    store=self.store,
                    event_log=self.past,
                    definitions=self.definitions,
                    clock=self.clock,
                    border=self.border,
                )
            case Deliver():
                before = len(self.mailer.sent)
                deliver_message(message, f"attempt-{self._attempts}", self.delivery())
                self.mail_times += [self.clock.now()] * (len(self.mailer.sent) - before)
            case Webhook():
                call_webhook(message, Calling(self.store, self.shop, self.seals, self.clock))
            case Erase():
                self._erase(message)
            case _:
                assert_never(message)

    def _erase(self, message: Erase) -> None:
        """What it changes of the content folder, its notification publishes."""
        before = dict(self.content.files)
        erase_person(message, self.people, self.content, self.definitions)
        for path, text in list(self.content.files.items()):
            if before.get(path) != text:
                self._publish(path)

    @property
    def people(self) -> PeopleWork:
        retention = load_retention(self.definitions)
        return PeopleWork(
            self.store, self.archive, self.event_log, self.definitions, self.hashes, self.clock, retention
        )

    def delivery(self) -> Delivery:
        return Delivery(
            self.store,
            self.definitions,
            self.mailer,
            self.texter,
            self.links,
            self.queues,
            self.clock,
            self.hashes,
            CLAIM_SECONDS,
        )

    def _runs(self) -> bool:
        self.executions.time_out(self.clock.now())
        worked = bool(self.executions.ready)
        while self.executions.ready:
            self._run(self.executions.ready.popleft())
        return worked

    def _run(self, run: Run) -> None:
        """Plays the state machine: Advance → Park → (woken, timed out or refused) → Advance … → Done."""
        route = advance_enrolment(
            run.enrolment,
            run.name,
            store=self.store,
            event_log=self.past,
            definitions=self.definitions,
            clock=self.clock,
            border=self.border,
        )
        if route.next == "park":
            token = self.executions.park(run, self.clock.now() + timedelta(seconds=route.seconds))
            if not self.store.park(run.enrolment, int(route.seq), run.name, token):
                self.executions.wake(token)  # something came between: it advances again
