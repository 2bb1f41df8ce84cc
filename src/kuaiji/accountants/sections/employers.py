"""Employer search for the work section, with and without script (R3.4)."""

import structlog
from django.http import QueryDict

from kuaiji.common.http import PartnerUnavailable
from kuaiji.common.text import searched_name
from kuaiji.exchange.partners.clients import employer_search
from kuaiji.exchange.partners.employers import Employer
from kuaiji.regions.services import places

log = structlog.get_logger(__name__)

LEAST = 2
LONGEST_NAME = 100
MOST = 10


def search_employers(name: str) -> list[Employer]:
    """Employers whose name holds ``name`` (two characters at least); raises PartnerUnavailable."""
    wanted = searched_name(name, LONGEST_NAME)
    try:
        return employer_search().search_employers(wanted, MOST) if len(wanted) >= LEAST else []
    except PartnerUnavailable as away:
        log.warning("partner_unavailable", partner=away.partner, reason=away.reason)
        raise


def employer_fields(employer: Employer) -> dict[str, str]:
    """The form's fields an employer fills in; the region only if it is one of ours."""
    filled = {
        "employer_name": employer.name,
        "employer_uscc": employer.uscc,
        "employer_industry": employer.industry,
        "employer_economic_type": employer.economic_type,
        "employer_address": employer.address,
        "employer_phone": employer.phone,
    }
    ours = employer.division_code in places()
    return filled | ({"division_code": employer.division_code} if ours else {})


def employer_suggestion(employer: Employer) -> dict[str, object]:
    """One line for the page's script."""
    return {
        "label": employer.name,
        "hint": f"{employer.uscc} · {employer.address}",
        "fields": employer_fields(employer),
    }


def with_employer(data: QueryDict, employer: Employer) -> QueryDict:
    """What was typed, with the employer's particulars in it."""
    changed = data.copy()
    for field, value in employer_fields(employer).items():
        changed[field] = value
    return changed
