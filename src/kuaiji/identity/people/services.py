"""A user's document and phone beside those of others: how many may share what, and another document (R4.1)."""

from django.db import IntegrityError, transaction

from kuaiji.common.errors import RuleBroken
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.models import PEOPLE_PER_NUMBER, PEOPLE_PER_PHONE, User
from kuaiji.identity.people.fingerprints import (
    NoSlot,
    document_fingerprints,
    index_number,
    lock_number,
    phone_fingerprints,
    replace_fingerprints,
    users_with,
)
from kuaiji_wire.people import Document


def has_phone(user: User, phone: str) -> bool:
    """Whether this phone is indexed as the user's, also after closing."""
    return users_with(FingerprintKind.PHONE, phone_fingerprints(phone)).filter(pk=user.pk).exists()


def check_phone_has_room(phone: str, *, beside: User | None = None) -> None:
    """Raises RuleBroken ``phone_full`` when as many people as may share ``phone`` have it, ``beside`` not counted."""
    sharing = users_with(FingerprintKind.PHONE, phone_fingerprints(phone))
    if beside:
        sharing = sharing.exclude(pk=beside.pk)
    if sharing.count() >= PEOPLE_PER_PHONE:
        raise phone_full()


def phone_full() -> RuleBroken:
    """As many people as may share a phone have it."""
    return RuleBroken("phone_full", f"该手机号已注册 {PEOPLE_PER_PHONE} 人，请换一个手机号", "phone")


@transaction.atomic
def replace_document(*, user: User, document: Document) -> None:
    """Give ``user`` this document; the caller has locked the user and leaves the event.

    Raises RuleBroken ``already_registered`` when it is somebody else's, ``number_full`` when as many as may have this
    number.
    """
    lock_number(document)
    user.document_type, user.document_country, user.document_number = document.type, document.country, document.number
    try:
        with transaction.atomic():
            replace_fingerprints(user, FingerprintKind.DOCUMENT, document_fingerprints(document), people=1)
    except (IntegrityError, NoSlot):
        raise RuleBroken("already_registered", "该证件已有他人登记，请核对", "document_number") from None
    try:
        index_number(user, people=PEOPLE_PER_NUMBER)
    except NoSlot:
        raise RuleBroken("number_full", "该证件号登记的人数已满，请核对", "document_number") from None
    user.save(update_fields=["document_type", "document_country", "document_number"])
