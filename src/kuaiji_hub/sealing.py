"""The hub's own keys over what is personal: a data key for each person, blind indexes of documents and names."""

import dataclasses
from collections.abc import Iterable

from django.conf import settings

from kuaiji.common import clock, documents
from kuaiji.common.documents import DocumentType
from kuaiji.common.errors import RuleBroken
from kuaiji.common.keyring import Keyring, digests_equal
from kuaiji_wire.errors import BadDocument
from kuaiji_wire.names import fold_name
from kuaiji_wire.people import Person

FOLDING = 2  # the rule by which names are folded: docs/wire.md; 1 folded the dot of a name alone


def ring() -> Keyring:
    """The hub's keyring."""
    found: Keyring = settings.RING
    return found


def check_document(person: Person, field: str) -> None:
    """The document by the rule of its type, as of today. Raises BadDocument, below ``field``."""
    try:
        documents.check_document(person.document, today=clock.today())
    except RuleBroken as broken:
        raise BadDocument(f"{field}.{broken.field}") from None


def fingerprints(person: Person, field: str) -> dict[str, bytes]:
    """Blind indexes of the document under every key in use, the current one first: {key id: 32 bytes}.

    A renewed permit keeps its index (R2.3). Raises BadDocument, below ``field``, for a document type that is none.
    """
    try:
        kind = DocumentType(person.document.type)
    except ValueError:
        raise BadDocument(f"{field}.document_type") from None
    document = dataclasses.replace(person.document, number=documents.normalise(person.document.number))
    number = documents.lasting_number(document)
    return ring().fingerprints("hub.document", f"{kind} {person.document.country} {number}")


def values(indexes: Iterable[dict[str, bytes]]) -> list[bytes]:
    """All indexes there are."""
    return [value for index in indexes for value in index.values()]


def name_print(name: str) -> tuple[str, bytes]:
    """What is kept to compare a name with, by the rule ``FOLDING``: the key's id and the digest under it."""
    key_id = ring().current_fingerprint
    return key_id, ring().mac("hub.name", fold_name(name).encode(), key_id=key_id)


def is_name(name: str, key_id: str, digest: bytes) -> bool:
    """Whether ``name`` is the one that was kept by the rule ``FOLDING``."""
    return digests_equal(ring().mac("hub.name", fold_name(name).encode(), key_id=key_id), digest)
