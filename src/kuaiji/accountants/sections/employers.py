"""Employer search for the work section, with and without script (R3.4, docs/adr/0078)."""

import re

import structlog
from django.http import QueryDict

from kuaiji.common import credit_codes
from kuaiji.common.http import PartnerUnavailable
from kuaiji.common.text import searched_name
from kuaiji.exchange.partners.clients import employer_search
from kuaiji.exchange.partners.employers import Employer
from kuaiji.regions.services import full_name, places

log = structlog.get_logger(__name__)

LEAST = 2
LONGEST_NAME = 100
LONGEST_CODE = 60  # characters as typed
MOST = 10
# 登记管理部门 and 机构类别, then the six digits of the place: no name begins so.
_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-Z]{0,10}")


def search_employers(words: str) -> list[Employer]:
    """Employers whose name holds ``words`` (two characters at least), or whose credit code begins with them (eight at
    least); raises PartnerUnavailable."""
    wanted = _as_code(words) or searched_name(words, LONGEST_NAME)
    try:
        return employer_search().search_employers(wanted, MOST) if len(wanted) >= LEAST else []
    except PartnerUnavailable as away:
        log.warning("partner_unavailable", partner=away.partner, reason=away.reason)
        raise


def _as_code(words: str) -> str:
    """``words`` as a credit code, or its beginning; empty where they are none."""
    code = credit_codes.normalise(words) if len(words) <= LONGEST_CODE else ""
    return code if _CODE.fullmatch(code) else ""


def employer_fields(employer: Employer) -> dict[str, str]:
    """The form's fields an employer fills in: those it tells, the region only if it is one of ours."""
    told = {
        "employer_name": employer.name,
        "employer_uscc": employer.uscc,
        "employer_industry": employer.industry,
        "employer_economic_type": employer.economic_type,
        "employer_address": employer.address,
        "employer_phone": employer.phone,
        "division_code": employer.division_code if employer.division_code in places() else "",
    }
    return {name: value for name, value in told.items() if value}


def employer_suggestion(employer: Employer) -> dict[str, object]:
    """One line for the page's script; ``place`` is the region in words, ``elsewhere`` that it is none of ours."""
    fields = employer_fields(employer)
    return {
        "label": employer.name,
        "hint": f"{employer.uscc} · {employer.address}",
        "fields": fields,
        "place": full_name(employer.division_code),
        "elsewhere": "division_code" not in fields,
    }


def words_of_pick(employer: Employer, *, before: str) -> str:
    """What a pick has done, for the person to read; ``before`` is the code of the region that was chosen till then."""
    fields, place = employer_fields(employer), full_name(employer.division_code)
    filled = f"已填入 {len(fields)} 项"
    if "division_code" not in fields:
        return f"{filled}。这个单位登记在{place}，不在本平台范围内，请核对行政区划"
    if before and before != employer.division_code:
        return f"{filled}，行政区划改为{place}"
    return f"{filled}，行政区划为{place}"


def with_employer(data: QueryDict, employer: Employer) -> QueryDict:
    """What was typed, with the employer's particulars in it."""
    changed = data.copy()
    for field, value in employer_fields(employer).items():
        changed[field] = value
    return changed
