"""What administrators do about members of their bureau and below: roles, bureau, disabling, a lost second factor."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet

from kuaiji.audit.services import Operation, record_events
from kuaiji.common import clock
from kuaiji.common.clock import CHINA
from kuaiji.common.errors import RuleBroken
from kuaiji.common.locks import lock
from kuaiji.staff.enums import Role
from kuaiji.staff.events import FactorsUnlocked, MemberChanged, MemberDisabled, MemberEnabled
from kuaiji.staff.models import Factor, Member, RecoveryCode
from kuaiji.staff.rules import MAY_GIVE, check_roles, may_give
from kuaiji.staff.sessions.services import end_sessions
from kuaiji.staff.team.reach import bureaux_below

UNUSED = dt.timedelta(days=90)
ENROL = dt.timedelta(hours=24)  # how long a second factor may be set up after an unlock


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """What a member is to be."""

    roles: Collection[Role]
    bureau_id: int


def members_for(administrator: Member) -> QuerySet[Member]:
    """Whom an administrator looks after: members of the own kind, at the own bureau or below."""
    kinds = sorted(frozenset[Role]().union(*(MAY_GIVE.get(role, frozenset()) for role in administrator.own_roles)))
    within = Member.objects.filter(bureau__in=bureaux_below(administrator.bureau), roles__contained_by=kinds)
    return within.select_related("bureau").order_by("bureau__position", "username")


@transaction.atomic
def change_member(*, operation: Operation, administrator: Member, member_id: uuid.UUID, wanted: Wanted) -> Member:
    """Give other roles, another bureau or both; the member's sessions end at once. The same again changes nothing.

    Raises Member.DoesNotExist, and RuleBroken ``own_account``, ``roles_…``, ``bureau_not_yours``.
    """
    acting, member = _locked(administrator, member_id)
    check_roles(wanted.roles)
    if not may_give(acting.own_roles, wanted.roles):
        raise RuleBroken("roles_not_yours", "您不能授予这些角色", "roles")
    bureau = next((each for each in bureaux_below(acting.bureau) if each.pk == wanted.bureau_id), None)
    if bureau is None:
        raise RuleBroken("bureau_not_yours", "只能调到本单位或下级财政部门", "bureau")
    before, roles = member.bureau, [role.value for role in Role if role in wanted.roles]
    if (before.pk, member.roles) == (bureau.pk, roles):
        return member
    changed = MemberChanged(
        subject_id=member.pk,
        roles_before=member.roles,
        roles_after=roles,
        bureau_before=before.full_name,
        bureau_after=bureau.full_name,
    )
    member.roles, member.bureau = roles, bureau
    member.save(update_fields=["roles", "bureau"])
    end_sessions(member.pk)
    record_events(operation, changed)
    return member


@transaction.atomic
def disable_member(*, operation: Operation, administrator: Member, member_id: uuid.UUID) -> None:
    """Let nobody in by this name any more; sessions end at once. Raises as ``change_member``."""
    _, member = _locked(administrator, member_id)
    if member.is_active:
        _disable(operation, member, unused=False)


@transaction.atomic
def enable_member(*, operation: Operation, administrator: Member, member_id: uuid.UUID) -> None:
    """Let a disabled member sign in again. Raises as ``change_member``."""
    _, member = _locked(administrator, member_id)
    if member.is_active:
        return
    member.is_active, member.last_used_at = True, operation.at
    member.save(update_fields=["is_active", "last_used_at"])
    record_events(operation, MemberEnabled(subject_id=member.pk))


@transaction.atomic
def unlock_member(*, operation: Operation, administrator: Member, member_id: uuid.UUID) -> None:
    """Take away the second factors of who lost them: with the password another one may be set up within a day.

    Sessions end; the member is told at the next sign-in who did it. Raises as ``change_member``.
    """
    acting, member = _locked(administrator, member_id)
    held = Factor.objects.filter(member=member).count()
    if not held and member.enrol_until and member.enrol_until > operation.at:
        return
    Factor.objects.filter(member=member).delete()
    RecoveryCode.objects.filter(member=member).delete()
    when = operation.at.astimezone(CHINA)
    member.enrol_until = operation.at + ENROL
    member.told = (
        f"{when:%Y}年{when.month}月{when.day}日 {when:%H:%M}，{acting.bureau.full_name}{acting.name}"
        "为您解除了第二步验证。不是您要求的，请立即告诉本单位管理人员。"
    )
    member.save(update_fields=["enrol_until", "told"])
    end_sessions(member.pk)
    record_events(operation, FactorsUnlocked(subject_id=member.pk, factors=held))


def unused_members() -> list[uuid.UUID]:
    """Whose last sign-in is 90 days ago."""
    due = Member.objects.filter(is_active=True, last_used_at__lte=clock.now() - UNUSED)
    return list(due.values_list("pk", flat=True))


@transaction.atomic
def disable_unused(*, operation: Operation, member_id: uuid.UUID) -> bool:
    """Disable one who has not signed in for 90 days; False when that has changed meanwhile."""
    due = Member.objects.filter(is_active=True, last_used_at__lte=operation.at - UNUSED)
    member = due.select_for_update().filter(pk=member_id).first()
    if member is None:
        return False
    _disable(operation, member, unused=True)
    return True


def _disable(operation: Operation, member: Member, *, unused: bool) -> None:
    member.is_active = False
    member.save(update_fields=["is_active"])
    end_sessions(member.pk)
    record_events(operation, MemberDisabled(subject_id=member.pk, unused=unused))


def _locked(administrator: Member, member_id: uuid.UUID) -> tuple[Member, Member]:
    """Who acts and on whom, as they are now: one change of staff at a time, so that no two disable each other."""
    lock("staff_team", b"")
    acting = Member.objects.select_related("bureau").get(pk=administrator.pk, is_active=True)
    if member_id == acting.pk:
        raise RuleBroken("own_account", "不能变更自己的账号，请由本单位或上级的另一位管理人员办理")
    member = members_for(acting).select_for_update(of=("self",)).get(pk=member_id)
    return acting, member
