"""Registrations for the exam, as rules see them."""

import datetime as dt

from kuaiji.common.clock import CHINA
from kuaiji.exams.enums import ExamLevel
from kuaiji.exams.rules import Window


def at(text: str) -> dt.datetime:
    """A time on a Chinese wall clock."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=CHINA)


def window(
    first: str = "2026-06-12", last: str = "2026-07-02", by: str = "2026-07-01T12:00", place: str = "", level: int = 2
) -> Window:
    """The registration of 中级 2026, but for what is given: its days, the end of collection, place and level."""
    return Window(
        year=int(first[:4]),
        levels=(ExamLevel(level),),
        place=place,
        registration_from=dt.date.fromisoformat(first),
        registration_to=dt.date.fromisoformat(last),
        collect_by=at(by),
        source="",
    )
