"""What the operator says of an SMS: found by the provider's id, then a report like any other."""

from __future__ import annotations

from anlass.domain.feedback import Feedback
from anlass.keys import ProviderKey
from anlass.language.sms_status import SmsStatus
from anlass.ports import Hashes, Store
from anlass.usecases.record_feedback import Recorded, record_feedback


def record_sms_status(status: SmsStatus, *, store: Store, hashes: Hashes) -> Recorded:
    """A status of another application's message, on the same account, is none of ours."""
    name = store.read([ProviderKey(status.provider_id)]).named(status.provider_id)
    if name is None:
        return Recorded("no such message")
    _, step, visit = name.row.split("#")
    feedback = Feedback(
        "delivery" if status.is_delivered else "failure",
        name.enrolment,
        step,
        int(visit),
        id=status.provider_id,
        at=status.at,
        recipients=(status.number,) if status.is_final and status.number else (),
        hard=status.is_final,
        withdraws="answer by SMS" if status.is_opt_out else None,
        details={"reason": status.reason},
    )
    return record_feedback(feedback, store=store, hashes=hashes)
