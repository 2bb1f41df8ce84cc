"""Blind indexes of what people type, and finding users by them."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from kuaiji.common import documents
from kuaiji.common.keyring import keyring
from kuaiji.common.locks import lock
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.models import Fingerprint, User
from kuaiji_wire.people import Document

Fingerprints = Mapping[str, bytes]  # by the id of the key, the current one first


class NoSlot(Exception):
    """As many people as may share a value have it."""


def document_fingerprints(document: Document) -> Fingerprints:
    """One person (R2.3): type, issuer, and the part of the number that renewing the document leaves as it is."""
    lasting = documents.lasting_number(document)
    return keyring().fingerprints(FingerprintKind.DOCUMENT, f"{document.type} {document.country} {lasting}")


def number_fingerprints(number: str) -> Fingerprints:
    """The number as printed, alone: what is typed at sign-in."""
    return keyring().fingerprints(FingerprintKind.NUMBER, number)


def permit_fingerprints(document: Document) -> Fingerprints:
    """The number of a permit, alone, without what renewing changes; nothing of any other document."""
    if document.type not in documents.RENEWED:
        return {}
    return keyring().fingerprints(FingerprintKind.PERMIT, documents.lasting_number(document))


def tries_key(number: str) -> bytes:
    """What tries on a number typed without its type are counted under: all issues of a permit together."""
    return current_fingerprint(number_fingerprints(documents.lasting_part(number)))


def phone_fingerprints(phone: str) -> Fingerprints:
    """A mobile number."""
    return keyring().fingerprints(FingerprintKind.PHONE, phone)


def current_fingerprint(fingerprints: Fingerprints) -> bytes:
    """The one under the current key."""
    return next(iter(fingerprints.values()))


def users_with(kind: FingerprintKind, fingerprints: Fingerprints) -> QuerySet[User]:
    """Users who have this value, whichever key it was indexed under."""
    return User.objects.filter(
        fingerprints__kind=kind, fingerprints__fingerprint__in=list(fingerprints.values())
    ).distinct()


def users_with_number(number: str) -> QuerySet[User]:
    """Users whose document has this number, typed without its type; a permit also by any other issue of it (R2.3)."""
    printed = number_fingerprints(number)
    lasting = keyring().fingerprints(FingerprintKind.PERMIT, documents.lasting_part(number))
    has = Q(fingerprints__kind=FingerprintKind.NUMBER, fingerprints__fingerprint__in=list(printed.values()))
    has |= Q(fingerprints__kind=FingerprintKind.PERMIT, fingerprints__fingerprint__in=list(lasting.values()))
    return User.objects.filter(has).distinct()


def others_with_number(document: Document, *, beside: User) -> QuerySet[User]:
    """Users but ``beside`` whose document has the number of ``document``, of whatever type it is."""
    return users_with_number(document.number).exclude(pk=beside.pk)


def lock_number(document: Document) -> None:
    """Let nobody else with the number of ``document``, or with another issue of this permit, pass until the transaction
    ends."""
    lasting = documents.lasting_part(document.number)
    lock(FingerprintKind.NUMBER, min(number_fingerprints(lasting).values()))


def index_number(user: User, *, people: int) -> None:
    """Index the number of the user's document in place of the one before; ``people`` may share it. Raises NoSlot."""
    replace_fingerprints(user, FingerprintKind.NUMBER, number_fingerprints(user.document_number), people=people)
    replace_fingerprints(user, FingerprintKind.PERMIT, permit_fingerprints(user.document), people=people)


def add_fingerprints(user: User, kind: FingerprintKind, values: Fingerprints, *, people: int) -> None:
    """Index one value of ``user`` under every key in use; ``people`` may share it. Raises NoSlot."""
    for key_id, value in values.items():
        taken = set(Fingerprint.objects.filter(kind=kind, fingerprint=value).values_list("slot", flat=True))
        slot = next((number for number in range(1, people + 1) if number not in taken), None)
        if slot is None:
            raise NoSlot
        Fingerprint.objects.create(kind=kind, fingerprint=value, slot=slot, key_id=key_id, user=user)


def replace_fingerprints(user: User, kind: FingerprintKind, values: Fingerprints, *, people: int) -> None:
    """Index another value of ``user`` in place of the one before. Raises NoSlot."""
    Fingerprint.objects.filter(user=user, kind=kind).delete()
    add_fingerprints(user, kind, values, people=people)
