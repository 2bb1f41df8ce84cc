"""The tables of the record, a module for each part."""

from kuaiji.accountants.models.exam import ExamRow
from kuaiji.accountants.models.holds import Hold
from kuaiji.accountants.models.listing import ListRow, NameKey
from kuaiji.accountants.models.record import Record, RecordQuerySet
from kuaiji.accountants.models.sections import (
    AccountingPeriod,
    Award,
    Education,
    Employment,
    Personal,
    Professional,
    Qualification,
    Section,
    Talent,
)
from kuaiji.accountants.models.versions import RecordVersion

__all__ = [
    "AccountingPeriod",
    "Award",
    "Education",
    "Employment",
    "ExamRow",
    "Hold",
    "ListRow",
    "NameKey",
    "Personal",
    "Professional",
    "Qualification",
    "Record",
    "RecordQuerySet",
    "RecordVersion",
    "Section",
    "Talent",
]
