"""What providers report in either world, and the rows that tell what came of it."""

from __future__ import annotations

from typing import Any

from anlass.domain.feedback import Feedback, Kind
from anlass.domain.send import Send
from anlass.language.sms_status import SmsStatus
from anlass.ports import (
    Clock,
    Hashes,
    Links,
    Store,
)
from anlass.usecases.complaint_rate import watch_complaints
from anlass.usecases.people import read_with_person, who_got
from anlass.usecases.record_feedback import record_feedback
from anlass.usecases.record_sms_status import record_sms_status
from anlass.usecases.unsubscribe_by_mail import unsubscribe_by_mail

from cli.dev import reporting
from tests.worlds import MemoryWorld, MotoWorld, World


class Inside:
    """The product's own adapters into a world, to look at rows and to play the parts that are not there in memory."""

    def __init__(self, world: World) -> None:
        self.world = world
        if isinstance(world, MemoryWorld):
            simulation = world.simulation
            self.store: Store = simulation.store
            self.clock: Clock = simulation.clock
            self.hashes: Hashes = simulation.hashes
            self.links: Links = simulation.links
        else:
            assert isinstance(world, MotoWorld)
            self.app = world.runtime.application()
            self.store, self.clock = self.app.store, world.runtime.clock
            self.hashes, self.links = self.app.hashes, self.app.links

    def send(self, step: str, who: str = "u:anna") -> Send:
        """The only one of this step and person."""
        (found,) = (row for row in self.sends() if row.step == step and row.profile == who)
        return found

    def sends(self) -> list[Send]:
        if isinstance(self.world, MemoryWorld):
            return [row for row in self.world.simulation.store.rows() if isinstance(row, Send)]
        assert isinstance(self.world, MotoWorld)
        return self.world.rows(Send)

    def report(self, send: Send, kind: Kind) -> None:
        """Of an e-mail: a hard bounce if it is one."""
        if isinstance(self.world, MotoWorld):
            assert reporting.report(self.world.runtime, self.app, send.id, kind, {})
            self.world.runtime.settle()
            return
        person, _ = who_got(send, self.store)
        address = person.address("email") if person is not None else None
        recipients = (address,) if address is not None else ()
        said = Feedback(kind, send.enrolment, send.step, send.visit, "1", self.clock.now(), recipients)
        record_feedback(said, store=self.store, hashes=self.hashes)
        if kind == "complaint":
            watch_complaints(store=self.store, clock=self.clock)
        self._settle()

    def report_sms(self, send: Send, answer: str, number: str) -> None:
        """What the operator answers; "" is a delivery."""
        assert send.provider_id is not None
        if isinstance(self.world, MotoWorld):
            line = {
                "notification": {"messageId": send.provider_id},
                "delivery": {"destination": number, "providerResponse": answer},
                "status": "FAILURE" if answer else "SUCCESS",
            }
            group = self.world.runtime.names.log_group("sns/${Region}/${Account}/DirectPublishToPhoneNumber")
            assert self.world.runtime.write_log(group + ("/Failure" if answer else ""), line)
            self.world.runtime.settle()
            return
        final = answer in ("Invalid phone number", "Phone number is opted out")
        is_opt_out = answer == "Phone number is opted out"
        now = self.clock.now()
        status = SmsStatus(send.provider_id, now, not answer, number, answer or None, final, is_opt_out)
        record_sms_status(status, store=self.store, hashes=self.hashes)
        self._settle()

    def mail(self, to: str) -> str | None:
        """Somebody writes to this address; what came of it, where that can be seen."""
        if isinstance(self.world, MotoWorld):
            self.world.runtime.receive_mail(to, "somebody@example.com", "unsubscribe")
            self.world.runtime.settle()
            return None
        assert isinstance(self.world, MemoryWorld)
        outcome = unsubscribe_by_mail(to, self.world.simulation)
        self._settle()
        return outcome

    def consents(self, profile: str = "u:anna", channel: str = "email") -> list[tuple[Any, ...]]:
        person, _ = read_with_person(self.store, profile)
        consent = (person.consents or {}).get(channel) if person is not None else None
        return [(g.topic, g.status, g.by, g.source) for g in consent.grants] if consent is not None else []

    def _settle(self) -> None:
        assert isinstance(self.world, MemoryWorld)
        self.world.simulation.settle()
