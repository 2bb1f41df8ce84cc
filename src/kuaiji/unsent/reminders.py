"""Whom to remind of a form that was not sent, before it is cleared (docs/adr/0069)."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.messages.hooks import Candidate, Page, Place, Round, page_of
from kuaiji.messages.services.telling import day_words
from kuaiji.sms.enums import TemplateKey
from kuaiji.unsent.models import UnsentForm
from kuaiji.unsent.registry import KEPT_FORMS

DAYS_BEFORE = 7  # it is cleared


def unsent_rounds(now: dt.datetime) -> Iterator[Round]:
    """The search over forms that nobody has gone on with, but for those whose app reminds of them itself."""
    yield Round(name="unsent_ends", event=TemplateKey.UNSENT_ENDS, page=_ends)


def unsent_ends_stands(row_id: uuid.UUID, once: str) -> bool:
    """Whether the form is still not sent, and nobody has gone on with it since."""
    row = _rows().filter(pk=row_id).first()
    return row is not None and once == _once(row)


def _rows() -> "QuerySet[UnsentForm]":
    reminding = [form for form in KEPT_FORMS if KEPT_FORMS[form].reminded]
    return UnsentForm.objects.filter(form__in=reminding, user__is_active=True).defer("fields")


def _ends(after: Place | None, limit: int) -> Page:
    oldest = clock.now() - dt.timedelta(days=profile().draft_days)
    between = (oldest, oldest + dt.timedelta(days=DAYS_BEFORE))
    return page_of(_rows(), _ending, moment="saved_at", between=between, after=after, limit=limit)


def _ending(rows: Sequence[UnsentForm]) -> Iterator[Candidate]:
    for row in rows:
        said = {"form": KEPT_FORMS[row.form].title, "date": day_words(_cleared_on(row))}
        yield Candidate(person_key_id=row.person_key_id, subject_id=row.pk, once=_once(row), parameters=said)


def _once(row: UnsentForm) -> str:
    return f"{row.pk}:{_cleared_on(row).isoformat()}"


def _cleared_on(row: UnsentForm) -> dt.date:
    return clock.day_of(row.saved_at + dt.timedelta(days=profile().draft_days))
