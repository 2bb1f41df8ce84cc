"""核验姓名与证件号码: do this name and this document number belong together?"""

from typing import Literal, Protocol

from kuaiji.common.http import Partner, PartnerAnswer

IdentityResult = Literal["match", "mismatch"]


class IdentityAnswer(PartnerAnswer):
    """What the service says."""

    result: IdentityResult


class IdentityChecker(Protocol):
    """Whoever can tell."""

    def check_identity(self, *, name: str, document_type: str, document_number: str) -> IdentityResult:
        """``document_type`` is a code of document_types.csv. Raises PartnerUnavailable."""


class IdentityCheck:
    """Asks the identity check service over HTTP."""

    def __init__(self, partner: Partner) -> None:
        self._partner = partner

    def check_identity(self, *, name: str, document_type: str, document_number: str) -> IdentityResult:
        question = {"name": name, "document_type": document_type, "document_number": document_number}
        answer = self._partner.ask("POST", "/identity/checks", json=question)
        return self._partner.read(answer, IdentityAnswer).result
