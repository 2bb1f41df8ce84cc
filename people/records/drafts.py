"""Drafts filled in through the forms, without the pages."""

from kuaiji.accountants.models import Record
from kuaiji.attachments.models import Attachment
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.collection.services.submitting import submit_draft
from kuaiji.identity.models import User
from people.factories.records import AttachmentFactory, DraftFactory
from people.persons import Person


def operation(user: User, kind: OperationKind = OperationKind.DRAFT_SAVING) -> Operation:
    return Operation(kind=kind, actor_kind=ActorKind.CITIZEN, actor_id=user.pk)


def attachment(user: User, purpose: str) -> Attachment:
    """A row that stands for a received picture; its file plays no part here."""
    return AttachmentFactory.create(user=user, purpose=purpose)


def fill_in(user: User, person: Person) -> None:
    """Every step of the draft, through the forms."""
    DraftFactory.create(user=user, person=person)


def submit(user: User) -> Record:
    made = submit_draft(operation=operation(user, OperationKind.RECORD_COLLECTING), user=user)
    assert isinstance(made, Record)
    return made
