"""Foreign passports that are asked about without their country: the contract names none, and we know them by both."""

from collections.abc import Mapping

from kuaiji.common.documents import DocumentType
from kuaiji.common.documents.countries import ALPHA_3, TRAVEL_DOCUMENTS_ONLY
from kuaiji.examchecks.services.execution import DatabaseAway, Lost, execute
from kuaiji.examchecks.services.lookups import Candidate
from kuaiji.identity.people.fingerprints import document_fingerprints
from kuaiji_wire.people import Document

_COUNTRIES = sorted(ALPHA_3 | TRAVEL_DOCUMENTS_ONLY)
_KNOWN = """
SELECT f.fingerprint, coalesce(nullif(u.name_folded, ''), u.name)
FROM identity_fingerprint f JOIN identity_user u ON u.id = f.user_id
WHERE f.kind = 'document' AND f.fingerprint = ANY (%(prints)s::bytea[])
"""


def with_countries(candidates: list[Candidate], passports: Mapping[int, str]) -> list[Candidate]:
    """``candidates`` with the prints of the country by which a passport is known here; where it is known by several,
    of the one whose holder has the name. ``passports`` are numbers by the place of their candidate.

    Raises DatabaseAway.
    """
    if not passports:
        return candidates
    prints = {place: _of_every_country(number) for place, number in passports.items()}
    names = _known([value for each in prints.values() for country in each for value in country])
    found = list(candidates)
    for place, countries in prints.items():
        known = [each for each in countries if any(value in names for value in each)]
        known.sort(key=lambda each: found[place].name not in [names.get(value) for value in each])
        found[place] = found[place]._replace(prints=(known or countries)[0])
    return found


def _of_every_country(number: str) -> list[tuple[bytes, ...]]:
    kind = DocumentType.FOREIGN_PASSPORT.value
    documents = (Document(type=kind, country=country, number=number) for country in _COUNTRIES)
    return [tuple(document_fingerprints(each).values()) for each in documents]


def _known(prints: list[bytes]) -> dict[bytes, str]:
    """Which of them are somebody's, each with the folded name."""
    try:
        rows = execute(_KNOWN, {"prints": prints})
    except Lost:
        try:
            rows = execute(_KNOWN, {"prints": prints})  # it only reads
        except Lost:
            raise DatabaseAway from None
    return {bytes(print_): name for print_, name in rows}
