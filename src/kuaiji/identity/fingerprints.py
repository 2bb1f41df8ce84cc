"""Blind indexes of what people type, and finding users by them."""

from collections.abc import Mapping

from django.db.models import QuerySet

from kuaiji.common import documents
from kuaiji.common.keyring import keyring
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.models import User

Fingerprints = Mapping[str, bytes]  # by the id of the key, the current one first


def of_document(document_type: str, number: str, country: str) -> Fingerprints:
    """One person (R2.3): type and the part of the number that renewing the document leaves as it is.

    ``country`` issued a foreign passport and is empty for all other documents.
    """
    lasting = documents.lasting_number(documents.DocumentType(document_type), number)
    return keyring().fingerprints(FingerprintKind.DOCUMENT, f"{document_type} {country} {lasting}")


def of_number(number: str) -> Fingerprints:
    """What is typed at sign-in: the number alone."""
    return keyring().fingerprints(FingerprintKind.NUMBER, number)


def of_phone(phone: str) -> Fingerprints:
    """A mobile number."""
    return keyring().fingerprints(FingerprintKind.PHONE, phone)


def current(fingerprints: Fingerprints) -> bytes:
    """The one under the current key."""
    return next(iter(fingerprints.values()))


def users_with(kind: FingerprintKind, fingerprints: Fingerprints) -> QuerySet[User]:
    """Users who have this value, whichever key it was indexed under."""
    return User.objects.filter(
        fingerprints__kind=kind, fingerprints__fingerprint__in=list(fingerprints.values())
    ).distinct()
