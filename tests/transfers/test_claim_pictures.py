"""调入待核实: the person is asked for pictures of the document, finds the page, and sends them once."""

import random
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kuaiji.attachments.models import Attachment
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.cases.enums import Verdict
from kuaiji.cases.models import Case
from kuaiji.cases.services.deciding import Judgement, Page, decide
from kuaiji.messages.models import Message
from kuaiji.transfers.enums import Action, Actor, InState
from kuaiji.transfers.models import TransferIn
from kuaiji.transfers.services.advancing import advance_transfer
from kuaiji.transfers.services.pictures import forget_claim_pictures, pictures_are_awaited
from people.factories import TransferInFactory
from people.persons import make_picture
from people.records.users import make_user
from tests.support.members import make_member

pytestmark = pytest.mark.django_db
PROOF = "/transfers/in/proof/"


def picture(seed: int) -> SimpleUploadedFile:
    return SimpleUploadedFile("x.jpg", make_picture(random.Random(seed), 900, 600), "image/jpeg")


def both(*seeds: int) -> dict[str, SimpleUploadedFile]:
    return {name: picture(seed) for name, seed in zip(("id_card_front", "id_card_back"), seeds, strict=True)}


@pytest.fixture
def claim() -> TransferIn:
    """A claim that the hub has taken and nothing proves."""
    user = make_user()
    made: TransferIn = TransferInFactory.create(user=user, person=user.person.flat(), state=InState.CLAIMING)
    operation = Operation(kind=OperationKind.EXCHANGE, actor_kind=ActorKind.MACHINE)
    return advance_transfer(operation=operation, row=made, action=Action.UNPROVEN_CLAIM_ACCEPTED, actor=Actor.HUB)


@pytest.fixture
def client(claim: TransferIn) -> Client:
    made = Client()
    made.force_login(claim.user)
    return made


def test_who_claims_without_a_proof_is_told_once_and_finds_the_page(claim: TransferIn, client: Client) -> None:
    told = Message.objects.filter(person_key=claim.person_key, event="transfer_in_pictures")
    assert told.count() == 1 and pictures_are_awaited(claim.pk, "")
    assert f'href="{PROOF}"' in client.get("/me/").content.decode()
    page = client.get(PROOF).content.decode()
    assert "身份证人像面" in page and "身份证国徽面" in page


def test_both_sides_go_before_the_bureau_and_the_same_again_changes_nothing(claim: TransferIn, client: Client) -> None:
    for _ in range(2):
        answer = client.post(PROOF, both(1, 2))
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{PROOF}?sent=1")
    claim.refresh_from_db()
    assert claim.front and claim.back and claim.pictures_at == claim.front.claimed_at
    assert Event.objects.filter(kind="ClaimPicturesSent", subject_id=claim.pk).count() == 1
    assert Attachment.objects.exclude(claimed_at=None).count() == 2, "what came twice is swept"
    assert not pictures_are_awaited(claim.pk, ""), "who has sent them is not asked"
    assert "照片已提交" in client.get(f"{PROOF}?sent=1").content.decode()
    assert "证件照片已提交" in client.get("/me/").content.decode()


def test_one_side_alone_may_be_replaced_until_somebody_has_decided(claim: TransferIn, client: Client) -> None:
    client.post(PROOF, both(1, 2))
    first = TransferIn.objects.get()
    assert client.post(PROOF, {"id_card_front": picture(3)}).status_code == 302
    second = TransferIn.objects.get()
    assert second.front_id != first.front_id and second.back_id == first.back_id
    assert first.front and Attachment.objects.get(pk=first.front.pk).claimed_at is None, "what was replaced is swept"
    case, member = Case.objects.get(subject_id=claim.pk), make_member()
    decide(
        operation=Operation(kind=OperationKind.CASE_DECIDING, actor_kind=ActorKind.STAFF, actor_id=member.pk),
        case_id=case.pk,
        member=member,
        judgement=Judgement(verdict=Verdict.APPROVE),
        page=Page(key=uuid.uuid4(), stage=1),
    )
    answer = client.post(PROOF, {"id_card_front": picture(4)})
    assert answer.status_code == 422 and "已经开始核实" in answer.content.decode()
    assert TransferIn.objects.get().front_id == second.front_id


@pytest.mark.parametrize(
    ("sent", "faults"),
    [
        ((), {"id_card_front", "id_card_back"}),
        (("id_card_front",), {"id_card_back"}),
        (("id_card_back",), {"id_card_front"}),
    ],
)
def test_what_is_missing_is_said_at_its_place(client: Client, sent: tuple[str, ...], faults: set[str]) -> None:
    answer = client.post(PROOF, {name: picture(number) for number, name in enumerate(sent)})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert {name for name in ("id_card_front", "id_card_back") if f'id="error-{name}"' in page} == faults
    assert TransferIn.objects.get().pictures_at is None


@pytest.mark.parametrize("state", sorted(set(InState) - {InState.TO_VERIFY}))
def test_only_a_claim_that_waits_for_the_bureau_has_the_page(claim: TransferIn, client: Client, state: InState) -> None:
    TransferIn.objects.update(state=state)
    assert client.get(PROOF).headers["Location"] == "/me/"
    assert client.post(PROOF, both(1, 2)).headers["Location"] == "/me/" and not Attachment.objects.exists()


def test_who_closes_leaves_no_picture(claim: TransferIn, client: Client) -> None:
    client.post(PROOF, both(1, 2))
    forget_claim_pictures(claim.user)
    assert not Attachment.objects.exists() and TransferIn.objects.get().front is None
