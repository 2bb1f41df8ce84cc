"""What concerns a person of all that is published for everybody."""

import datetime as dt

from kuaiji.accountants.enums import ACCOUNTING_TITLES
from kuaiji.accountants.models import Record
from kuaiji.exams.display import ExamNotice, exam_notice
from kuaiji.exams.rules import levels_ahead


def exam_notice_of(record: Record, *, at: dt.datetime) -> ExamNotice | None:
    """The next registration for the exam that concerns a person (ADR 0071): of the record's place, and of the levels
    above the highest 会计类 title in it. None where none is known, or no level is left.
    """
    titles = record.qualifications.filter(category=ACCOUNTING_TITLES).values_list("level", flat=True)
    held = max(map(int, titles), default=None)
    return exam_notice(at=at, place=record.division_code, levels=levels_ahead(held))
