"""What the exam system was told about a person, for that person (R7)."""

import dataclasses
import uuid
from collections.abc import Sequence

from django.db.models import QuerySet

from kuaiji.examchecks.models import ExamCheck, ExamClient
from kuaiji.examchecks.services.judgements import judgements_of, question_of
from kuaiji.exams.judging.judge import Judgement
from kuaiji.exams.judging.rules import Question

PAGE = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """One answer: when, to whose system, about which exam. ``judgement`` is None where another name was asked about."""

    check: ExamCheck
    client: str
    question: Question
    judgement: Judgement | None


def told_about(user_id: uuid.UUID, *, before: uuid.UUID | None = None, limit: int = PAGE) -> list[Told]:
    """The newest answers about a user, the newest first; with ``before`` those older than that answer."""
    checks = checks_of(user_id)
    return told_of(list((checks.filter(pk__lt=before) if before else checks)[:limit]))


def told_of(page: Sequence[ExamCheck]) -> list[Told]:
    """What these rows say, in their order."""
    names = _names(page)
    return [
        Told(check, names.get(check.client_id, ""), question_of(check), judgement)
        for check, judgement in zip(page, judgements_of(page), strict=True)
    ]


def checks_of(user_id: uuid.UUID) -> QuerySet[ExamCheck]:
    """All rows about a user, the newest first."""
    return ExamCheck.objects.filter(user_id=user_id).order_by("-pk")


def _names(checks: Sequence[ExamCheck]) -> dict[uuid.UUID, str]:
    clients = {check.client_id for check in checks}
    return dict(ExamClient.objects.filter(pk__in=clients).values_list("pk", "name"))
