"""What the forms of the platform make fits the shapes of the wire, for every status and kind of document."""

import json
import random

import pytest

from kuaiji.accountants.enums import CollectionStatus, EmploymentStatus, SectionSlug, VersionKind
from kuaiji.accountants.sections import field_matrix
from kuaiji.accountants.sections.answers import PICTURES
from kuaiji.accountants.services.versions import current_version
from kuaiji.audit.enums import ActorKind
from kuaiji.transfers.messages import TOLD_AS
from kuaiji_wire import archive, archive_2
from kuaiji_wire.people import Person
from people.persons import make_person
from people.records import drafts, users


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("status", EmploymentStatus)
@pytest.mark.parametrize("document_type", ["01", "04"])
def test_a_collected_record_can_be_told(status: EmploymentStatus, document_type: str) -> None:
    someone = make_person(random.Random(int(status)), status=status, document_type=document_type)
    user = users.make_user(someone)
    drafts.fill_in(user, someone)
    content = current_version(drafts.submit(user)).content
    for slug, names in PICTURES.items():
        for name in names:
            content[slug].pop(name)
    sections = {slug.value: content[slug] for slug in SectionSlug}
    told = archive_2.Sections2.read(json.dumps(sections).encode())
    assert told.plain() | {"personal": sections["personal"]} == sections
    assert told.personal.plain().items() >= sections["personal"].items()
    assert Person.from_flat(content["identity"]).flat() == content["identity"]


def test_closed_sets_are_those_of_the_platform() -> None:
    at_work = set(CollectionStatus.values) - {"not_started", "draft", "awaiting_check"}
    assert set(archive.Status.__args__) == at_work - {"ended"}  # type: ignore[attr-defined]
    assert set(archive_2.Status2.__args__) == at_work | {"ended"}  # type: ignore[attr-defined]
    assert {TOLD_AS.get(kind, kind) for kind in VersionKind.values} <= set(archive_2.VersionKind2.__args__)  # type: ignore[attr-defined]
    assert set(ActorKind.values) == set(archive.ActorKind.__args__)  # type: ignore[attr-defined]
    assert {"", *SectionSlug} == set(archive.SectionName.__args__)  # type: ignore[attr-defined]
    assert {name for names in PICTURES.values() for name in names} == set(archive.Purpose.__args__)  # type: ignore[attr-defined]
    asked = {field.name for field in field_matrix.FIELDS} - set(PICTURES[SectionSlug.EMPLOYMENT])
    assert asked <= set(archive.Employment.model_fields)
