"""更换手机号: the bound phone proves itself, then the new one. Who lost the phone goes to the bureau.

And what identity forgets of a person who closes.
"""

import uuid

from django.db import transaction

from kuaiji.audit.services import Operation, record_events
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.locks import lock
from kuaiji.identity import attempts
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.events import PhoneChanged
from kuaiji.identity.models import PEOPLE_PER_PHONE, PhoneChange, Recovery, Registration, User
from kuaiji.identity.notices import send_notice
from kuaiji.identity.people.fingerprints import (
    NoSlot,
    current_fingerprint,
    phone_fingerprints,
    replace_fingerprints,
    tries_key,
)
from kuaiji.identity.people.locks import lock_user
from kuaiji.identity.people.services import phone_full
from kuaiji.identity.sessions.known_browsers import forget_browsers
from kuaiji.identity.sessions.services import end_sessions
from kuaiji.identity.sms_codes.services import check_code, request_code
from kuaiji.identity.unfinished.services import find_unfinished, keep_answers, start_unfinished
from kuaiji.limits.services import Address
from kuaiji.sms.enums import TemplateKey

OLD_PHONE_CODE, NEW_PHONE_CODE = "phone_change_old", "phone_change_new"  # purpose of its SMS codes


def start_phone_change(*, user: User) -> PhoneChange:
    """Begin; nothing is proven yet."""
    return start_unfinished(PhoneChange, user=user)


def find_phone_change(*, user: User, change_id: uuid.UUID | None) -> PhoneChange | None:
    """A change of this person whose time is not over, finished or not."""
    change = find_unfinished(PhoneChange.objects.filter(user=user), change_id)
    if change:
        change.user = user
    return change


def is_old_phone_proven(change: PhoneChange) -> bool:
    """Has the phone that is bound now been proven here?"""
    return bool(change.answers.get("old")) and change.answers["old"] == change.user.phone


def send_code_to_old_phone(*, change: PhoneChange, address: Address | None = None) -> bool:
    """Send a code to the bound phone; False for a double tap. It counts for ``address``.

    Raises RuleBroken ``limit_…``.
    """
    return request_code(
        purpose=OLD_PHONE_CODE,
        form_id=change.pk,
        phone=change.user.phone,
        counts={attempts.CODE_FOR_PERSON: _number_key(change)},
        address=address,
    )


def prove_old_phone(*, change: PhoneChange, sms_code: str) -> None:
    """Prove the bound phone. Raises RuleBroken ``sms_code_…``."""
    phone = change.user.phone
    check_code(purpose=OLD_PHONE_CODE, form_id=change.pk, phone=phone, digits=sms_code)
    keep_answers(change, old=phone)


def send_code_to_new_phone(*, change: PhoneChange, phone: str, address: Address | None = None) -> bool:
    """Keep the new phone and send it a code; False for a double tap. It counts for ``address``.

    Raises RuleBroken ``phone_same``, ``old_phone_unproven`` or ``limit_…``.
    """
    _check_new(change, phone)
    keep_answers(change, phone=phone)
    phone_key = current_fingerprint(phone_fingerprints(phone))
    return request_code(
        purpose=NEW_PHONE_CODE,
        form_id=change.pk,
        phone=phone,
        counts={attempts.CODE_FOR_PERSON: _number_key(change), attempts.CODE_TO_PHONE: phone_key},
        address=address,
    )


def finish_phone_change(*, operation: Operation, change: PhoneChange, phone: str, sms_code: str) -> None:
    """Prove the new phone and bind it. The same call once more changes nothing.

    Raises RuleBroken ``phone_same``, ``old_phone_unproven``, ``sms_code_…``, ``phone_full``, ``closed``.
    """
    if change.finished_at:
        return
    _check_new(change, phone)
    if change.answers.get("new") != phone:
        try:
            check_code(purpose=NEW_PHONE_CODE, form_id=change.pk, phone=phone, digits=sms_code)
        except RuleBroken:
            if PhoneChange.objects.filter(pk=change.pk, finished_at__isnull=False).exists():  # pressed twice at once
                return
            raise
        keep_answers(change, phone=phone, new=phone)
    with transaction.atomic():
        user = lock_user(change.user_id)
        standing = PhoneChange.objects.select_for_update().get(pk=change.pk)
        if standing.finished_at:
            return
        standing.user = user
        _check_new(standing, phone)  # once more: it may have been changed from elsewhere since
        replace_phone(operation=operation, user_id=user.pk, phone=phone)
        standing.finished_at, standing.answers = clock.now(), {}
        standing.save()


@transaction.atomic
def replace_phone(*, operation: Operation, user_id: uuid.UUID, phone: str) -> None:
    """Bind a phone that has been proven, whoever decided it, and tell the one before. The same phone changes nothing.

    Raises RuleBroken ``phone_full`` when as many people as may share it have it, ``closed`` when nobody is left.
    """
    user = lock_user(user_id)
    before = user.phone
    if before == phone:
        return
    keys = phone_fingerprints(phone)
    lock(FingerprintKind.PHONE, min(keys.values()))
    try:
        replace_fingerprints(user, FingerprintKind.PHONE, keys, people=PEOPLE_PER_PHONE)
    except NoSlot:
        raise phone_full() from None
    user.phone = phone
    user.save(update_fields=["phone"])
    if before:
        send_notice(user, TemplateKey.PHONE_CHANGED, phone=before)
    event = PhoneChanged(subject_id=user.pk, before=before, after=phone)
    record_events(operation, event, person_key=user.person_key)


def old_phone_of_change(change_id: uuid.UUID) -> str | None:
    """Where the code to the old phone goes: to the one that is bound now."""
    change = find_unfinished(PhoneChange.objects.select_related("user__person_key"), change_id)
    return change.user.phone if change else None


def new_phone_of_change(change_id: uuid.UUID) -> str | None:
    """Where the code to the new phone goes: to the one typed last."""
    change = find_unfinished(PhoneChange.objects.all(), change_id)
    return change.answers.get("phone") if change else None


def _check_new(change: PhoneChange, phone: str) -> None:
    if not is_old_phone_proven(change):
        raise RuleBroken("old_phone_unproven", "请先验证原手机号")
    if phone == change.user.phone:
        raise RuleBroken("phone_same", "新手机号与原手机号相同，请核对", "phone")


def _number_key(change: PhoneChange) -> bytes:
    return tries_key(change.user.document_number)


def forget_sign_in(user: User) -> None:
    """End every session; forget browsers and whatever was begun and not finished."""
    end_sessions(user.pk)
    forget_browsers(user.pk)
    for unfinished in (PhoneChange, Recovery, Registration):
        unfinished.objects.filter(user=user).delete()
