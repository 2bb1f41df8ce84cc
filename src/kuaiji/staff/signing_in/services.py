"""The first step of signing in (S11 §1): the password. Wrong names and wrong passwords have one answer, and one time.

The second factor follows: ``factors.services``.
"""

import dataclasses

from django.db import transaction

from kuaiji.common.errors import RuleBroken
from kuaiji.common.keyring import keyring
from kuaiji.identity.passwords.hashing import Argon2id
from kuaiji.identity.passwords.rules import prepared
from kuaiji.limits.services import Address, count_act, count_or_refuse
from kuaiji.staff import attempts
from kuaiji.staff.models import Member
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


def _verified(name: str, password: str, browser: str) -> Member:
    member = Member.objects.select_related("bureau", "data_key").filter(username=name).first()
    known = member is not None and is_known(browser, member)
    kind = attempts.GUESS_IN_KNOWN_BROWSER if known else attempts.GUESS_ON_NAME
    with transaction.atomic():
        guess = count_or_refuse(kind, keyring().mac("staff_name", name.encode()))
    if not is_right(password, member) or member is None:
        raise RuleBroken("sign_in_refused", "用户名或密码不正确，请核对后重试")
    if guess:
        guess.delete()
    if not member.is_active:
        raise RuleBroken("member_disabled", "您的账号已停用，请联系本单位或上级财政部门的管理人员")
    return member


def is_right(password: str, member: Member | None) -> bool:
    """One hash, whoever it is."""
    if member is None:
        Argon2id().encode(prepared(password), _NOBODYS_SALT)
        return False
    return Argon2id().verify(prepared(password), member.password)
