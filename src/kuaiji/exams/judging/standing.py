"""The conditions about where somebody stands: collected, territory, up to date, no open transfer. Pure."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from kuaiji.common.dates import format_date, months_after
from kuaiji.exams.enums import Condition, ExamStatus, VerdictCode
from kuaiji.exams.judging.facts import Facts, Transfer
from kuaiji.exams.judging.here import Here
from kuaiji.exams.judging.verdicts import Verdict, verdict
from kuaiji.exams.rules import local_day

UNSUBMITTED = frozenset(
    {
        ExamStatus.NOT_STARTED,
        ExamStatus.DRAFT,
        ExamStatus.UNDER_VERIFICATION,
        ExamStatus.UNDER_REVIEW,
        ExamStatus.RETURNED,
        ExamStatus.CLAIM_UNDER_REVIEW,
    }
)
# What each status says of 信息已采集; a transfer that is only open has a verdict of its own.
_OF_STATUS: Mapping[ExamStatus, VerdictCode] = MappingProxyType(
    {
        status: VerdictCode(ExamStatus.COLLECTED if status == ExamStatus.TRANSFERRING_OUT else status.value)
        for status in ExamStatus
    }
)
Found: TypeAlias = tuple[VerdictCode, dict[str, str]]


def standing_verdicts(
    facts: Facts, division: str | None, *, until: dt.date | None, today: dt.date, months: int, here: Here
) -> tuple[Verdict, ...]:
    """The four verdicts in their order. ``division`` is where the exam is taken, if that is said; ``until`` the last
    day on which the newest change or confirmation counts, which it does for ``months``."""
    found = (
        (Condition.COLLECTED, _collected(facts)),
        (Condition.TERRITORY, _territory(facts, division, here)),
        (Condition.UP_TO_DATE, _up_to_date(facts, until, today, months)),
        (Condition.NO_OPEN_TRANSFER, _no_open_transfer(facts)),
    )
    return tuple([verdict(condition, code, facts.status, **values) for condition, (code, values) in found])


def current_until(confirmed_at: dt.datetime, months: int) -> dt.date:
    """The last day on which a change or confirmation of ``confirmed_at`` counts (R4.6)."""
    return months_after(local_day(confirmed_at), months)


def lies_in(place: str, division: str) -> bool:
    """Whether a ``place``, a division or a service area (440100-00), lies in a ``division``."""
    own = place[:6]
    return own == division or f"{own[:4]}00" == division or f"{own[:2]}0000" == division


def _collected(facts: Facts) -> Found:
    if facts.status == ExamStatus.TRANSFERRED_OUT:
        return VerdictCode.TRANSFERRED_OUT, _destination(facts.transfer)
    if facts.held_elsewhere is not None:
        return VerdictCode.HELD_ELSEWHERE, {"holder": facts.held_elsewhere or "其他平台"}
    return _OF_STATUS[facts.status], {}


def _territory(facts: Facts, division: str | None, here: Here) -> Found:
    if facts.status in UNSUBMITTED:
        return VerdictCode.NOT_SUBMITTED, {}
    if facts.status == ExamStatus.TRANSFERRED_OUT or facts.held_elsewhere is not None:
        return _collected(facts)
    if division and not lies_in(facts.division_code, division):
        return VerdictCode.OTHER_CITY, {"place": here.place(facts.division_code), "asked": here.place(division)}
    return VerdictCode.IN_TERRITORY, {}


def _up_to_date(facts: Facts, until: dt.date | None, today: dt.date, months: int) -> Found:
    if facts.status in UNSUBMITTED or until is None:
        return VerdictCode.NOT_SUBMITTED, {}
    if facts.status == ExamStatus.TRANSFERRED_OUT:
        return _collected(facts)
    if facts.status in (ExamStatus.TO_COMPLETE, ExamStatus.ENDED):
        return _OF_STATUS[facts.status], {}
    if today <= until:
        return VerdictCode.UP_TO_DATE, {"until": format_date(until)}
    return VerdictCode.OUT_OF_DATE, {"months": str(months)}


def _no_open_transfer(facts: Facts) -> Found:
    if facts.status == ExamStatus.TRANSFERRING_OUT:
        return VerdictCode.TRANSFER_OUT_OPEN, _destination(facts.transfer)
    if facts.status == ExamStatus.CLAIM_UNDER_REVIEW:
        return VerdictCode.TRANSFER_IN_OPEN, {}
    return VerdictCode.NO_TRANSFER, {}


def _destination(transfer: Transfer | None) -> dict[str, str]:
    """The names of where to; of a transfer that nobody told here, 其他平台."""
    if transfer is None:
        return {"place": "其他平台", "platform": "其他平台"}
    return {"place": transfer.division_name or transfer.platform_name, "platform": transfer.platform_name}
