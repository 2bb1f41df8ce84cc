"""单位登记库: find an employer by a part of its name, so that its particulars need not be typed (R3.4)."""

from dataclasses import dataclass
from typing import Protocol

from kuaiji.common.http import Partner, PartnerUnavailable

FIELDS = {
    "name": r".{1,100}",
    "uscc": r"[0-9A-HJ-NPQRTUWXY]{18}",
    "industry": r"[0-9]{2}",
    "economic_type": r"[0-9]{2}",
    "address": r".{0,200}",
    "phone": r"[0-9-]{0,20}",
    "division_code": r"[0-9]{6}",
}


@dataclass(frozen=True, slots=True)
class Employer:
    """One entry. Codes: industry of industries.csv, economic_type of economic_types.csv, division_code of divisions."""

    name: str
    uscc: str
    industry: str
    economic_type: str
    address: str
    phone: str
    division_code: str


class EmployerSearch(Protocol):
    """Whoever keeps a register of employers."""

    def search_employers(self, q: str, limit: int = 10) -> list[Employer]:
        """At most ``limit`` (1–50), the best first. Raises PartnerUnavailable."""


class EmployerRegister:
    """Asks the employer register over HTTP."""

    def __init__(self, partner: Partner) -> None:
        self._partner = partner

    def search_employers(self, q: str, limit: int = 10) -> list[Employer]:
        """See EmployerSearch."""
        answer = self._partner.ask("GET", "/employers", params={"q": q, "limit": limit})
        if not isinstance(answer, list) or len(answer) > limit:
            raise PartnerUnavailable(self._partner.name, "bad_answer")
        return [Employer(**self._partner.strings(entry, FIELDS)) for entry in answer]
