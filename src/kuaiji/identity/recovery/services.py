"""找回密码 (R2.2): a code to the bound phone, then a new password; 短信验证码登录: then in at once (docs/adr/0073).

Asking for a code looks nobody up; a job does, later. So the page cannot tell who is registered, not even by its time.
What is asked for counts for a person only there, where number and phone belong together: whoever knows the one or the
other alone uses up nothing of the owner's (ADR 0060).
"""

import uuid

from django.db import transaction
from django.db.models import Q

from kuaiji.audit.services import Operation, record_events
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.keyring import keyring
from kuaiji.identity import attempts
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.events import PasswordRecovered, UserReopened
from kuaiji.identity.models import Recovery, User
from kuaiji.identity.notices import send_notice
from kuaiji.identity.passwords.hashing import verify_any
from kuaiji.identity.passwords.services import set_new_password
from kuaiji.identity.people.fingerprints import phone_fingerprints, tries_key, users_with, users_with_number
from kuaiji.identity.people.locks import lock_user
from kuaiji.identity.sessions.known_browsers import Browser, forget_browsers, is_known_to_any, remember_browser
from kuaiji.identity.sessions.services import end_sessions
from kuaiji.identity.sms_codes.services import check_code, request_code
from kuaiji.identity.unfinished.services import find_unfinished, keep_answers, start_unfinished
from kuaiji.limits.kinds import Kind
from kuaiji.limits.services import Address
from kuaiji.sms.enums import TemplateKey

RECOVERY_CODE, SIGN_IN_CODE = "recovery", "sign_in"  # purposes of its SMS codes


def start_recovery() -> Recovery:
    """Begin; nothing is known yet."""
    return start_unfinished(Recovery)


def find_recovery(recovery_id: uuid.UUID | None) -> Recovery | None:
    """A recovery whose time is not over and whose password has not been set yet."""
    recovery = find_unfinished(Recovery.objects.all(), recovery_id)
    return None if recovery and _is_finished(recovery) else recovery


def send_recovery_code(
    *,
    recovery: Recovery,
    number: str,
    phone: str,
    document_type: str,
    browser: Browser | None = None,
    address: Address | None = None,
    purpose: str = RECOVERY_CODE,
) -> bool:
    """Keep what was typed and have a code sent, if it belongs to somebody; False for a double tap.

    Whatever the ``purpose``, it counts for this number and phone together at this ``address``, and in a ``browser`` of
    the owner's apart from what others ask for. Raises RuleBroken ``limit_…``.
    """
    brought = browser.brought if browser else ""
    _save_answers(recovery, number=number, phone=phone, document_type=document_type, browser=brought)
    asked = keyring().mac("recovery_asked", tries_key(number) + phone.encode() + (address.key if address else b""))
    return request_code(
        purpose=purpose,
        form_id=recovery.pk,
        phone=phone,
        counts={attempts.RECOVERY_ASKED: asked},
        address=address,
    )


def recovery_phone(recovery_id: uuid.UUID) -> str | None:
    """Where its code goes: to the bound phone; to nobody when number and phone do not belong together."""
    recovery = find_recovery(recovery_id)
    return recovery.answers["phone"] if recovery and _owners(recovery) else None


def recovery_limit(recovery_id: uuid.UUID) -> tuple[Kind, bytes]:
    """What its code counts for where number and phone belong together: this phone with this number, apart in a browser
    that the owner has signed in with, so that who knows both cannot use up all of it (ADR 0027).
    """
    recovery = Recovery.objects.get(pk=recovery_id)
    answers = recovery.answers
    known = is_known_to_any(answers.get("browser", ""), [user.pk for user in _owners(recovery)])
    kind = attempts.CODE_TO_KNOWN_BROWSER if known else attempts.CODE_TO_OWNER
    return kind, keyring().mac("recovery", tries_key(answers["number"]) + answers["phone"].encode())


def prove_recovery(
    *,
    recovery: Recovery,
    number: str,
    phone: str,
    sms_code: str,
    document_type: str,
    purpose: str = RECOVERY_CODE,
) -> None:
    """Prove the phone; from now on what the ``purpose`` is may be done, and ``recovery.user`` is who it is.

    Raises RuleBroken ``sms_code_…``, or ``document_type_needed`` when two people have this number and this phone.
    """
    proven = [purpose, number, phone]
    if recovery.answers.get("proven") != proven:
        check_code(purpose=purpose, form_id=recovery.pk, phone=phone, digits=sms_code)
    _save_answers(recovery, number=number, phone=phone, document_type=document_type, proven=proven)
    owners = _owners(recovery)
    if len(owners) != 1:
        raise RuleBroken("document_type_needed", "请选择证件类型后再试一次", "document_type")
    recovery.user = owners[0]
    recovery.save()


def set_recovered_password(
    *, operation: Operation, recovery_id: uuid.UUID, password: str, browser: Browser | None = None
) -> User:
    """Set the new password, end every session and tell the phone. The same call once more returns the same user.

    Who has closed comes back by it. No browser is known any more but ``browser``.

    Raises RuleBroken ``recovery_gone`` or ``password_…``.
    """
    with transaction.atomic():
        user, recovery = _locked(recovery_id)
        if _is_finished(recovery):
            if verify_any(password, [user]):
                remember_browser(user.pk, browser)
                return user
            raise RuleBroken("recovery_gone", "密码已经重新设置，请用新密码登录")
        renew_sign_in(operation=operation, user=user, phone=recovery.answers["phone"], password=password)
        remember_browser(user.pk, browser)
        recovery.answers = {}
        recovery.save()
    return user


def renew_sign_in(*, operation: Operation, user: User, phone: str, password: str) -> None:
    """Whoever has proven the bound ``phone`` sets a new password: every session ends, no browser is known any more,
    and the phone is told. Who has closed comes back by it. The caller has locked ``user``.

    Raises RuleBroken ``password_…``.
    """
    if user.closed_at:
        reopen_user(operation, user, phone=phone)
    set_new_password(user, password)
    ended = end_sessions(user.pk)
    forget_browsers(user.pk)
    send_notice(user, TemplateKey.PASSWORD_CHANGED)
    record_events(operation, PasswordRecovered(subject_id=user.pk, ended_sessions=ended))


def _locked(recovery_id: uuid.UUID) -> tuple[User, Recovery]:
    """Whose password may be set, and by what; the person is locked first. Raises RuleBroken ``recovery_gone``."""
    live = Recovery.objects.filter(pk=recovery_id, expires_at__gt=clock.now())
    user_id = live.values_list("user_id", flat=True).first()
    try:
        user = lock_user(user_id) if user_id else None
    except RuleBroken:
        user = None
    recovery = live.select_for_update().filter(user=user).first() if user else None
    if user is None or recovery is None:
        raise RuleBroken("recovery_gone", "操作已超时，请重新找回密码")
    return user, recovery


def reopen_user(operation: Operation, user: User, *, phone: str) -> None:
    """Who has closed and kept a record comes back as the same user, by the phone that was bound."""
    user.is_active, user.closed_at, user.phone = True, None, phone
    user.save(update_fields=["is_active", "closed_at", "phone"])
    record_events(operation, UserReopened(subject_id=user.pk))


def _is_finished(recovery: Recovery) -> bool:
    return recovery.user_id is not None and not recovery.answers


def _save_answers(recovery: Recovery, **answers: object) -> None:
    recovery.user = None
    keep_answers(recovery, "user", **answers)


def _owners(recovery: Recovery) -> list[User]:
    """Who has this number and this phone (and this type of document, if one was named)."""
    answers = recovery.answers
    users = users_with_number(answers["number"])
    with_phone = users_with(FingerprintKind.PHONE, phone_fingerprints(answers["phone"]))
    may = Q(is_active=True) | Q(closed_at__isnull=False)
    found = users.filter(may, pk__in=with_phone.values("pk"))
    return list(found.filter(document_type=answers["document_type"]) if answers["document_type"] else found)
