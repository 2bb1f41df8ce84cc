"""全国平台: is this person held by a platform already, and by which (R1.4)?"""

from dataclasses import dataclass
from typing import Protocol

from kuaiji.common.http import Partner, PartnerUnavailable


@dataclass(frozen=True, slots=True)
class Holder:
    """A platform of platforms.csv."""

    code: str
    name: str


class HolderLookup(Protocol):
    """Whoever keeps the book of who is held where."""

    def look_up_holder(self, *, name: str, document_type: str, document_number: str) -> Holder | None:
        """None when nobody holds the person. Raises PartnerUnavailable."""


class NationalHolders:
    """Asks the national platform over HTTP."""

    def __init__(self, partner: Partner) -> None:
        self._partner = partner

    def look_up_holder(self, *, name: str, document_type: str, document_number: str) -> Holder | None:
        """See HolderLookup."""
        question = {"name": name, "document_type": document_type, "document_number": document_number}
        answer = self._partner.ask("POST", "/holders/lookups", json=question)
        # An answer without the key says nothing; only an explicit null says that the person is free.
        if not isinstance(answer, dict) or "held_by" not in answer:
            raise PartnerUnavailable(self._partner.name, "bad_answer")
        if answer["held_by"] is None:
            return None
        return Holder(**self._partner.strings(answer["held_by"], {"code": r"[0-9]{6}", "name": r".{1,50}"}))
