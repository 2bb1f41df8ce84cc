"""Whom to remind of what is not submitted: before it is cleared (R3.7), and before an exam's collection closes."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Sequence

from django.db.models import QuerySet

from kuaiji.accountants.services.reminders import ExamClosing, closes_here, exam_closings
from kuaiji.collection.models import Draft
from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.messages.hooks import Candidate, Page, Place, Round, page_of
from kuaiji.messages.services.telling import day_words
from kuaiji.sms.enums import TemplateKey

DAYS_BEFORE = 7  # it is cleared


def draft_rounds(now: dt.datetime) -> Iterator[Round]:
    """The searches over open drafts at this moment."""
    yield Round(name="draft_ends", event=TemplateKey.DRAFT_ENDS, page=_ends)
    here = closes_here(now)
    for closing in exam_closings(now):
        if closing.name == here:
            name = f"exam_closing:draft:{closing.name}"
            yield Round(name=name, event=TemplateKey.EXAM_CLOSING, page=_closing(closing))


def draft_ends_stands(draft_id: uuid.UUID, once: str) -> bool:
    """Whether the draft is still open, and was not touched since."""
    draft = Draft.objects.filter(pk=draft_id, submitted_at=None).first()
    return draft is not None and once == _once(draft)


def _ends(after: Place | None, limit: int) -> Page:
    oldest = clock.now() - dt.timedelta(days=profile().draft_days)
    between = (oldest, oldest + dt.timedelta(days=DAYS_BEFORE))
    return page_of(_open(), _ending, moment="touched_at", between=between, after=after, limit=limit)


def _ending(drafts: Sequence[Draft]) -> Iterator[Candidate]:
    return (_candidate(draft, _once(draft), {"date": day_words(_cleared_on(draft))}) for draft in drafts)


def _closing(closing: ExamClosing) -> Callable[[Place | None, int], Page]:
    """Open drafts of people who have to submit before a collection closes."""

    def find(drafts: Sequence[Draft]) -> Iterator[Candidate]:
        return (_candidate(draft, f"{closing.name}:{draft.person_key_id}", closing.parameters) for draft in drafts)

    def page(after: Place | None, limit: int) -> Page:
        now = clock.now()
        between = (now - dt.timedelta(days=profile().draft_days), now)
        return page_of(_open(), find, moment="touched_at", between=between, after=after, limit=limit)

    return page


def _open() -> "QuerySet[Draft]":
    return Draft.objects.filter(submitted_at=None, user__is_active=True)


def _candidate(draft: Draft, once: str, parameters: dict[str, str]) -> Candidate:
    return Candidate(person_key_id=draft.person_key_id, subject_id=draft.pk, once=once, parameters=parameters)


def _once(draft: Draft) -> str:
    return f"{draft.pk}:{_cleared_on(draft).isoformat()}"


def _cleared_on(draft: Draft) -> dt.date:
    """The night in which the draft goes: it is cleared at 3:20 after that many days."""
    return clock.day_of(draft.touched_at + dt.timedelta(days=profile().draft_days))
