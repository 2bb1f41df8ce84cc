"""The next registration for the exam, as pages say it."""

import dataclasses
import datetime as dt
from collections.abc import Collection

from kuaiji.exams import rules
from kuaiji.exams.enums import ExamLevel
from kuaiji.exams.services.windows import next_for


@dataclasses.dataclass(frozen=True, slots=True)
class ExamNotice:
    """``words`` without a full stop; ``takes_updates``: what is updated now still counts. ``own`` says of one person
    whether they may register, likewise; nothing of a stranger."""

    words: str
    takes_updates: bool
    own: str = ""


def exam_notice(*, at: dt.datetime, place: str = "", levels: Collection[int] = tuple(ExamLevel)) -> ExamNotice | None:
    """``exams/next_window.html`` shows it, as ``exam``. None where nothing is known (``next_for``)."""
    window = next_for(at=at, place=place, levels=levels)
    return ExamNotice(rules.words(window, at), window.takes_updates(at)) if window else None
