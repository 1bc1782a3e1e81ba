"""All step types. A new one is a file in this folder and a line in `AnyStep`."""

from __future__ import annotations

from typing import Annotated, get_args

from anlass.language.model import by_key, tagged
from anlass.language.steps import branch, repeat, split, wait_for
from anlass.language.steps.base import StepModel
from anlass.language.steps.branch import BranchStep
from anlass.language.steps.consents import SubscribeStep, UnsubscribeStep
from anlass.language.steps.enrol import EnrolStep
from anlass.language.steps.exit import ExitStep
from anlass.language.steps.repeat import RepeatStep
from anlass.language.steps.send import SendStep
from anlass.language.steps.split import SplitStep
from anlass.language.steps.sunset import SunsetStep
from anlass.language.steps.update import UpdateStep
from anlass.language.steps.wait import WaitStep
from anlass.language.steps.wait_for import WaitForStep
from anlass.language.steps.webhook import WebhookStep

_Types = (
    Annotated[SendStep, tagged("send")]
    | Annotated[WaitStep, tagged("wait")]
    | Annotated[WaitForStep, tagged("wait_for")]
    | Annotated[BranchStep, tagged("branch")]
    | Annotated[SplitStep, tagged("split")]
    | Annotated[RepeatStep, tagged("repeat")]
    | Annotated[UpdateStep, tagged("update")]
    | Annotated[WebhookStep, tagged("webhook")]
    | Annotated[SubscribeStep, tagged("subscribe")]
    | Annotated[UnsubscribeStep, tagged("unsubscribe")]
    | Annotated[EnrolStep, tagged("enrol")]
    | Annotated[SunsetStep, tagged("sunset")]
    | Annotated[ExitStep, tagged("exit")]
)
STEP_TYPES: dict[str, type[StepModel]] = {
    model.kind(): model for model in (get_args(member)[0] for member in get_args(_Types))
}
AnyStep = Annotated[_Types, by_key("step", tuple(STEP_TYPES), '{"wait": "24 hours"}')]

# Steps hold steps: now that all of them are known, those that do can be completed.
for _model in (
    *(branch.When, branch.Else, BranchStep),
    *(wait_for.AnswerModel, wait_for.Waiting, WaitForStep),
    *(split.VariantModel, split.Splitting, SplitStep),
    *(repeat.Repeating, RepeatStep),
):
    _model.model_rebuild(_types_namespace={"AnyStep": AnyStep})
