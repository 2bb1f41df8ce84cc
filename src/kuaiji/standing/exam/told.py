"""What the exam system was told about a person, as the person reads it."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence

from kuaiji.examchecks.models import ExamCheck
from kuaiji.examchecks.services.told import Told, told_about, told_of
from kuaiji.exams.judging.verdicts import Verdict
from kuaiji.standing.exam.display import TITLES, state_of

SHOWN_AT_ONCE = 10
OTHER_NAME = "姓名不符"


@dataclasses.dataclass(frozen=True, slots=True)
class ShownTold:
    """One answer. ``verdicts`` are the conditions with their titles; none where another name was asked about."""

    row: uuid.UUID
    exam: str
    client: str
    at: dt.datetime
    state: str
    verdicts: list[tuple[str, Verdict]]


@dataclasses.dataclass(frozen=True, slots=True)
class ToldPage:
    """Some answers, the newest first, and behind which one older ones begin, if there are any."""

    answers: Sequence[ShownTold]
    older: uuid.UUID | None


def told_page(user_id: uuid.UUID, *, before: uuid.UUID | None) -> ToldPage:
    """The newest answers, or those before one of them."""
    found = told_about(user_id, before=before, limit=SHOWN_AT_ONCE + 1)
    shown = found[:SHOWN_AT_ONCE]
    return ToldPage([_shown(one) for one in shown], shown[-1].check.pk if len(found) > len(shown) else None)


def shown_told(checks: Sequence[ExamCheck]) -> list[ShownTold]:
    """What these rows say, in their order."""
    return [_shown(one) for one in told_of(checks)]


def _shown(told: Told) -> ShownTold:
    judgement = told.judgement
    return ShownTold(
        row=told.check.pk,
        exam=f"{told.question.year}年度{told.question.level.label}",
        client=told.client,
        at=told.check.at,
        state=state_of(judgement) if judgement else OTHER_NAME,
        verdicts=[(TITLES[one.condition], one) for one in judgement.verdicts] if judgement else [],
    )
