"""Another document for a user: decided by a bureau only (R4.1)."""

from django.db import IntegrityError, transaction

from kuaiji.common.errors import RuleBroken
from kuaiji.identity import fingerprints
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.locks import lock
from kuaiji.identity.models import PEOPLE_PER_PHONE, User


@transaction.atomic
def replace_document(*, user: User, document_type: str, document_number: str, document_country: str) -> None:
    """Give ``user`` this document; the caller has locked the user and leaves the event.

    Raises RuleBroken ``already_registered`` when it is somebody else's, ``number_full`` when as many as may have this
    number.
    """
    number = fingerprints.of_number(document_number)
    lock(FingerprintKind.NUMBER, min(number.values()))
    document = fingerprints.of_document(document_type, document_number, document_country)
    try:
        with transaction.atomic():
            fingerprints.replace(user, FingerprintKind.DOCUMENT, document, people=1)
    except (IntegrityError, fingerprints.NoSlot):
        raise RuleBroken("already_registered", "该证件已有他人登记，请核对", "document_number") from None
    try:
        fingerprints.replace(user, FingerprintKind.NUMBER, number, people=PEOPLE_PER_PHONE)
    except fingerprints.NoSlot:
        raise RuleBroken("number_full", "该证件号登记的人数已满，请核对", "document_number") from None
    user.document_type, user.document_country, user.document_number = document_type, document_country, document_number
    user.save(update_fields=["document_type", "document_country", "document_number"])
