"""The factories of people/: what they leave is what the services leave, and each is another one."""

import pytest

from kuaiji.accountants.enums import SectionSlug
from kuaiji.collection.progress import progress_of
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.passwords.hashing import renewed_hash
from kuaiji.identity.people.fingerprints import number_fingerprints, users_with
from kuaiji.transfers.enums import InState, OutState
from people.factories import (
    ApplicationFactory,
    AttachmentFactory,
    DraftFactory,
    RecordFactory,
    ReleaseFactory,
    TransferInFactory,
    TransferOutFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_a_user_is_found_by_number_and_signs_in_only_with_a_password_that_was_asked_for() -> None:
    one, other = UserFactory.create(), UserFactory.create(typed_password="春风 xiao-yu 0417")
    assert one.document_number != other.document_number
    for user in (one, other):
        found = users_with(FingerprintKind.NUMBER, number_fingerprints(user.document_number))
        assert list(found) == [user]
    assert not one.has_usable_password() and other.check_password("春风 xiao-yu 0417")
    assert renewed_hash("春风 xiao-yu 0417", other.password) is None


def test_two_users_may_share_a_number_and_a_phone() -> None:
    one = UserFactory.create()
    shared = {"document_type": "02", "document_number": one.document_number, "phone": one.phone}
    other = UserFactory.create(**shared)
    found = users_with(FingerprintKind.NUMBER, number_fingerprints(one.document_number))
    assert set(found) == {one, other}


def test_a_draft_stands_where_it_was_left() -> None:
    draft = DraftFactory.create(until=SectionSlug.EMPLOYMENT)
    assert set(draft.answers.values_list("step", flat=True)) == {SectionSlug.PERSONAL, SectionSlug.EDUCATION}
    assert draft.agreed_at is not None
    assert progress_of(draft.user).saved == {"personal", "education"}


def test_a_record_is_at_its_first_version_and_its_draft_is_closed() -> None:
    record = RecordFactory.create()
    assert record.version == record.versions.count() == 1
    assert record.user.drafts.get().submitted_at is not None


def test_a_picture_is_its_owners() -> None:
    user = UserFactory.create()
    assert AttachmentFactory.create(user=user, purpose="transfer_proof").person_key == user.person_key


@pytest.mark.parametrize("state", OutState)
def test_a_transfer_out_may_be_in_any_state(state: OutState) -> None:
    made = TransferOutFactory.create(state=state)
    assert made.proof.person_key == made.record.person_key == made.person_key


@pytest.mark.parametrize("state", InState)
def test_a_transfer_in_may_be_in_any_state(state: InState) -> None:
    made = TransferInFactory.create(state=state)
    assert made.person_key == made.user.person_key


def test_a_release_and_an_application_stand_alone() -> None:
    assert ReleaseFactory.create().ended_at is None
    assert ApplicationFactory.create().decided_at is None
    assert ApplicationFactory.create().reference_number != ApplicationFactory.create().reference_number
