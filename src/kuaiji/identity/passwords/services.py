"""A password for who is signed in, and what every new password has in common."""

import functools
from collections.abc import Iterable

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.db import transaction

from kuaiji.audit.services import Operation, record_events
from kuaiji.common.errors import RuleBroken
from kuaiji.identity import attempts
from kuaiji.identity.events import PasswordChanged
from kuaiji.identity.models import User
from kuaiji.identity.notices import send_notice
from kuaiji.identity.passwords import rules
from kuaiji.identity.passwords.hashing import encode_for, verify_any
from kuaiji.identity.people.details import Details
from kuaiji.identity.people.fingerprints import lock_number, others_with_number, tries_key
from kuaiji.identity.people.locks import lock_user
from kuaiji.identity.sessions.known_browsers import Browser, forget_browsers, remember_browser
from kuaiji.identity.sessions.services import end_sessions
from kuaiji.limits.services import count_or_refuse
from kuaiji.sms.enums import TemplateKey
from kuaiji_wire.people import Document

CURRENT_PASSWORD = "current_password"


def confirm_password(*, user: User, password: str) -> None:
    """Make sure that it is the person who sits there. Wrong ones count as guesses in a known browser do.

    Raises RuleBroken ``password_wrong`` or ``limit_guess_known_browser``.
    """
    number = tries_key(user.document_number)
    with transaction.atomic():
        guess = count_or_refuse(attempts.GUESS_IN_KNOWN_BROWSER, number)
    if verify_any(password, [user]) is None:
        raise RuleBroken("password_wrong", "当前密码不正确，请重新输入", CURRENT_PASSWORD)
    if guess:
        guess.delete()


def change_own_password(
    *,
    operation: Operation,
    user: User,
    current: str,
    password: str,
    keep: str | None,
    browser: Browser | None = None,
) -> User:
    """Set a new password; every session ends but that of the cookie ``keep``, no browser is known any more but
    ``browser``, and the phone is told.

    Sent again after it was done, it changes nothing. Raises RuleBroken: what ``confirm`` raises, ``closed``,
    ``password_same``, ``password_…``.
    """
    try:
        confirm_password(user=user, password=current)
    except RuleBroken as broken:
        # Counted as a guess all the same: it tells whether the new one is right.
        if broken.code == "password_wrong" and verify_any(password, [user]):
            remember_browser(user.pk, browser)
            return user
        raise
    with transaction.atomic():
        user = lock_user(user.pk)
        if verify_any(current, [user]) is None:  # changed from elsewhere in this moment
            raise RuleBroken("password_wrong", "当前密码不正确，请重新输入", CURRENT_PASSWORD)
        if rules.prepared(password) == rules.prepared(current):
            raise RuleBroken("password_same", "新密码与当前密码相同，请换一个", "password1")
        set_new_password(user, password)
        ended = end_sessions(user.pk, keep=keep)
        forget_browsers(user.pk)
        remember_browser(user.pk, browser)
        send_notice(user, TemplateKey.PASSWORD_CHANGED)
        record_events(operation, PasswordChanged(subject_id=user.pk, ended_sessions=ended))
    return user


def set_new_password(user: User, password: str) -> None:
    """Check and keep a password; the caller has locked ``user``. Raises RuleBroken ``password_…``."""
    check_password(password, own=Details(person=user.person, phone=user.phone).own_words)
    lock_number(user.document)
    user.password = encode_password(password, user=user, document=user.document)
    user.save(update_fields=["password"])


def check_password(password: str, *, own: Iterable[str], shortest: int = rules.SHORTEST) -> None:
    """Refuse what may not be a password of somebody with these ``own`` numbers and names.

    Raises RuleBroken ``password_short``, ``password_long``, ``password_own``, ``password_common``.
    """
    rules.check_password(password, own=own, common=_common(), shortest=shortest)


@functools.cache
def _common() -> frozenset[str]:
    """Django's list of 20,000, and what people choose in China."""
    return frozenset(CommonPasswordValidator().passwords) | rules.chosen_in_china()


def encode_password(password: str, *, user: User, document: Document) -> str:
    """A checked ``password`` as ``user``, who has or will have this document, keeps it.

    Raises RuleBroken ``password_common`` when somebody else of this number has it already.
    """
    return encode_for(password, others_with_number(document, beside=user))
