"""What the look-up found of somebody, as the facts that are judged."""

import functools

from kuaiji.examchecks.services.lookups import Row
from kuaiji.exams.enums import ExamStatus
from kuaiji.exams.judging.facts import Facts, Transfer, of_row
from kuaiji.exams.judging.here import Here
from kuaiji.regions.services import registries


def facts_of(row: Row, here: Here) -> Facts:
    """Of who was found, by a record or as a user without one."""
    facts = Facts(
        status=ExamStatus(row.status),
        division_code=row.division_code,
        confirmed_at=row.confirmed_at,
        name_change_pending=bool(row.name_change_pending),
        held_elsewhere=_names().get(row.holder_code, row.holder_code) if row.holder_code else None,
        transfer=_transfer(row, here),
    )
    return of_row(
        facts,
        qualifications=row.qualifications or (),
        education=row.education or {},
        periods=row.accounting_periods or (),
    )


def _transfer(row: Row, here: Here) -> Transfer | None:
    if row.destination is None:
        return None
    division = row.destination_division or ""
    name = _names().get(row.destination, row.destination)
    return Transfer(row.destination, name, division, here.place(division) if division else "")


@functools.cache
def _names() -> dict[str, str]:
    """Names of all platforms by their codes: they change with a release."""
    return {registry.code: registry.name for registry in registries()}
