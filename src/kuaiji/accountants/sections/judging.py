"""Saved answers of a section once more before its form: what was right once may not fit what other sections say now."""

import dataclasses
import datetime as dt

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.sections.answers import AllAnswers, Answers
from kuaiji.accountants.sections.facts import Facts
from kuaiji.accountants.sections.registry import SECTIONS, Section, SectionPage, as_data
from kuaiji.attachments.uploads import Uploads
from kuaiji.common.errors import RuleBroken


def judged(section: Section, answers: Answers, facts: Facts, uploads: Uploads) -> SectionPage:
    """The page of saved ``answers``, with the faults they have now."""
    page = SectionPage(section, facts=facts, data=as_data(section, answers), uploads=uploads)
    page.is_valid()
    return page


def faults_of(page: SectionPage) -> list[str]:
    """The words of all faults of a page, in its order."""
    forms = [page.form, *(form for rows in page.asked_row_sets() for form in rows.forms)]
    whole = [str(words) for rows in page.asked_row_sets() for words in rows.non_form_errors()]
    return [str(words) for form in forms for faults in form.errors.values() for words in faults] + whole


def check_birth_date(answers: AllAnswers, facts: Facts, birth_date: dt.date) -> None:
    """Raises ``birth_date_contradicts`` for another birth date with which a section no longer agrees that does so now.

    ``facts`` are those of the birth date that stands.
    """
    changed = dataclasses.replace(facts, birth_date=birth_date)
    for section in SECTIONS:
        if section.slug == SectionSlug.PERSONAL:
            continue
        stood, now = (faults_of(judged(section, answers[section.slug], told, Uploads())) for told in (facts, changed))
        if broken := [words for words in now if words not in stood]:
            words = f"与{section.title}不符（{broken[0]}），请先核对"
            raise RuleBroken("birth_date_contradicts", words, "birth_date")
