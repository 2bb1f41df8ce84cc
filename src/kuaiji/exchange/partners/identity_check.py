"""核验姓名与证件号码: do this name and this document number belong together?"""

from typing import Literal, Protocol

from kuaiji.common.http import Partner, PartnerAnswer
from kuaiji_wire.people import Person

IdentityResult = Literal["match", "mismatch", "not_covered"]


class IdentityAnswer(PartnerAnswer):
    """What the service says."""

    result: IdentityResult


class IdentityChecker(Protocol):
    """Whoever can tell. ``not_covered``: it does not know documents of this type."""

    def check_identity(self, person: Person) -> IdentityResult:
        """Raises PartnerUnavailable."""


class IdentityCheck:
    """Asks the identity check service over HTTP."""

    def __init__(self, partner: Partner) -> None:
        self._partner = partner

    def check_identity(self, person: Person) -> IdentityResult:
        document = person.document
        question = {"name": person.name, "document_type": document.type, "document_number": document.number}
        answer = self._partner.ask("POST", "/identity/checks", json=question)
        return self._partner.read(answer, IdentityAnswer).result
