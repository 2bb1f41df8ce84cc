"""登录 (R2.2): the number and the password, or a code to the bound phone (docs/adr/0073).

A wrong one of either gives one answer, after the same time.
"""

from django.db import transaction
from django.db.models import Q

from kuaiji.common.errors import RuleBroken
from kuaiji.identity import attempts
from kuaiji.identity.models import Recovery, User
from kuaiji.identity.notices import send_notice
from kuaiji.identity.passwords.hashing import renewed_hash, verify_any
from kuaiji.identity.people.fingerprints import current_fingerprint, phone_fingerprints, tries_key, users_with_number
from kuaiji.identity.recovery.services import SIGN_IN_CODE, prove_recovery
from kuaiji.identity.sessions.known_browsers import Browser, is_known_to_any, remember_browser
from kuaiji.limits.services import Address, count_act, count_or_refuse
from kuaiji.sms.enums import TemplateKey


def sign_in_user(
    *,
    number: str,
    password: str,
    document_type: str = "",
    browser: Browser | None = None,
    address: Address | None = None,
) -> User:
    """The user with this number (of this type, if given) and this password, let in through ``browser``: that is known
    from now on, and the phone is told when it was not before.

    Raises RuleBroken ``sign_in_refused``, or ``limit_guess_…`` before anything is compared. Only wrong guesses count,
    and those of strangers apart from those in a browser the person has signed in with, so that nobody can use up the
    owner's; the owner may also recover the password. Who has closed is told so, by ``closed``, once the password is
    right. Whatever is refused counts for ``address``.
    """
    brought = browser.brought if browser else ""
    try:
        user = _verified(number, password, document_type, brought)
    except RuleBroken:
        if address is not None:
            count_act(attempts.GUESS_FROM_ADDRESS, address.key)
        raise
    if browser:
        _let_in(user, browser)
    return user


def sign_in_by_code(
    *, recovery: Recovery, number: str, phone: str, sms_code: str, document_type: str, browser: Browser
) -> User:
    """The user of this number and this bound phone, which the code proves; let in as by a password. ``recovery`` is
    over then.

    Raises RuleBroken: what ``prove_recovery`` raises, and ``closed`` for who has closed.
    """
    who = {"number": number, "phone": phone, "document_type": document_type}
    prove_recovery(recovery=recovery, sms_code=sms_code, purpose=SIGN_IN_CODE, **who)
    user = recovery.user
    assert user is not None  # as prove_recovery says
    if user.closed_at:
        raise _closed()
    with transaction.atomic():
        _let_in(user, browser)
        recovery.answers = {}
        recovery.save()
    return user


def _closed() -> RuleBroken:
    return RuleBroken("closed", "您已注销，用原手机号找回密码即可恢复使用")


def _verified(number: str, password: str, document_type: str, brought: str) -> User:
    users = users_with_number(number).select_related("person_key")
    users = users.filter(Q(is_active=True) | Q(closed_at__isnull=False))
    asked = [user for user in users if document_type in ("", user.document_type)]
    known = is_known_to_any(brought, [user.pk for user in asked])
    kind = attempts.GUESS_IN_KNOWN_BROWSER if known else attempts.GUESS_ON_NUMBER
    with transaction.atomic():
        guess = count_or_refuse(kind, tries_key(number))
    user = verify_any(password, asked)
    if user is None:
        raise RuleBroken("sign_in_refused", "证件号或密码不正确，请核对后重试")
    if guess:
        guess.delete()
    if user.closed_at:
        raise _closed()
    if renewed := renewed_hash(password, user.password):
        user.password = renewed
        user.save(update_fields=["password"])
    return user


@transaction.atomic
def _let_in(user: User, browser: Browser) -> None:
    """Who shares a browser's cookie with others is known there only by an own sign-in."""
    is_known = is_known_to_any(browser.brought, [user.pk])
    remember_browser(user.pk, browser)
    if not is_known:
        _tell_new_browser(user)


def _tell_new_browser(user: User) -> None:
    """Tell the phone that somebody signed in where this person had not before; a few times a day at most."""
    phone = current_fingerprint(phone_fingerprints(user.phone))
    try:
        count_or_refuse(attempts.NEW_BROWSER_TOLD, phone)
    except RuleBroken:
        return
    send_notice(user, TemplateKey.NEW_BROWSER)
