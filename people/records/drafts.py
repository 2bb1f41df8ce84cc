"""Drafts filled in through the forms, without the pages."""

import random

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.sections.registry import BY_SLUG, SectionPage
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.uploads import Uploads
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.collection.progress import progress_of
from kuaiji.collection.services.drafting import agree_to_notice, save_step
from kuaiji.collection.services.submitting import submit_draft
from kuaiji.identity.models import User
from people.persons import Person
from people.records.posted_forms import query_dict


def operation(user: User, kind: OperationKind = OperationKind.DRAFT_SAVING) -> Operation:
    return Operation(kind=kind, actor_kind=ActorKind.CITIZEN, actor_id=user.pk)


def attachment(user: User, purpose: str) -> Attachment:
    """A row that stands for a received picture; its file plays no part here."""
    number = random.randbytes(16).hex()
    return Attachment.objects.create(
        person_key=user.person_key, purpose=purpose, storage_key=number, sha256_received=b"-", width=1, height=1, size=1
    )


def fill_in(user: User, person: Person) -> None:
    """Every step of the draft, through the forms."""
    agree_to_notice(operation=operation(user), user=user)
    for slug in SectionSlug:
        section, facts = BY_SLUG[slug], progress_of(user).facts
        names = person.files.get(slug, {})
        uploads = Uploads(received={name: attachment(user, name) for name in names})
        page = SectionPage(section, facts=facts, data=query_dict(person.sections[slug]), uploads=uploads)
        assert page.is_valid(), (slug, page.form.errors, [rows.errors for rows in page.rows.values()])
        save_step(operation=operation(user), user=user, slug=slug, answers=page.answers(), revision=None)


def submit(user: User) -> Record:
    made = submit_draft(operation=operation(user, OperationKind.RECORD_COLLECTING), user=user)
    assert isinstance(made, Record)
    return made
