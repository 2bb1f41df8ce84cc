"""Work for the clerks of a demonstration: what people asked of their bureau, waiting, seen by one, and decided.

People ask and members decide by the services that the pages call. Of the claim no other system has heard.
"""

import datetime as dt

from django.db import transaction

from kuaiji.accountants.models import Record
from kuaiji.applications.enums import ArchiveItem, CorrectionField
from kuaiji.applications.models import Application
from kuaiji.applications.services.corrections import COLUMNS, current_values, submit_correction
from kuaiji.applications.services.phone_lost import find_application_owner, start_phone_lost, submit_phone_lost
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.cases.enums import Verdict
from kuaiji.cases.models import Case
from kuaiji.cases.services.deciding import Judgement, Page, decide
from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.demo.enums import Waits
from kuaiji.demo.rules import WAITING, Known, Place, number_of, phone_of
from kuaiji.demo.services.people import ELSEWHERE, operation_by, picture_of, recorded, registered
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.models import User
from kuaiji.identity.people.details import Details
from kuaiji.identity.people.fingerprints import document_fingerprints, users_with
from kuaiji.identity.unfinished.services import keep_answers
from kuaiji.staff.models import Member
from kuaiji.transfers.enums import CLAIM_BACK, CLAIM_FRONT, Action, Actor
from kuaiji.transfers.models import TransferIn
from kuaiji.transfers.services.advancing import advance_transfer
from kuaiji.transfers.services.pictures import send_claim_pictures
from kuaiji_wire.people import Document, Person

FIRST, SECOND = "jingban", "fuhe"  # of ``rules.posts``
SCHOOL = "岭南示例大学"  # as the archives of the demonstration have it
APPROVE = Judgement(verdict=Verdict.APPROVE)


@transaction.atomic
def make_work(*, place: Place, first: str = FIRST, second: str = SECOND) -> int:
    """All of it, where none of its people is here yet, decided by the members of these user names; how many cases were
    opened. Raises Member.DoesNotExist before there are members."""
    if any(_is_here(place, known) for known in WAITING.values()):
        return 0
    before = Case.objects.count()
    maker, reviewer = (Member.objects.select_related("bureau").get(username=name) for name in (first, second))
    _lost_phone(place, maker)
    _late_lost_phone(place, maker, reviewer)
    _nobodys_phone(place)
    _correction(place, Waits.CORRECTION, days=1)
    _decide(_correction(place, Waits.CORRECTION_SEEN, days=3), maker, days=2)
    _claim(place)
    return Case.objects.count() - before


def _is_here(place: Place, known: Known) -> bool:
    documents = (_document(place, known, corrected=corrected) for corrected in (False, True))
    return any(users_with(FingerprintKind.DOCUMENT, document_fingerprints(each)).exists() for each in documents)


# ── what is asked ──


def _lost_phone(place: Place, member: Member) -> None:
    """Returned once for what the archive does not say, and asked for again."""
    known = WAITING[Waits.LOST_PHONE]
    _collected(place, known)
    wrong = _ask_for_phone(place, known, {ArchiveItem.EMAIL: "typo@example.com", ArchiveItem.SCHOOL: SCHOOL}, days=5)
    judgement = Judgement(verdict=Verdict.RETURN, reasons=["archive_items_differ"])
    _decide(wrong, member, judgement=judgement, days=4)
    right = {ArchiveItem.EMAIL: "demo@example.com", ArchiveItem.SCHOOL: SCHOOL}
    _ask_for_phone(place, known, right, days=1, another=2)


def _late_lost_phone(place: Place, first: Member, second: Member) -> None:
    """Of somebody whose number two people have put right before."""
    known = WAITING[Waits.LOST_PHONE_LATE]
    corrected = _correction(place, Waits.LOST_PHONE_LATE, days=40)
    for days, member in ((38, first), (37, second)):
        _decide(corrected, member, days=days)
    items = {ArchiveItem.EMPLOYER: "示例商贸有限公司", ArchiveItem.SCHOOL: "示例学院"}
    _ask_for_phone(place, known, items, days=12, corrected=True)


def _nobodys_phone(place: Place) -> None:
    """By somebody whom nobody here knows under this name."""
    known = WAITING[Waits.CORRECTION]
    items = {ArchiveItem.EMAIL: "nobody@example.com", ArchiveItem.SCHOOL: "示例中学"}
    _ask_for_phone(place, known, items, days=2, name="示例无此人")


def _ask_for_phone(
    place: Place,
    known: Known,
    items: dict[ArchiveItem, str],
    *,
    days: int,
    another: int = 1,
    corrected: bool = False,
    name: str = "",
) -> Application:
    document = _document(place, known, corrected=corrected)
    details = Details(
        person=Person(name=name or known.name, document=document), phone=phone_of(place, known, another=another)
    )
    draft = start_phone_lost()
    keep_answers(draft, details=details.flat(), items=items, proven=details.phone)
    asking = _ago(OperationKind.REQUEST_SUBMITTING, days=days)
    made = submit_phone_lost(operation=asking, draft=draft, details=details, items=items, sms_code="")
    finding = Operation(kind=OperationKind.REQUEST_SUBMITTING, actor_kind=ActorKind.SYSTEM, at=asking.at)
    find_application_owner(operation=finding, application_id=made.pk)
    return made


def _correction(place: Place, waits: Waits, *, days: int) -> Application:
    known = WAITING[waits]
    record = _collected(place, known)
    user = record.user
    values = current_values(record) | {"document_number": number_of(place, known, corrected=True)}
    return submit_correction(
        operation=_ago(OperationKind.REQUEST_SUBMITTING, days=days, user=user),
        user=user,
        field=CorrectionField.DOCUMENT,
        values={name: values[name] for name in COLUMNS[CorrectionField.DOCUMENT]},
        reason="注册时证件号码填错",
        proof_ids=[picture_of(user, "correction_proof").pk],
    )


def _claim(place: Place) -> None:
    """Neither the phone that the origin knows nor a code proves it; the pictures are there."""
    user = _registered(place, WAITING[Waits.CLAIM])
    claim = TransferIn.objects.create(
        transfer_id=uuid7(),
        user=user,
        person_key=user.person_key,
        origin_id=ELSEWHERE,
        division_code=place.division,
        person=user.person.flat(),
        record_id=uuid7(),
        phone_known=False,
        claimed_at=clock.now(),
    )
    taken = Operation(kind=OperationKind.EXCHANGE, actor_kind=ActorKind.MACHINE)
    advance_transfer(operation=taken, row=claim, action=Action.UNPROVEN_CLAIM_ACCEPTED, actor=Actor.HUB)
    front, back = (picture_of(user, purpose).pk for purpose in (CLAIM_FRONT, CLAIM_BACK))
    sending = operation_by(user, OperationKind.TRANSFER_CLAIMING)
    send_claim_pictures(operation=sending, claim_id=claim.pk, front=front, back=back)


# ── who, when, and what is decided ──


def _decide(
    application: Application,
    member: Member,
    *,
    days: int,
    judgement: Judgement = APPROVE,
) -> None:
    """With effect at once, once as many have said so as must."""
    case = Case.objects.get(subject_id=application.pk)
    at = clock.now() - dt.timedelta(days=days)
    decide(
        operation=Operation(kind=OperationKind.CASE_DECIDING, actor_kind=ActorKind.STAFF, actor_id=member.pk, at=at),
        case_id=case.pk,
        member=member,
        judgement=judgement,
        page=Page(key=uuid7(), stage=case.stage),
        at_once=True,
    )


def _collected(place: Place, known: Known) -> Record:
    return recorded(_registered(place, known), known, place, at=clock.now() - dt.timedelta(days=90))


def _registered(place: Place, known: Known) -> User:
    person = Person(name=known.name, document=_document(place, known))
    return registered(known, Details(person=person, phone=phone_of(place, known)))


def _document(place: Place, known: Known, *, corrected: bool = False) -> Document:
    return Document(type="01", country="", number=number_of(place, known, corrected=corrected))


def _ago(kind: OperationKind, *, days: int, user: User | None = None) -> Operation:
    return operation_by(user, kind, at=clock.now() - dt.timedelta(days=days))
