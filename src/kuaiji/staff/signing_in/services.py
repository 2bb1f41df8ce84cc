"""Signing in (S11 §1): the password first, then a second factor. Wrong names and wrong passwords have one answer."""

import dataclasses

from django.db import transaction

from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.keyring import keyring
from kuaiji.identity.passwords.hashing import Argon2id
from kuaiji.identity.passwords.rules import prepared
from kuaiji.limits.services import Address, count_act, count_or_refuse
from kuaiji.staff import attempts
from kuaiji.staff.enums import FactorKind
from kuaiji.staff.models import Factor, Member
from kuaiji.staff.signing_in.codes import step_of
from kuaiji.staff.signing_in.known_browsers import is_known

_NOBODYS_SALT = "c2FsdC1vZi1ub2JvZHk"  # a name that nobody has costs the same hash


@dataclasses.dataclass(frozen=True, slots=True)
class Door:
    """From where somebody signs in: the browser's cookie of those known there, and the address it counts for."""

    browser: str = dataclasses.field(default="", repr=False)
    address: Address | None = None


def check_password(*, username: str, password: str, door: Door) -> Member:
    """The member with this name and password.

    Raises RuleBroken ``sign_in_refused`` for any that is wrong, ``member_disabled`` once the password is right, and
    ``limit_staff_guess…`` before anything is compared. What is refused counts for the address.
    """
    try:
        return _verified(username.strip().casefold(), password, door.browser)
    except RuleBroken:
        if door.address is not None:
            count_act(attempts.GUESS_FROM_ADDRESS, door.address.key)
        raise


def take_code(*, member: Member, code: str) -> None:
    """Take a one-time code of one of the member's secrets; the member has signed in then.

    Raises RuleBroken ``code_wrong``, ``code_used`` for one that was taken before, or ``limit_staff_code``.
    """
    with transaction.atomic():
        guess = count_or_refuse(attempts.CODE_GUESSED, member.pk.bytes)
    with transaction.atomic():
        _use_step(member, code)
        note_use(member)
        if guess:
            guess.delete()


def note_use(member: Member) -> None:
    """The member has signed in now: who does not for 90 days is disabled."""
    Member.objects.filter(pk=member.pk).update(last_used_at=clock.now())


def _verified(name: str, password: str, browser: str) -> Member:
    member = Member.objects.select_related("bureau", "data_key").filter(username=name).first()
    known = member is not None and is_known(browser, member)
    kind = attempts.GUESS_IN_KNOWN_BROWSER if known else attempts.GUESS_ON_NAME
    with transaction.atomic():
        guess = count_or_refuse(kind, keyring().mac("staff_name", name.encode()))
    if not _is_right(password, member) or member is None:
        raise RuleBroken("sign_in_refused", "用户名或密码不正确，请核对后重试")
    if guess:
        guess.delete()
    if not member.is_active:
        raise RuleBroken("member_disabled", "您的账号已停用，请联系本单位或上级财政部门的管理人员")
    return member


def _is_right(password: str, member: Member | None) -> bool:
    """One hash, whoever it is."""
    if member is None:
        Argon2id().encode(prepared(password), _NOBODYS_SALT)
        return False
    return Argon2id().verify(prepared(password), member.password)


def _use_step(member: Member, code: str) -> None:
    factors = Factor.objects.select_for_update(of=("self",)).select_related("data_key").filter(member=member)
    now, used = clock.now(), False
    for factor in factors.filter(kind=FactorKind.TOTP):
        step = step_of(factor.secret.decode(), code, at=now.timestamp())
        if step is None:
            continue
        if factor.last_step is None or step > factor.last_step:
            factor.last_step, factor.last_used_at = step, now
            factor.save(update_fields=["last_step", "last_used_at"])
            return
        used = True
    if used:
        raise RuleBroken("code_used", "这个口令已经用过，请等应用显示下一个口令", "code")
    raise RuleBroken("code_wrong", "口令不正确，请核对应用上现在显示的 6 位数字，并检查手机时间是否准确", "code")
