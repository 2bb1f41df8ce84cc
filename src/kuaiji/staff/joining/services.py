"""Invitations, and how somebody becomes a member by one (ADR 0110)."""

import dataclasses
import datetime as dt
import secrets
from collections.abc import Collection

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from kuaiji.audit.services import Operation, record_events
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.keyring import keyring
from kuaiji.common.locks import lock
from kuaiji.common.profile import profile
from kuaiji.common.text import clean_line
from kuaiji.identity.passwords.rules import prepared
from kuaiji.identity.passwords.services import check_password
from kuaiji.keys.models import PersonKey
from kuaiji.regions.models import FinanceBureau
from kuaiji.regions.services import bureau_of
from kuaiji.staff.enums import Role
from kuaiji.staff.events import MemberInvited, MemberJoined
from kuaiji.staff.models import Invitation, Member
from kuaiji.staff.rules import SHORTEST_PASSWORD, check_roles, check_username, may_give
from kuaiji.staff.team.reach import bureaux_below

VALID = dt.timedelta(hours=24)
LONGEST_NAME = 50
FIRST = (Role.SYSTEM, Role.MANAGER, Role.AUDITOR)


@dataclasses.dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as it is told, once."""

    invitation: Invitation
    secret: str = dataclasses.field(repr=False)


@transaction.atomic
def create_first(*, operation: Operation) -> list[Invited]:
    """Three invitations, 系统, 管理 and 审计, at the registry's own bureau: the beginning of a platform's staff.

    Raises RuleBroken ``staff_exist`` once there is a member, and ``invited_already`` while such invitations hold.
    """
    lock("staff_first", b"")
    if Member.objects.exists():
        raise RuleBroken("staff_exist", "已有工作人员，请由他们在“人员”页面邀请")
    if Invitation.objects.filter(used_at=None, expires_at__gt=operation.at).exists():
        raise RuleBroken("invited_already", "已发过邀请，24 小时内有效；遗失的，过期后再运行本命令")
    bureau = own_bureau()
    return [_invite(operation, bureau, [role], None) for role in FIRST]


@transaction.atomic
def invite_by_command(*, operation: Operation, bureau: FinanceBureau, roles: Collection[Role]) -> Invited:
    """An invitation of nobody's, for the staff of a demonstration. Raises RuleBroken ``roles_missing``,
    ``roles_apart``."""
    check_roles(roles)
    return _invite(operation, bureau, roles, None)


@transaction.atomic
def invite(*, operation: Operation, inviter: Member, bureau_id: int, roles: Collection[Role]) -> Invited:
    """An invitation of ``inviter`` for a bureau of the own one or below.

    Raises RuleBroken ``roles_missing``, ``roles_apart``, ``roles_not_yours``, ``bureau_not_yours``.
    """
    check_roles(roles)
    if not may_give(inviter.own_roles, roles):
        raise RuleBroken("roles_not_yours", "您不能授予这些角色", "roles")
    bureau = next((each for each in bureaux_below(inviter.bureau) if each.pk == bureau_id), None)
    if bureau is None:
        raise RuleBroken("bureau_not_yours", "只能邀请本单位或下级财政部门的人员", "bureau")
    return _invite(operation, bureau, roles, inviter)


def join(*, operation: Operation, secret: str, username: str, name: str, password: str) -> Member:
    """Become the member of an invitation, which is used up then; the second factor is set up next, within a day.

    Raises RuleBroken ``invitation_over`` (unknown, used, too late, or its inviter disabled meanwhile),
    ``username_invalid``, ``username_taken``, ``password_…``, and what a line of text raises.
    """
    username = check_username(username)
    name = clean_line(name, field="name", label="姓名", limit=LONGEST_NAME)
    check_password(password, own=[username, name], shortest=SHORTEST_PASSWORD)
    encoded = make_password(prepared(password))
    try:
        with transaction.atomic():
            return _join(operation, secret, username, name, encoded)
    except IntegrityError:
        raise RuleBroken("username_taken", "这个用户名已有人使用，请换一个", "username") from None


def own_bureau() -> FinanceBureau:
    """The bureau of the registry itself; raises RuntimeError before the reference data is loaded."""
    bureau = bureau_of(profile().territory)
    if bureau is None:
        raise RuntimeError(f"no bureau serves {profile().territory}: kuaiji manage load_reference comes first")
    return bureau


def _invite(operation: Operation, bureau: FinanceBureau, roles: Collection[Role], inviter: Member | None) -> Invited:
    secret = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        digest=_digests(secret)[0],
        bureau=bureau,
        roles=[role.value for role in Role if role in roles],
        invited_by=inviter,
        made_at=operation.at,
        expires_at=operation.at + VALID,
    )
    event = MemberInvited(subject_id=invitation.pk, bureau=bureau.full_name, roles=invitation.roles)
    record_events(operation, event)
    return Invited(invitation, secret)


def _join(operation: Operation, secret: str, username: str, name: str, encoded: str) -> Member:
    found = Invitation.objects.select_for_update(of=("self",)).select_related("bureau", "invited_by")
    invitation = found.filter(digest__in=_digests(secret)).first()
    now = clock.now()
    is_over = invitation is None or invitation.used_at is not None or invitation.expires_at <= now
    if invitation is None or is_over or (invitation.invited_by and not invitation.invited_by.is_active):
        raise RuleBroken("invitation_over", "邀请码不正确、已经用过或已过期，请向邀请您的人再要一个", "code")
    member = Member.objects.create(
        data_key=PersonKey.objects.make(),
        username=username,
        name=name,
        bureau=invitation.bureau,
        roles=invitation.roles,
        password=encoded,
        invited_by=invitation.invited_by,
        joined_at=now,
        last_used_at=now,
        enrol_until=now + VALID,
    )
    invitation.used_at = now
    invitation.save(update_fields=["used_at"])
    event = MemberJoined(
        subject_id=member.pk,
        invitation=str(invitation.pk),
        bureau=invitation.bureau.full_name,
        roles=invitation.roles,
    )
    record_events(operation, event)
    return member


def _digests(secret: str) -> list[bytes]:
    return keyring().macs("staff_invitation", secret.strip().encode())
