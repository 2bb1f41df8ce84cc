"""Saved answers of a section once more before its form: what was right once may not fit what other sections say now."""

from kuaiji.accountants.sections.answers import Answers
from kuaiji.accountants.sections.facts import Facts
from kuaiji.accountants.sections.registry import Section, SectionPage, as_data
from kuaiji.attachments.uploads import Uploads


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
