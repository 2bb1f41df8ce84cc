"""单位登记库: find an employer by a part of its name or by its credit code, so that its particulars need not be typed
(R3.4)."""

from typing import Annotated, Protocol

from pydantic import Field

from kuaiji.common.http import Partner, PartnerAnswer, PartnerUnavailable

TwoDigits = Annotated[str, Field(pattern=r"^[0-9]{2}$")]


class Employer(PartnerAnswer):
    """One entry. Codes: industry of industries.csv, economic_type of economic_types.csv, division_code of divisions."""

    name: Annotated[str, Field(pattern=r"^.{1,100}$")]
    uscc: Annotated[str, Field(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$")]
    industry: TwoDigits
    economic_type: TwoDigits
    address: Annotated[str, Field(pattern=r"^.{0,200}$")]
    phone: Annotated[str, Field(pattern=r"^[0-9-]{0,20}$")]
    division_code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class EmployerSearch(Protocol):
    """Whoever keeps a register of employers."""

    def search_employers(self, q: str, limit: int = 10) -> list[Employer]:
        """At most ``limit`` (1–50), the best first.

        ``q`` is a part of a name as somebody types it: as written, in pinyin or by initials as far as the register
        reads them (ADR 0112); or a credit code from its beginning on.

        Raises PartnerUnavailable.
        """


class EmployerRegister:
    """Asks the employer register over HTTP."""

    def __init__(self, partner: Partner) -> None:
        self._partner = partner

    def search_employers(self, q: str, limit: int = 10) -> list[Employer]:
        """See EmployerSearch."""
        answer = self._partner.ask("GET", "/employers", params={"q": q, "limit": limit})
        if not isinstance(answer, list) or len(answer) > limit:
            raise PartnerUnavailable(self._partner.name, "bad_answer")
        return [self._partner.read(entry, Employer) for entry in answer]
