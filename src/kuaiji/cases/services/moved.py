"""What somebody is told whose case went on without them."""

import datetime as dt

from kuaiji.cases.enums import Standing
from kuaiji.cases.kinds import CASE_KINDS
from kuaiji.cases.models import Case
from kuaiji.common.errors import RuleBroken
from kuaiji.staff.models import Member


class CaseMoved(RuleBroken):
    """The case is not as the page showed it: ``who`` did something else about it at ``at``, or someone who is no member
    of staff. A page of its own says so (409), and keeps what was typed."""

    def __init__(self, code: str, message: str, *, who: Member | None, at: dt.datetime | None) -> None:
        super().__init__(code, message)
        self.who = who
        self.at = at


def standing_of(case: Case, member: Member, now: dt.datetime) -> Standing:
    """How ``case`` stands to ``member``, for its page, its row and the buttons of both."""
    if case.closed_at:
        return Standing.CLOSED
    if case.decided_at:
        return Standing.DECIDED
    holder = case.held_by(now)
    if not may_take(case, member):
        return Standing.HELD if holder else Standing.LOOKING
    if holder is None:
        return Standing.FREE
    return Standing.MINE if holder == member else Standing.HELD


def may_take(case: Case, member: Member) -> bool:
    """Whether somebody with these roles may have it in hand: not the first of two people at the second review, and not
    those below the bureau that it was handed up to."""
    if not CASE_KINDS[case.kind].takes(case.stage, member.roles):
        return False
    if case.stage == 2 and case.first_by_id == member.pk:
        return False
    return case.handed_to_id is None or case.handed_to_id == member.bureau_id


def check_as_shown(case: Case, *, stage: int) -> None:
    """Raises CaseMoved ``already_closed``, ``already_decided``, ``stage_moved``: somebody was faster."""
    if case.closed_at:
        decision = case.decisions.filter(carried_out_at__isnull=False).select_related("maker", "second").first()
        who = (decision.second or decision.maker) if decision else None
        words = f"已作出决定：{decision.get_verdict_display()}" if decision else "已由申请人撤回，或已不需要办理"
        raise CaseMoved("already_closed", words, who=who, at=case.closed_at)
    if case.decided_at:
        decision = case.decisions.filter(taken_back_at=None, void_at=None).select_related("maker", "second").get()
        words = f"已作出决定：{decision.get_verdict_display()}，尚未生效"
        raise CaseMoved("already_decided", words, who=decision.second or decision.maker, at=case.decided_at)
    if case.stage != stage:
        words = "初审已通过，正在等待复核" if case.stage == 2 else "初审意见已收回，需重新初审"
        decision = case.decisions.order_by("-made_at").first()
        raise CaseMoved("stage_moved", words, who=case.first_by, at=decision.last_at if decision else None)


def check_takeable(case: Case, member: Member, now: dt.datetime) -> None:
    """Raises RuleBroken ``second_is_first``, ``handed_up``, ``not_yours``, CaseMoved ``held_by_other``."""
    if case.stage == 2 and case.first_by_id == member.pk:
        raise RuleBroken("second_is_first", "初审和复核不能是同一人，请由另一人复核")
    if case.handed_to_id and case.handed_to_id != member.bureau_id:
        raise RuleBroken("handed_up", "这件事项已交上级办理")
    if not may_take(case, member):
        raise RuleBroken("not_yours", "您的角色不能办理这类事项，只能查看")
    holder = case.held_by(now)
    if holder and holder != member:
        raise CaseMoved("held_by_other", f"{holder.name}正在办理", who=holder, at=case.held_at)
