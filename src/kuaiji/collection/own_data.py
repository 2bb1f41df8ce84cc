"""The answers of the sections, for 我的数据: as the record has them, or as far as they are filled in."""

from typing import Any

from kuaiji.accountants.own_data import record_of
from kuaiji.accountants.reading.display import Group, rows_of
from kuaiji.accountants.sections.facts import facts_of
from kuaiji.accountants.sections.registry import SECTIONS
from kuaiji.collection.models import Submission
from kuaiji.collection.progress import progress_of
from kuaiji.common import clock
from kuaiji.identity.data_parts import DATA_PARTS, DataPart, columns
from kuaiji.identity.models import User

OF_SUBMISSION = ("waits_for", "state", "submitted_at", "decided_at", "words", "answers")


def register() -> None:
    """Say what this app keeps. Once, in AppConfig.ready."""
    DATA_PARTS.register("answers", DataPart(order=60, values=answers_of))
    DATA_PARTS.register("in_words", DataPart(order=70, values=_in_words))
    DATA_PARTS.register("submissions", DataPart(order=75, values=_submissions))


def answers_of(user: User) -> dict[str, Any]:
    """The answers by section."""
    if (record := record_of(user)) is None:
        return dict(progress_of(user).answers)
    content = record.versions.select_related("person_key").get(number=record.version).content
    return {section.slug.value: content[section.slug] for section in SECTIONS}


def in_words(user: User, answers: dict[str, Any]) -> list[tuple[str, list[Group]]]:
    """The filled sections as the person reads them, under their titles."""
    facts = facts_of(user, answers.get("personal"), clock.today())
    return [
        (section.title, rows_of(section, answers[section.slug], facts))
        for section in SECTIONS
        if section.slug in answers
    ]


def _in_words(user: User) -> Any:
    return [
        {"title": title, "groups": [_group(group) for group in groups]}
        for title, groups in in_words(user, answers_of(user))
    ]


def _submissions(user: User) -> Any:
    rows = Submission.objects.of(user).select_related("person_key").order_by("submitted_at")
    return [columns(row, OF_SUBMISSION) for row in rows]


def _group(group: Group) -> dict[str, Any]:
    return {"title": group.title, "lines": [{"label": line.label, "words": line.words} for line in group.lines]}
