"""Pictures, drafts and records. Drafts and records come from the services, through the forms, as people make them."""

import random
from typing import Any

from factory.declarations import LazyAttribute, LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.sections.registry import BY_SLUG, SectionPage
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.uploads import Uploads
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.collection.models import Draft
from kuaiji.collection.progress import progress_of
from kuaiji.collection.services.drafting import agree_to_notice, save_step
from kuaiji.collection.services.submitting import submit_draft
from kuaiji.identity.models import User
from people.factories.users import UserFactory
from people.persons import Person, make_person
from people.records.posted_forms import query_dict


class AttachmentFactory(DjangoModelFactory[Attachment]):
    """A row that stands for a received picture of ``user``; it has no file."""

    class Meta:
        model = Attachment

    class Params:
        user = SubFactory(UserFactory)

    person_key = LazyAttribute(lambda made: made.user.person_key)
    purpose = "photo"
    storage_key = LazyFunction(lambda: random.randbytes(16).hex())
    sha256_received = Sequence(lambda number: number.to_bytes(32))
    width = height = size = 1


class DraftFactory(DjangoModelFactory[Draft]):
    """The open draft of ``user``, with the answers of ``person`` to every step; with ``until``, to those before it."""

    class Meta:
        model = Draft

    person = LazyFunction(lambda: make_person(random.Random(1), status="1"))
    user = LazyAttribute(lambda made: UserFactory.create(person=made.person))
    until: SectionSlug | None = None

    @classmethod
    def _create(
        cls, model_class: type[Draft], *, user: User, person: Person, until: SectionSlug | None, **columns: Any
    ) -> Draft:
        operation = Operation(kind=OperationKind.DRAFT_SAVING, actor_kind=ActorKind.CITIZEN, actor_id=user.pk)
        agree_to_notice(operation=operation, user=user)
        for slug in SectionSlug:
            if slug == until:
                break
            page = _page(user, person, slug)
            save_step(operation=operation, user=user, slug=slug, answers=page.answers(), revision=None)
        draft = Draft.objects.get(user=user, submitted_at=None)
        for column, value in columns.items():
            setattr(draft, column, value)
        draft.save()
        return draft


class RecordFactory(DjangoModelFactory[Record]):
    """The record of ``person`` at its first version."""

    class Meta:
        model = Record

    person = LazyFunction(lambda: make_person(random.Random(1), status="1"))
    user = LazyAttribute(lambda made: UserFactory.create(person=made.person))

    @classmethod
    def _create(cls, model_class: type[Record], *, user: User, person: Person) -> Record:
        DraftFactory.create(user=user, person=person)
        operation = Operation(kind=OperationKind.RECORD_COLLECTING, actor_kind=ActorKind.CITIZEN, actor_id=user.pk)
        made = submit_draft(operation=operation, user=user)
        assert isinstance(made, Record)
        return made


def _page(user: User, person: Person, slug: SectionSlug) -> SectionPage:
    names = person.files.get(slug, {})
    uploads = Uploads(received={name: AttachmentFactory.create(user=user, purpose=name) for name in names})
    facts, data = progress_of(user).facts, query_dict(person.sections[slug])
    page = SectionPage(BY_SLUG[slug], facts=facts, data=data, uploads=uploads)
    assert page.is_valid(), (slug, page.form.errors, [rows.errors for rows in page.rows.values()])
    return page
