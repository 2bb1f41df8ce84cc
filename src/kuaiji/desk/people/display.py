"""What the pages of people show of a list: rows in words."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from django.urls import reverse

from kuaiji.accountants.listing.finding import Listed
from kuaiji.accountants.models import ListRow
from kuaiji.accountants.reading.currency import up_to_date
from kuaiji.codelists.services import label
from kuaiji.common import clock
from kuaiji.common.clock import CHINA
from kuaiji.desk.people.enums import ColumnName
from kuaiji.regions.services import full_name


def _day(at: dt.datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d}"


TEXTS: Mapping[ColumnName, Callable[[ListRow], str]] = MappingProxyType(
    {
        ColumnName.REFERENCE: lambda row: row.record.reference_number,
        ColumnName.STATUS: lambda row: row.get_status_display(),
        ColumnName.DIVISION: lambda row: full_name(row.division_code),
        ColumnName.GENDER: lambda row: label("genders", row.gender),
        ColumnName.BORN: lambda row: f"{row.birth_date.year}",
        ColumnName.TITLE: lambda row: label("qualification_levels", row.title) if row.title else "无",
        ColumnName.SCHOOLING: lambda row: label("education_levels", row.schooling) if row.schooling else "",
        ColumnName.COLLECTED: lambda row: _day(row.collected_at),
        ColumnName.CONFIRMED: lambda row: _day(row.confirmed_at),
        ColumnName.CURRENT: lambda row: f"{up_to_date(row.record, clock.today()).until}",
        ColumnName.CODE: lambda row: "信用代码待核" if row.code_meant else "",
    }
)


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: who, and a text for each column that is shown."""

    name: str
    number: str  # the reference number
    page: str  # of the record
    cells: list[tuple[str, str]]  # the head of its column, and what stands there


def lines_of(listed: Listed, shown: Iterable[str]) -> list[Line]:
    """The rows of a page in words."""
    columns = [(ColumnName(name).label, TEXTS[ColumnName(name)]) for name in shown]
    return [
        Line(
            row.name,
            row.record.reference_number,
            reverse("desk:record", args=[row.record.reference_number]),
            [(str(head), text(row)) for head, text in columns],
        )
        for row in listed.rows
    ]
