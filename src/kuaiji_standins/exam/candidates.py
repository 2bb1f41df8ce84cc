"""Signing up for an exam, asking about a candidate again, and reading what was mended meanwhile."""

import uuid
from typing import Any

from django.db import transaction

from kuaiji.common import clock
from kuaiji.common.http import PartnerUnavailable
from kuaiji_standins.exam.doors import Door, Problem, Verification, doors
from kuaiji_standins.models import ExamCandidate, ExamRepairs

PERSON = ("name", "document_type", "document_number")


def sign_up(door: Door, *, level: str, year: int, division: str, person: dict[str, str]) -> ExamCandidate:
    """A new candidate, asked about for the first time. Raises Problem, PartnerUnavailable, and keeps nobody then."""
    candidate = ExamCandidate(platform=door.platform, level=level, year=year, division=division, **person)
    _take(candidate, door.verify(question_of(candidate)))
    candidate.save(force_insert=True)
    return candidate


def ask_again(candidate: ExamCandidate, door: Door) -> None:
    """What the platform says now. Raises Problem, PartnerUnavailable."""
    _take(candidate, door.verify(question_of(candidate)))
    candidate.save()


def read_repairs(door: Door) -> None:
    """Mark all whose refusal was mended since we last read. Raises Problem, PartnerUnavailable."""
    read = ExamRepairs.objects.filter(platform=door.platform).first()
    after = read.after if read else "0"
    while True:
        references, following = door.repairs(after)
        with transaction.atomic():
            ExamCandidate.objects.filter(pk__in=list(map(uuid.UUID, references))).update(mended_at=clock.now())
            ExamRepairs.objects.update_or_create(platform=door.platform, defaults={"after": following})
        if following == after or not references:
            return
        after = following


def read_all_repairs() -> None:
    """Of every platform that refused somebody; one that does not answer is read the next time."""
    refused = ExamCandidate.objects.filter(answer__eligible=False, mended_at=None)
    waiting = set(refused.values_list("platform", flat=True).distinct())
    for door in doors().values():
        if door.platform not in waiting:
            continue
        try:
            read_repairs(door)
        except (Problem, PartnerUnavailable):
            continue


def question_of(candidate: ExamCandidate) -> dict[str, Any]:
    """The body of the question."""
    exam = {"level": candidate.level, "year": candidate.year}
    return {
        **{field: getattr(candidate, field) for field in PERSON},
        "exam": exam | ({"division": candidate.division} if candidate.division else {}),
        "reference": str(candidate.pk),
    }


def _take(candidate: ExamCandidate, answer: Verification) -> None:
    candidate.answer = answer.model_dump(mode="json")
    candidate.asked_at, candidate.mended_at = clock.now(), None
    candidate.was_refused = candidate.was_refused or not answer.eligible
