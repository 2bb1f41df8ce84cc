"""Making the known people of a demonstration, by the services that the pages call.

Where a stage takes other platforms or a bureau, the rows stand as they would, and no other system has heard of them.
"""

import datetime as dt
import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.db import transaction

from kuaiji.accountants.enums import EndReason, RecordAction, SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.sections.answers import PICTURES, AllAnswers
from kuaiji.accountants.services import status
from kuaiji.accountants.services.ending import Ending, end_record
from kuaiji.accountants.services.locking import locked_record
from kuaiji.accountants.services.opening import open_record
from kuaiji.accountants.services.transferring import begin_transfer_out, finish_transfer_out
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.pictures.imaging import Picture
from kuaiji.attachments.services import checked_picture, keep_picture
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.collection.enums import SubmissionState, WaitsFor
from kuaiji.collection.models import Submission
from kuaiji.collection.services.drafting import agree_to_notice, save_step
from kuaiji.collection.services.submitting import submit_draft
from kuaiji.common import clock
from kuaiji.common.dates import months_after
from kuaiji.common.ids import uuid7
from kuaiji.common.profile import profile
from kuaiji.demo.enums import Stage
from kuaiji.demo.rules import KNOWN, PASSWORD_OF_ALL, Known, Place, number_of, phone_of
from kuaiji.demo.services.answers import answers_of
from kuaiji.identity.enums import CheckKind, CheckOutcome, FingerprintKind
from kuaiji.identity.models import User
from kuaiji.identity.partner_checks.services import PENDING, PartnerFinding, record_hub_verdict
from kuaiji.identity.people.details import Details
from kuaiji.identity.people.fingerprints import document_fingerprints, users_with
from kuaiji.identity.registration.services import enrol_user
from kuaiji.transfers.enums import PROOF, InState, OutState
from kuaiji.transfers.models import TransferIn, TransferOut
from kuaiji.transfers.services.applying import apply_for_transfer, destinations
from kuaiji_wire.people import Document, Person

ELSEWHERE = "430000"  # 湖南: in no demonstration, so nobody takes whom it is given
DRAWN = Path(__file__).parents[1] / "data"
CLEAR = PartnerFinding(CheckOutcome.CLEAR)
FOR_EVER = dt.timedelta(days=3650)


def make_known_people(*, place: Place) -> int:
    """All that are not there yet; how many were made."""
    return sum(_make(known, place) for known in KNOWN if known.stage != Stage.UNKNOWN)


def _make(known: Known, place: Place) -> bool:
    person = Person(name=known.name, document=Document(type="01", country="", number=number_of(place, known)))
    if users_with(FingerprintKind.DOCUMENT, document_fingerprints(person.document)).exists():
        return False
    with transaction.atomic():
        user = registered(known, Details(person=person, phone=phone_of(place, known)))
        STAGES[known.stage](user, known, place)
    return True


def operation_by(user: User | None, kind: OperationKind, *, at: dt.datetime | None = None) -> Operation:
    actor = user.pk if user else None
    return Operation(kind=kind, actor_kind=ActorKind.CITIZEN, actor_id=actor, at=at or clock.now())


def registered(known: Known, details: Details) -> User:
    identity = PENDING if known.stage == Stage.AWAITING_CHECK else CLEAR
    return enrol_user(
        operation=operation_by(None, OperationKind.REGISTERING),
        details=details,
        password=PASSWORD_OF_ALL,
        works_in_accounting=True,
        holds_qualification=False,
        findings={CheckKind.IDENTITY: identity, CheckKind.HOLDER: CLEAR},
        holder=CheckOutcome.CLEAR,
        privacy_version=profile().privacy_version,
    )


# ── stages ──


def _collected(user: User, known: Known, place: Place) -> Record:
    return recorded(user, known, place, at=clock.now())


def recorded(user: User, known: Known, place: Place, *, at: dt.datetime) -> Record:
    operation = operation_by(user, OperationKind.RECORD_COLLECTING, at=at)
    return open_record(operation=operation, user=user, answers=_answers(user, known, place))


def _nothing(user: User, known: Known, place: Place) -> None:
    """Registered, and no more."""


def _drafting(user: User, known: Known, place: Place) -> None:
    agree_to_notice(operation=operation_by(user, OperationKind.DRAFT_SAVING), user=user)


def _awaiting_check(user: User, known: Known, place: Place) -> None:
    _drafting(user, known, place)
    saving = operation_by(user, OperationKind.DRAFT_SAVING)
    for slug, answers in _answers(user, known, place).items():
        save_step(operation=saving, user=user, slug=slug, answers=answers, revision=None)
    submit_draft(operation=operation_by(user, OperationKind.RECORD_COLLECTING), user=user)


def _under_review(user: User, known: Known, place: Place) -> None:
    Submission.objects.create(
        user=user,
        person_key=user.person_key,
        waits_for=WaitsFor.BUREAU,
        state=SubmissionState.WAITING,
        answers=_answers(user, known, place),
        notice_version=profile().notice_version,
        submitted_at=clock.now(),
    )


def _claiming(user: User, known: Known, place: Place) -> None:
    TransferIn.objects.create(
        transfer_id=uuid7(),
        user=user,
        person_key=user.person_key,
        origin_id=ELSEWHERE,
        division_code=place.division,
        person={},
        record_id=uuid7(),
        phone_known=True,
        state=InState.UNDER_REVIEW,
        claimed_at=clock.now(),
        review_due_at=clock.now() + FOR_EVER,
    )


def _stale(user: User, known: Known, place: Place) -> None:
    long_ago = months_after(clock.today(), -2 * profile().up_to_date_months)
    recorded(user, known, place, at=dt.datetime.combine(long_ago, dt.time(12), clock.CHINA))


def _held_elsewhere(user: User, known: Known, place: Place) -> None:
    _collected(user, known, place)
    operation = Operation(kind=OperationKind.CHECK_RECORDING, actor_kind=ActorKind.SYSTEM)
    there = PartnerFinding(CheckOutcome.CONFLICT, ELSEWHERE, destinations()[ELSEWHERE].name)
    record_hub_verdict(operation=operation, user_id=user.pk, finding=there)


def _transferring_out(user: User, known: Known, place: Place) -> None:
    record = _collected(user, known, place)
    apply_for_transfer(
        operation=operation_by(user, OperationKind.TRANSFER_OUT),
        record_id=record.pk,
        destination=ELSEWHERE,
        division=_division_there(),
        reason="工作调动",
        proof_id=picture_of(user, PROOF).pk,
    )


def _transferred_out(user: User, known: Known, place: Place) -> None:
    record = _collected(user, known, place)
    now = clock.now()
    gone = TransferOut.objects.create(
        record=record,
        person_key=user.person_key,
        division_code=place.division,
        destination_id=ELSEWHERE,
        destination_division=_division_there(),
        reason="工作调动",
        proof=picture_of(user, PROOF),
        state=OutState.COMPLETED,
        applied_at=now,
        review_due_at=now,
        reviewed_at=now,
        hub_changed_at=now,
        version=record.version,
    )
    leaving = operation_by(user, OperationKind.TRANSFER_OUT)
    begin_transfer_out(operation=leaving, record_id=record.pk, source_id=gone.pk)
    told = Operation(kind=OperationKind.EXCHANGE, actor_kind=ActorKind.MACHINE)
    finish_transfer_out(operation=told, record_id=record.pk)


def _to_complete(user: User, known: Known, place: Place) -> None:
    record = locked_record(_collected(user, known, place).pk)
    arriving = Operation(kind=OperationKind.TRANSFER_REVIEWING, actor_kind=ActorKind.SYSTEM)
    status.advance(arriving, record, RecordAction.IMPORT)


def _ended(user: User, known: Known, place: Place) -> None:
    record = _collected(user, known, place)
    operation = Operation(kind=OperationKind.REQUEST_DECIDING, actor_kind=ActorKind.STAFF)
    end_record(operation=operation, record_id=record.pk, ending=Ending(EndReason.RETIRED, clock.today()))


STAGES: Mapping[Stage, Callable[[User, Known, Place], object]] = MappingProxyType(
    {
        Stage.REGISTERED: _nothing,
        Stage.DRAFTING: _drafting,
        Stage.AWAITING_CHECK: _awaiting_check,
        Stage.UNDER_REVIEW: _under_review,
        Stage.CLAIMING: _claiming,
        Stage.COLLECTED: _collected,
        Stage.STALE: _stale,
        Stage.HELD_ELSEWHERE: _held_elsewhere,
        Stage.TRANSFERRING_OUT: _transferring_out,
        Stage.TRANSFERRED_OUT: _transferred_out,
        Stage.TO_COMPLETE: _to_complete,
        Stage.ENDED: _ended,
    }
)


# ── what they tell ──


def _answers(user: User, known: Known, place: Place) -> AllAnswers:
    return answers_of(user, known, place, {name: picture_of(user, name) for name in PICTURES[SectionSlug.PERSONAL]})


def picture_of(user: User, purpose: str) -> Attachment:
    receiving = operation_by(user, OperationKind.FILE_RECEIVING)
    picture = _checked(purpose)
    return keep_picture(operation=receiving, person_key=user.person_key, purpose=purpose, picture=picture)


@functools.cache
def _checked(purpose: str) -> Picture:
    name = "portrait.jpg" if purpose == "photo" else "paper.jpg"
    return checked_picture(purpose=purpose, jpeg=(DRAWN / name).read_bytes())


def _division_there() -> str:
    places: tuple[Any, ...] = destinations()[ELSEWHERE].divisions
    return places[0][1][0][0] if places else ""
