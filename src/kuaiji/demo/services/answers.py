"""What the known people of a demonstration tell, through the forms of the sections."""

import datetime as dt
from collections.abc import Mapping

from django.http import QueryDict

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.sections.answers import AllAnswers, Answers
from kuaiji.accountants.sections.facts import facts_of
from kuaiji.accountants.sections.registry import SECTIONS, SectionPage
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.uploads import Uploads
from kuaiji.common import clock
from kuaiji.demo.rules import Known, Place
from kuaiji.identity.models import User

PERSONAL = {
    "ethnic_group": "01",
    "political_status": "13",
    "email": "demo@example.com",
    "same_picture_meant": "on",
}
NO_TALENTS = {"talents-TOTAL_FORMS": "0", "talents-INITIAL_FORMS": "0"}
EMPLOYMENT = {
    "employment_status": "1",
    "employer_name": "示例商贸有限公司",
    "employer_uscc": "91440103000000019C",
    "employer_industry": "51",
    "employer_economic_type": "06",
    "employer_address": "示例路1号",
    "employer_phone": "020-90000001",
    "accounting_post": "06",
    "accounting_admin_post": "04",
    "accounting_technical_post": "00",
    "periods-TOTAL_FORMS": "0",
    "periods-INITIAL_FORMS": "0",
}


def answers_of(user: User, known: Known, place: Place, pictures: Mapping[str, Attachment]) -> AllAnswers:
    """Every section through its own form, as if it had been typed. Raises ValueError where a form refuses it."""
    today, found = clock.today(), dict[SectionSlug, Answers]()
    told = {
        SectionSlug.PERSONAL: PERSONAL,
        SectionSlug.EDUCATION: known.education(today),
        SectionSlug.EMPLOYMENT: EMPLOYMENT | {"division_code": place.division} | _since(known, today),
        SectionSlug.PROFESSIONAL: {"abacus_level": "00"} | NO_TALENTS | known.titles(today),
        SectionSlug.AWARDS: {"awards-TOTAL_FORMS": "0", "awards-INITIAL_FORMS": "0"},
    }
    for section in SECTIONS:
        page = SectionPage(
            section,
            facts=facts_of(user, found.get(SectionSlug.PERSONAL), today),
            data=_posted(told[section.slug]),
            uploads=Uploads(received=dict(pictures) if section.slug == SectionSlug.PERSONAL else {}),
        )
        if not page.is_valid():
            raise ValueError(f"{known.name}, {section.slug}: {page.form.errors}")
        found[section.slug] = page.answers()
    return found


def _since(known: Known, today: dt.date) -> dict[str, str]:
    begun = known.work(today)
    years = today.year - int(begun["accounting_start_date"][:4])
    return begun | {"accounting_years": str(years)}


def _posted(fields: Mapping[str, str]) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update(dict(fields))
    return data
