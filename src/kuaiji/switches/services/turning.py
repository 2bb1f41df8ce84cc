"""Turning a switch on, agreeing to it, and turning it off (R9.5)."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction

from kuaiji.audit.services import Operation, record_events
from kuaiji.common.clock import CHINA
from kuaiji.common.errors import RuleBroken
from kuaiji.common.locks import lock
from kuaiji.switches import rules
from kuaiji.switches.enums import SwitchName
from kuaiji.switches.events import SwitchAgreed, SwitchTurnedOff, SwitchTurnedOn
from kuaiji.switches.models import SwitchPeriod


@dataclass(frozen=True, slots=True)
class Hand:
    """Whose hand is on the switch: a member of staff, or an operator at the command line (no id)."""

    name: str
    member_id: uuid.UUID | None = None


@transaction.atomic
def turn_on(*, operation: Operation, switch: SwitchName, reason: str, ends_at: dt.datetime, by: Hand) -> SwitchPeriod:
    """On from now until ``ends_at``; where two people are asked, from when the second agrees.

    Raises RuleBroken ``already_on``, and what ``rules.check_reason`` and ``check_end`` raise.
    """
    reason = rules.check_reason(reason)
    rules.check_end(ends_at, operation.at)
    lock("switch", switch.encode())
    if standing := SwitchPeriod.objects.open(operation.at).filter(switch=switch).first():
        begun = standing.begun_at.astimezone(CHINA)
        raise RuleBroken("already_on", f"{standing.begun_name}已于{begun:%-m月%-d日 %H:%M}打开，没有再次打开")
    for over in SwitchPeriod.objects.filter(switch=switch, ended_at=None):
        over.ended_at = over.ends_at
        over.save(update_fields=["ended_at"])
    awaits_second = switch in rules.NEEDS_SECOND
    period = SwitchPeriod.objects.create(
        switch=switch,
        reason=reason,
        begun_at=operation.at,
        begun_by=by.member_id,
        begun_name=by.name,
        in_force_at=None if awaits_second else operation.at,
        ends_at=ends_at,
    )
    event = SwitchTurnedOn(
        subject_id=period.pk, switch=switch, reason=reason, ends_at=ends_at, awaits_second=awaits_second
    )
    record_events(operation, event)
    return period


@transaction.atomic
def agree(*, operation: Operation, period_id: uuid.UUID, by: Hand) -> SwitchPeriod:
    """The second of two people: on from now. Once more changes nothing.

    Raises SwitchPeriod.DoesNotExist, RuleBroken ``over``, ``second_is_first``.
    """
    period = _locked(period_id)
    if period.in_force_at:
        return period
    if period.ended_at or period.ends_at <= operation.at:
        raise _over(period)
    if _same(by, Hand(period.begun_name, period.begun_by)):
        raise RuleBroken("second_is_first", "须由另一位工作人员同意，不能由打开的人自己同意")
    period.in_force_at, period.second_by, period.second_name = operation.at, by.member_id, by.name
    period.save(update_fields=["in_force_at", "second_by", "second_name"])
    record_events(operation, SwitchAgreed(subject_id=period.pk, switch=period.switch))
    return period


@transaction.atomic
def turn_off(*, operation: Operation, period_id: uuid.UUID, by: Hand) -> bool:
    """Off from now; False where it was over already. Raises SwitchPeriod.DoesNotExist."""
    period = _locked(period_id)
    if period.ended_at or period.ends_at <= operation.at:
        return False
    period.ended_at, period.ended_name = operation.at, by.name
    period.save(update_fields=["ended_at", "ended_name"])
    was_in_force = period.in_force_at is not None
    record_events(operation, SwitchTurnedOff(subject_id=period.pk, switch=period.switch, was_in_force=was_in_force))
    return True


def _locked(period_id: uuid.UUID) -> SwitchPeriod:
    return SwitchPeriod.objects.select_for_update(no_key=True).get(pk=period_id)


def _same(one: Hand, other: Hand) -> bool:
    if one.member_id and other.member_id:
        return one.member_id == other.member_id
    return one.name == other.name


def _over(period: SwitchPeriod) -> RuleBroken:
    if not period.ended_name:
        return RuleBroken("over", "结束时间已到，不再打开")
    ended = (period.ended_at or period.ends_at).astimezone(CHINA)
    return RuleBroken("over", f"{period.ended_name}已于{ended:%-m月%-d日 %H:%M}关闭")
