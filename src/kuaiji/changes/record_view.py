"""What pages of changes show of a record: its state, its locks, and what the last save changed."""

import dataclasses
import functools
from typing import Any

from kuaiji.accountants import workflow
from kuaiji.accountants.enums import SectionSlug, VersionKind
from kuaiji.accountants.models import Record, RecordVersion
from kuaiji.accountants.reading.comparison import differences, parts_of
from kuaiji.accountants.sections.answers import PICTURES, Answers, Before, times_of
from kuaiji.accountants.sections.facts import Facts, beside_work, facts_of, settled
from kuaiji.accountants.sections.registry import BY_SLUG
from kuaiji.accountants.services.versions import answers_of
from kuaiji.attachments.models import Attachment
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.regions.services import full_name

UNCHANGED, CONFIRMED = "unchanged", "confirmed"


@dataclasses.dataclass(frozen=True)
class RecordView:
    """A person's record as read once for a page: its answers, and what locks it."""

    record: Record
    version: RecordVersion
    holds: set[str]  # kinds of the open holds

    @functools.cached_property
    def answers(self) -> dict[SectionSlug, Answers]:
        """All sections as they stand."""
        return answers_of(self.version)

    @functools.cached_property
    def facts(self) -> Facts:
        """What no form asks any more."""
        facts = facts_of(self.record.user, self.answers[SectionSlug.PERSONAL], clock.today())
        return settled(beside_work(facts, self.answers[SectionSlug.EMPLOYMENT]))

    @functools.cached_property
    def lock(self) -> RuleBroken | None:
        """Why the record can only be looked at, if so (R4.5)."""
        return workflow.refusal(self.record.status, self.holds)

    @property
    def place_waiting(self) -> str:
        """The place the record will belong to when its region is no longer locked (R4.3); empty without one."""
        place: str = self.answers[SectionSlug.EMPLOYMENT]["division_code"]
        return full_name(place) if place != self.record.division_code else ""

    def before(self, slug: SectionSlug) -> Before | None:
        """What stands of the work, since when, and the closed times of accounting work that stay; what stands of the
        titles; of other sections nothing that a form asks for."""
        if slug == SectionSlug.PROFESSIONAL:
            return Before(self.answers[slug], clock.day_of(self.version.at))
        if slug != SectionSlug.EMPLOYMENT:
            return None
        answers, since = self.answers[slug], [self.record.collected_at or self.version.at]
        if self.version.number > 1:
            since += self.record.versions.filter(section=slug).order_by("-number").values_list("at", flat=True)[:1]
        return Before(answers, clock.day_of(max(since)), times_of(answers["periods"]))

    def pictures(self, slug: SectionSlug) -> dict[str, Attachment]:
        """The pictures a section has."""
        named = {name: number for name in PICTURES.get(slug, ()) if (number := self.answers[slug][name])}
        rows = {str(row.pk): row for row in Attachment.objects.filter(pk__in=named.values())}
        return {name: rows[number] for name, number in named.items()}


def done_before(told: str, standing: RecordView) -> dict[str, Any]:
    """What the page before has done, as the record itself tells it: a save names the version it made."""
    if told in (UNCHANGED, CONFIRMED):
        return {"what": told}
    version = standing.version
    if told != str(version.number) or version.kind not in (VersionKind.SECTION_CHANGED, VersionKind.NAME_CHANGED):
        return {}
    before = standing.record.versions.select_related("person_key").get(number=version.number - 1)
    today = clock.today()
    return {
        "what": "saved",
        "version": version,
        "title": BY_SLUG[SectionSlug(version.section)].title if version.section else "姓名",
        "differences": differences(parts_of(before, today), parts_of(version, today)),
    }
