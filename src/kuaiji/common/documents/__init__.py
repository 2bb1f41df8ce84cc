"""Identity documents: the twelve types, their numbers, and what a number tells (R2.4, U-12).

Pure: no clock, no database. A number is stored as ``check`` returns it, which is always ``normalise`` of what was
typed; so a number alone, without its type, can be looked up by ``normalise``.
"""

from kuaiji.common.documents.cards import check_birth_date, convert_15_digits
from kuaiji.common.documents.numbers import grouped, mask, normalise
from kuaiji.common.documents.types import (
    DocumentFacts,
    DocumentType,
    asks_ethnic_group,
    document_sides,
)
from kuaiji.common.documents.validation import check, lasting_number, told_by

__all__ = [
    "DocumentFacts",
    "DocumentType",
    "asks_ethnic_group",
    "check",
    "check_birth_date",
    "convert_15_digits",
    "document_sides",
    "grouped",
    "lasting_number",
    "mask",
    "normalise",
    "told_by",
]
