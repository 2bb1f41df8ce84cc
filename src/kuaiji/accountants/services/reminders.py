"""Whom to remind of a record: before it is no longer up to date (R4.6), and before an exam's collection closes.

Both searches go along the index of ``confirmed_at``: a day is due when the records confirmed on it are.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Sequence

from django.db.models import QuerySet

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.models import ExamRow, Record
from kuaiji.accountants.reading.currency import up_to_date
from kuaiji.accountants.reading.exam_facts import facts_of
from kuaiji.common import clock
from kuaiji.common.dates import months_after
from kuaiji.common.profile import profile
from kuaiji.exams.enums import ExamLevel
from kuaiji.exams.judging.facts import Facts
from kuaiji.exams.judging.levels import levels_able, window_for
from kuaiji.exams.rules import Window
from kuaiji.exams.services.rulebook import Rulebook, rulebook
from kuaiji.exams.services.windows import next_for, windows_ahead
from kuaiji.messages.hooks import Candidate, Page, Place, Round, page_of
from kuaiji.messages.services.telling import day_words, moment_words
from kuaiji.sms.enums import TemplateKey

DAYS_BEFORE = (30, 7)  # the last day that a record is up to date
EXAM_DAYS = 14  # before the collection closes
LAPSED_DAYS = 365  # who let it lapse longer ago is not reminded of every exam


@dataclasses.dataclass(frozen=True, slots=True)
class ExamClosing:
    """The collection before the registrations of a ``year`` closes; ``name`` tells it from others."""

    name: str
    year: int
    collect_by: dt.datetime
    words: str

    @property
    def parameters(self) -> dict[str, str]:
        return {"exam": self.words, "time": moment_words(self.collect_by)}


def record_rounds(now: dt.datetime) -> Iterator[Round]:
    """The searches over records at this moment."""
    today = clock.day_of(now)
    for before, nearer in zip(DAYS_BEFORE, (*DAYS_BEFORE[1:], -1), strict=True):
        page = _confirm_soon(today + dt.timedelta(nearer + 1), today + dt.timedelta(before), str(before))
        yield Round(name=f"confirm_soon:{before}", event=TemplateKey.CONFIRM_SOON, page=page)
    for closing in exam_closings(now):
        yield Round(name=f"exam_closing:record:{closing.name}", event=TemplateKey.EXAM_CLOSING, page=_closing(closing))


def confirm_soon_stands(record_id: uuid.UUID, once: str) -> bool:
    """Whether the record is still to be confirmed by the day that the reminder says."""
    record = Record.objects.filter(pk=record_id, status=CollectionStatus.COLLECTED).first()
    if record is None:
        return False
    until = up_to_date(record, clock.today()).until
    return until.isoformat() in once.split(":") and until >= clock.today()


def exam_closing_stands(subject_id: uuid.UUID, once: str) -> bool:
    """Whether the collection is still open, and nothing was done meanwhile. ``subject_id`` is a record or a draft."""
    closing = next((each for each in exam_closings(clock.now()) if once.startswith(f"{each.name}:")), None)
    record = Record.objects.filter(pk=subject_id).first()
    return closing is not None and (record is None or _has_to_do(record, closing))


def exam_closings(now: dt.datetime) -> list[ExamClosing]:
    """What closes within some days, for anybody of this platform; levels with the same moment together."""
    groups: dict[tuple[int, dt.datetime], list[Window]] = {}
    for window in windows_ahead(at=now):
        if now < window.collect_by <= now + dt.timedelta(EXAM_DAYS):
            groups.setdefault((window.year, window.collect_by), []).append(window)
    return [_made_of(year, at, windows) for (year, at), windows in sorted(groups.items())]


def closes_here(now: dt.datetime) -> str:
    """The name of what closes for people of whom no more is known than the platform: they may go for every level; or
    nothing."""
    window = next_for(at=now)
    return _name(window.year, window.collect_by) if window else ""


def _closes_for(facts: Facts, closing: ExamClosing, book: Rulebook, now: dt.datetime) -> bool:
    """Whether the next registration for which somebody has what it takes is one of those before which it closes."""
    able = levels_able(facts, closing.year, book.ruleset, at=now, here=book.here)
    window = window_for(facts, able, at=now, here=book.here)
    return window is not None and _name(window.year, window.collect_by) == closing.name


def _made_of(year: int, collect_by: dt.datetime, windows: list[Window]) -> ExamClosing:
    levels = sorted({level for window in windows for level in window.levels})
    words = f"{year}年度{'、'.join(ExamLevel(level).label for level in levels)}会计资格"
    return ExamClosing(_name(year, collect_by), year, collect_by, words)


def _name(year: int, collect_by: dt.datetime) -> str:
    return f"{year}@{int(collect_by.timestamp())}"


def _confirm_soon(first: dt.date, last: dt.date, before: str) -> Callable[[Place | None, int], Page]:
    """Records that are up to date until a day from ``first`` to ``last``."""

    def find(records: Sequence[Record]) -> Iterator[Candidate]:
        for record in records:
            until = up_to_date(record, clock.today()).until
            once = f"{record.pk}:{until.isoformat()}:{before}"
            yield _candidate(record, once, {"date": day_words(until)})

    def page(after: Place | None, limit: int) -> Page:
        between = _midnight_after(last_confirmed(first - dt.timedelta(1))), _midnight_after(last_confirmed(last))
        return page_of(_kept_here(), find, moment="confirmed_at", between=between, after=after, limit=limit)

    return page


def _closing(closing: ExamClosing) -> Callable[[Place | None, int], Page]:
    """Records that have to be confirmed or completed before a collection closes, of people who could register then."""

    def find(records: Sequence[Record]) -> Iterator[Candidate]:
        now, book = clock.now(), rulebook()
        known = ExamRow.objects.in_bulk([record.pk for record in records])
        for record in records:
            row = known.get(record.pk)
            if row and _closes_for(facts_of(row), closing, book, now):
                yield _candidate(record, f"{closing.name}:{record.person_key_id}", closing.parameters)

    def page(after: Place | None, limit: int) -> Page:
        day = clock.day_of(closing.collect_by)
        begin = last_confirmed(day - dt.timedelta(LAPSED_DAYS))
        between = _midnight_after(begin), _midnight_after(last_confirmed(day - dt.timedelta(1)))
        return page_of(_kept_here(), find, moment="confirmed_at", between=between, after=after, limit=limit)

    return page


def _has_to_do(record: Record, closing: ExamClosing) -> bool:
    state = up_to_date(record, clock.today())
    return record.status == CollectionStatus.TO_COMPLETE or state.until < clock.day_of(closing.collect_by)


def _kept_here() -> "QuerySet[Record]":
    return Record.objects.filter(status=CollectionStatus.COLLECTED, user__is_active=True)


def _candidate(record: Record, once: str, parameters: dict[str, str]) -> Candidate:
    return Candidate(person_key_id=record.person_key_id, subject_id=record.pk, once=once, parameters=parameters)


def last_confirmed(until: dt.date) -> dt.date:
    """The last day on which a confirmation counts until ``until`` at most: months are not all of one length."""
    months = profile().up_to_date_months
    day = months_after(until, -months) + dt.timedelta(4)
    while months_after(day, months) > until:
        day -= dt.timedelta(1)
    return day


def _midnight_after(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(1), dt.time(), clock.CHINA)
