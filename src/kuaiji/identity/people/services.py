"""Another document for a user: decided by a bureau only (R4.1)."""

from django.db import IntegrityError, transaction

from kuaiji.common.errors import RuleBroken
from kuaiji.common.locks import lock
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.models import PEOPLE_PER_PHONE, User
from kuaiji.identity.people.fingerprints import NoSlot, document_fingerprints, number_fingerprints, replace_fingerprints
from kuaiji_wire.people import Document


@transaction.atomic
def replace_document(*, user: User, document: Document) -> None:
    """Give ``user`` this document; the caller has locked the user and leaves the event.

    Raises RuleBroken ``already_registered`` when it is somebody else's, ``number_full`` when as many as may have this
    number.
    """
    number = number_fingerprints(document.number)
    lock(FingerprintKind.NUMBER, min(number.values()))
    try:
        with transaction.atomic():
            replace_fingerprints(user, FingerprintKind.DOCUMENT, document_fingerprints(document), people=1)
    except (IntegrityError, NoSlot):
        raise RuleBroken("already_registered", "该证件已有他人登记，请核对", "document_number") from None
    try:
        replace_fingerprints(user, FingerprintKind.NUMBER, number, people=PEOPLE_PER_PHONE)
    except NoSlot:
        raise RuleBroken("number_full", "该证件号登记的人数已满，请核对", "document_number") from None
    user.document_type, user.document_country, user.document_number = document.type, document.country, document.number
    user.save(update_fields=["document_type", "document_country", "document_number"])
