"""Drafts and waiting submissions of before under today's rules of texts: steps of ``kuaiji mend-texts``."""

import uuid
from typing import Any

from django.db.models import QuerySet

from kuaiji.accountants.sections.answers import answers_equal, tidied
from kuaiji.collection.models import StepAnswers, Submission
from kuaiji.common.mending import MendStep
from kuaiji.common.rotation import BATCH, FIRST, RotationStep, walk


def _step(title: str, rows: "QuerySet[Any]", column: str) -> MendStep:
    """The step of a table with sealed answers in ``column``. Its rows are few, so that all are read to be counted.

    Neither revision nor time of a row change: who has its page open goes on, and a draft is swept when it was to be.
    """

    def differing(ids: list[uuid.UUID]) -> list[uuid.UUID]:
        found = rows.filter(pk__in=ids, person_key__destroyed_at=None).select_related("person_key")
        return [row.pk for row in found if not answers_equal(getattr(row, column), tidied(getattr(row, column)))]

    def mend(ids: list[uuid.UUID]) -> int:
        locked = rows.filter(pk__in=differing(ids)).select_for_update(of=("self",), skip_locked=True)
        found = list(locked.select_related("person_key"))
        for row in found:
            setattr(row, column, tidied(getattr(row, column)))
            row.save(update_fields=[column])
        return len(found)

    def left() -> int:
        count, after = 0, FIRST
        while ids := walked(after, BATCH):
            count += len(differing(ids))
            after = ids[-1]
        return count

    walked = walk(rows.model)
    return MendStep(RotationStep(title, left, walked, mend), lambda ids: len(differing(ids)))


DRAFTS = _step("填写中的信息", StepAnswers.objects.all(), "data")
SUBMISSIONS = _step("待核验的信息", Submission.objects.waiting(), "answers")
