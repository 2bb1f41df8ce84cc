"""Identity documents: the types, their numbers, and what a number tells (R2.4, U-12).

Pure: no clock, no database. A number is stored as ``check`` returns it, which is always ``normalise`` of what was
typed; so a number alone, without its type, can be looked up by ``normalise``.
"""

from kuaiji.common.documents.cards import check_birth_date, convert_15_digits
from kuaiji.common.documents.foreigners import OF_CHINA, check_foreign_country, check_issuer
from kuaiji.common.documents.numbers import grouped, mask, normalise
from kuaiji.common.documents.types import (
    DocumentFacts,
    DocumentType,
    document_sides,
)
from kuaiji.common.documents.validation import (
    RENEWED,
    check,
    check_document,
    is_of_foreigner,
    lasting_number,
    lasting_part,
    told_by,
)

__all__ = [
    "OF_CHINA",
    "RENEWED",
    "DocumentFacts",
    "DocumentType",
    "check",
    "check_birth_date",
    "check_document",
    "check_foreign_country",
    "check_issuer",
    "convert_15_digits",
    "document_sides",
    "grouped",
    "is_of_foreigner",
    "lasting_number",
    "lasting_part",
    "mask",
    "normalise",
    "told_by",
]
