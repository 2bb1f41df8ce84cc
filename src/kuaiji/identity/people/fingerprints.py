"""Blind indexes of what people type, and finding users by them."""

from collections.abc import Mapping

from django.db.models import QuerySet

from kuaiji.common import documents
from kuaiji.common.keyring import keyring
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
    """What is typed at sign-in: the number alone."""
    return keyring().fingerprints(FingerprintKind.NUMBER, number)


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
