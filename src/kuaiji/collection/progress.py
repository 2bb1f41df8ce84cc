"""What a page of the collection shows: the draft, what is saved, and what is known of the person."""

import dataclasses
import datetime as dt
import functools
from collections.abc import Mapping, Sequence

from django.db.models import Exists, OuterRef, Q

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.sections.answers import PICTURES, Answers, Before, completed, times_of
from kuaiji.accountants.sections.facts import Facts, beside_work, facts_of, settled
from kuaiji.accountants.sections.registry import SECTIONS
from kuaiji.accountants.services.transferring import record_to_complete
from kuaiji.accountants.services.versions import answers_of, current_version
from kuaiji.attachments.models import Attachment
from kuaiji.collection.enums import SubmissionState
from kuaiji.collection.models import Draft, StepAnswers, Submission
from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.identity.models import User
from kuaiji.unsent.models import UnsentForm
from kuaiji.unsent.services import unsent_forms

FORMS = "collection."  # what the names of unsent steps begin with


@dataclasses.dataclass(frozen=True)
class Progress:
    """A person's draft as read once for a page: what is agreed and saved, and what is known about the person.

    What is sealed is opened when it is asked for.
    """

    user: User
    draft: Draft | None
    rows: Sequence[StepAnswers]
    arrived: Record | None = None  # came from another platform, waits to be completed (R8.4)
    unsent: Mapping[str, UnsentForm] = dataclasses.field(default_factory=dict)  # what was typed and not saved, by step

    @property
    def agreed(self) -> bool:
        """Whether the notice of today's version was accepted."""
        return self.draft is not None and self.draft.notice_version == profile().notice_version

    @property
    def saved(self) -> set[str]:
        return {row.step for row in self.rows}

    @property
    def revisions(self) -> dict[str, int]:
        """How often each step was saved."""
        return {row.step: row.revision for row in self.rows}

    @functools.cached_property
    def answers(self) -> dict[str, Answers]:
        """The saved answers by step."""
        for row in self.rows:
            row.person_key = self.user.person_key  # one key to unwrap, not one a row
        return {row.step: row.data for row in self.rows}

    @functools.cached_property
    def archive(self) -> dict[SectionSlug, Answers]:
        """What came with a transfer in, as it came."""
        return answers_of(current_version(self.arrived)) if self.arrived else {}

    @functools.cached_property
    def offered(self) -> dict[SectionSlug, Answers]:
        """What a step begins with that was not saved yet: the archive that came with a transfer in, but for the work,
        of which only the agreed place and the closed periods are kept (R8.4)."""
        if self.arrived is None:
            return {}
        answers = self.archive
        employment = answers[SectionSlug.EMPLOYMENT]
        place = self.arrived.division_code
        return answers | {SectionSlug.EMPLOYMENT: {"division_code": place, "periods": employment["periods"]}}

    def begins_with(self, slug: SectionSlug) -> Answers | None:
        """The answers that the step shows when it is opened."""
        return self.answers.get(slug) or self.offered.get(slug)

    def before(self, slug: SectionSlug) -> Before | None:
        """What stood of the step, and accounting work that came from elsewhere: its running period goes on until
        another start is told."""
        row = next((row for row in self.rows if row.step == slug), None)
        earlier: list[tuple[dt.date, dt.date | None]] = []
        if self.arrived and slug == SectionSlug.EMPLOYMENT:
            came = self.archive[slug]
            earlier += times_of(came["periods"])
            if start := came["accounting_start_date"]:
                earlier.append((dt.date.fromisoformat(start), None))
        if row is None and not earlier:
            return None
        on = clock.day_of(row.saved_at) if row else clock.today()
        return Before(self.answers.get(slug, {}), on, tuple(earlier))

    def pictures(self, slug: SectionSlug) -> dict[str, Attachment]:
        """Pictures of the record that came from elsewhere: they count where no newer one was sent."""
        standing = (self.begins_with(slug) or {}) if self.arrived else {}
        named = {name: number for name in PICTURES.get(slug, ()) if (number := standing.get(name))}
        rows = {str(row.pk): row for row in Attachment.objects.filter(pk__in=named.values())} if named else {}
        return {name: rows[number] for name, number in named.items() if number in rows}

    @functools.cached_property
    def facts_day(self) -> dt.date:
        """The day that dates are compared with."""
        return clock.today()

    @functools.cached_property
    def facts(self) -> Facts:
        """What the document and the personal section tell; of who came from elsewhere also the archive."""
        facts = dataclasses.replace(
            facts_of(self.user, self.begins_with(SectionSlug.PERSONAL), self.facts_day),
            holds_qualification=self.user.holds_qualification,
            employment_status=self.answers.get(SectionSlug.EMPLOYMENT, {}).get("employment_status", ""),
        )
        facts = beside_work(facts, self.answers.get(SectionSlug.EMPLOYMENT) or self.archive.get(SectionSlug.EMPLOYMENT))
        return settled(facts) if self.arrived else facts


def progress_of(user: User) -> Progress:
    """The open draft of ``user``, if there is one, and what came from elsewhere to be completed."""
    rows = list(StepAnswers.objects.filter(_of_open_draft(user)).select_related("draft"))
    draft = rows[0].draft if rows else open_draft(user)
    return Progress(user, draft, rows, record_to_complete(user), unsent_steps(user) if draft else {})


def is_filled_in(user: User) -> bool:
    """Whether the notice of today's version was accepted and every step saved."""
    rows = StepAnswers.objects.filter(_of_open_draft(user), draft__notice_version=profile().notice_version)
    return rows.count() == len(SECTIONS)


def _of_open_draft(user: User) -> Q:
    return Q(draft__user=user, draft__submitted_at=None)


def unsent_steps(user: User) -> dict[str, UnsentForm]:
    """What was typed and not saved, by step."""
    found = {}
    for row in unsent_forms(user).filter(form__startswith=FORMS):
        row.person_key = user.person_key
        found[row.form.removeprefix(FORMS)] = row
    return found


def form_of(slug: SectionSlug) -> str:
    """The name under which a step is kept that was not saved."""
    return f"{FORMS}{slug}"


def open_draft(user: User) -> Draft | None:
    """The draft that ``user`` is filling in, if there is one."""
    return Draft.objects.filter(user=user, submitted_at=None).first()


def waiting_submission(user: User) -> Submission | None:
    """What ``user`` has submitted and nobody has answered yet."""
    submission = Submission.objects.of(user).waiting().first()
    if submission:
        submission.person_key = user.person_key
    return submission


def has_waiting_submission(user_column: str) -> Exists:
    """For a query over people: whether something of the person in that column waits for an answer."""
    return Exists(Submission.objects.waiting().filter(user=OuterRef(user_column)))


def answers_in(submission: Submission) -> dict[SectionSlug, Answers]:
    """The answers that wait."""
    return {SectionSlug(slug): completed(SectionSlug(slug), values) for slug, values in submission.answers.items()}


def returned_submission(user: User) -> Submission | None:
    """The submission that was answered last, if that gave the answers back and they were not submitted again."""
    newest = Submission.objects.of(user).select_related("person_key").order_by("-submitted_at", "-pk").first()
    returned = newest and newest.state in (SubmissionState.REFUSED, SubmissionState.RETURNED)
    return newest if returned else None
