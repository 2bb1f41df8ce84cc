"""What waits for a member of staff, as the first page shows it."""

import dataclasses
import datetime as dt
import uuid
from typing import Any

from kuaiji.cases import rules
from kuaiji.cases.enums import VoidReason
from kuaiji.cases.kinds import CASE_KINDS
from kuaiji.cases.models import Case, Decision
from kuaiji.cases.services.reading import (
    QueueCount,
    colleagues,
    decided_by,
    decided_since,
    handed_up,
    in_hand,
    queue_counts,
    refused_of,
    who_may_have,
)
from kuaiji.cases.services.reasons import reasons_named
from kuaiji.common import clock
from kuaiji.desk.home.forms import GiveForm
from kuaiji.desk.queues.display import place_of, queue_label, rows_of
from kuaiji.regions.calendar import missing_year
from kuaiji.regions.services import bureaux_above
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member

MOST = 20  # rows of each list of the page; the lists themselves have all


@dataclasses.dataclass(frozen=True, slots=True)
class QueueLine:
    """One queue: how much waits, since when, how much is overdue."""

    count: QueueCount
    takes: bool
    days: int

    @property
    def label(self) -> str:
        """更正 · 复核."""
        return queue_label(self.count.kind, self.count.stage)

    @property
    def address(self) -> str:
        """Of the queue in its list."""
        return f"/staff/{CASE_KINDS[self.count.kind].folder}/?kind={self.count.kind}&stage={self.count.stage}"

    @property
    def share(self) -> int:
        """How many of a hundred are overdue; one at least where any is."""
        return max(1, round(100 * self.count.overdue / self.count.number)) if self.count.overdue else 0


@dataclasses.dataclass(frozen=True, slots=True)
class DecidedLine:
    """A decision of today and what has become of it."""

    decision: Decision

    @property
    def case(self) -> Case:
        """What it is about."""
        return self.decision.case

    @property
    def address(self) -> str:
        """Of the case's page."""
        return CASE_KINDS[self.case.kind].page(self.case)

    @property
    def label(self) -> str:
        """更正."""
        return CASE_KINDS[self.case.kind].label

    @property
    def state(self) -> str:
        """Whether it took effect, in words."""
        one = self.decision
        if one.taken_back_at:
            return "已收回"
        if one.void_at:
            return VoidReason(one.void_as).label
        if one.carried_out_at:
            return "已生效"
        if one.effective_at is None:
            return "等待复核"
        return f"{one.effective_at.astimezone(clock.CHINA):%H:%M} 生效，之前可收回"


def home_context(member: Member, *, form: GiveForm | None = None) -> dict[str, Any]:
    """Everything the first page shows."""
    now, today = clock.now(), clock.today()
    midnight = dt.datetime.combine(today, dt.time(), clock.CHINA)
    counts = queue_counts(member, today)
    decided = list(decided_since(member, midnight)[:MOST])
    up = list(handed_up(member)[:MOST])
    manages = member.has_role(Role.MANAGER)
    return {
        "queues": [_line(count, member, today) for count in counts],
        "mine": rows_of(in_hand(member, now).select_related("holder")[:MOST], member),
        "refused": [DecidedLine(one) for one in refused_of(member)[:MOST]],
        "decided": [DecidedLine(one) for one in decided],
        "handed": [(row, place_of(row.case)) for row in rows_of(up, member)],
        "give": (form or give_form(member)) if manages else None,
        "missing_year": missing_year(today) if manages and not bureaux_above(member.bureau) else None,
        "works": member.has_role(Role.CLERK, Role.REVIEWER, Role.MANAGER, Role.SYSTEM),
        "waits": sum(count.number for count in counts),
        "overdue": sum(count.overdue for count in counts),
    }


def done_context(member: Member, *, before: uuid.UUID | None) -> dict[str, Any]:
    """A page of what the member decided. Nothing of a record: of many it has moved to where the member sees nothing."""
    rows = list(decided_by(member, before=before)[: rules.MOST_ROWS + 1])
    shown = rows[: rules.MOST_ROWS]
    words = {reason.code: reason.words for reason in reasons_named({code for row in shown for code in row.reasons})}
    return {
        "rows": [(DecidedLine(row), [words[code] for code in row.reasons if code in words]) for row in shown],
        "is_first": before is None,
        "next": shown[-1].pk if len(rows) > len(shown) else None,
    }


def give_form(member: Member, data: Any = None) -> GiveForm:
    """The manager's form over those who have cases in hand now."""
    return GiveForm(data, holders=colleagues(member), receivers=who_may_have(member))


def _line(count: QueueCount, member: Member, today: dt.date) -> QueueLine:
    takes = CASE_KINDS[count.kind].takes(count.stage, member.roles)
    days = (today - clock.day_of(count.oldest)).days if count.oldest else 0
    return QueueLine(count, takes, days)
