"""Reading, filling and changing the registrations for the exam (ADR 0071)."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection
from pathlib import Path

from django.db import IntegrityError, transaction

from kuaiji.audit.services import Operation, record_events
from kuaiji.common import clock
from kuaiji.common.clock import CHINA
from kuaiji.common.errors import RuleBroken
from kuaiji.common.profile import profile
from kuaiji.exams import rules
from kuaiji.exams.enums import ExamLevel
from kuaiji.exams.events import ExamWindowAdded, ExamWindowEnded
from kuaiji.exams.models import ExamWindow
from kuaiji.exams.rules import COUNTRY, Window
from kuaiji.exams.services.shipped import FOLDER, Shipped, fill, read_shipped
from kuaiji.regions.models import Division

SHIPPED = FOLDER / "exam_windows.csv"


def next_for(*, at: dt.datetime, place: str = "", levels: Collection[int] = tuple(ExamLevel)) -> Window | None:
    """The registration that comes next for people of ``place``, a division or a service area; by default of this
    platform. ``rules.words`` says it. None where none is known.
    """
    territory = profile().territory
    above = rules.places_above(place or territory, territory=territory)
    return rules.next_window(windows_ahead(at=at), places=above, levels=levels, at=at)


def windows_ahead(*, at: dt.datetime) -> list[Window]:
    """All windows that count and are not over at ``at``, of all places: the table is small."""
    rows = ExamWindow.objects.filter(ended_at=None, registration_to__gte=clock.day_of(at))
    return [window_of(row) for row in rows]


def window_of(row: ExamWindow) -> Window:
    """A row as rules see it."""
    return Window(
        year=row.year,
        levels=(ExamLevel(row.level),),
        place=row.place,
        registration_from=row.registration_from,
        registration_to=row.registration_to,
        collect_by=row.collect_by,
        source=row.source,
    )


@transaction.atomic
def add_exam_window(*, operation: Operation, window: Window) -> list[ExamWindow]:
    """Write a window down, a row a level, as a notice tells it.

    Raises ``RuleBroken``: ``unknown_place``, ``window_known`` where one counts already, and as ``check_window``.
    """
    rules.check_window(window)
    if window.place != COUNTRY and not Division.objects.filter(pk=window.place).exists():
        raise RuleBroken("unknown_place", f"没有行政区划“{window.place}”，请填写6位代码；全国适用的不填", "place")
    rows = _rows(window)
    try:
        with transaction.atomic():
            ExamWindow.objects.bulk_create(rows)
    except IntegrityError:
        raise RuleBroken("window_known", "这一年、这一级别、这一地区已有报名时间，请先停用原来的", "level") from None
    record_events(operation, *(_added(row) for row in rows))
    return rows


@transaction.atomic
def end_exam_window(*, operation: Operation, window_id: uuid.UUID) -> ExamWindow:
    """Let a window no longer count. Raises ``RuleBroken``: ``unknown_window``, also for one that has ended."""
    row = ExamWindow.objects.select_for_update(no_key=True).filter(pk=window_id, ended_at=None).first()
    if row is None:
        raise RuleBroken("unknown_window", "没有这条报名时间，或者已经停用", "window_id")
    row.ended_at = operation.at
    row.save(update_fields=["ended_at"])
    record_events(operation, ExamWindowEnded(subject_id=row.pk, year=row.year, level=row.level, place=row.place))
    return row


def fill_exam_windows() -> int:
    """The first filling, as ``fill``, at every update of the database."""
    return fill(ExamWindow, shipped_windows(), lambda window, name: [*_rows(window, shipped_as=name)])


def shipped_windows(path: Path = SHIPPED) -> list[Shipped[Window]]:
    """The shipped file, checked. Raises RuleBroken for a window that contradicts itself."""
    found = read_shipped(path, _read)
    for row in found:
        rules.check_window(row.value)
    return found


def _read(row: dict[str, str]) -> Window:
    return Window(
        year=int(row["year"]),
        levels=(ExamLevel(int(row["level"])),),
        place=row["place"],
        registration_from=dt.date.fromisoformat(row["registration_from"]),
        registration_to=dt.date.fromisoformat(row["registration_to"]),
        collect_by=dt.datetime.fromisoformat(row["collect_by"]).replace(tzinfo=CHINA),
        source=row["source"],
    )


def _rows(window: Window, *, shipped_as: str | None = None) -> list[ExamWindow]:
    return [
        ExamWindow(
            shipped_as=shipped_as,
            year=window.year,
            level=level,
            place=window.place,
            registration_from=window.registration_from,
            registration_to=window.registration_to,
            collect_by=window.collect_by,
            source=window.source,
        )
        for level in window.levels
    ]


def _added(row: ExamWindow) -> ExamWindowAdded:
    values = {field.name: getattr(row, field.name) for field in dataclasses.fields(ExamWindowAdded)[1:]}
    return ExamWindowAdded(subject_id=row.pk, **values)
