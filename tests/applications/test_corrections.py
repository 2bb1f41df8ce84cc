"""更正申请 (R4.1): from asking to the version it makes."""

import pytest
from django.db import IntegrityError, transaction

from kuaiji.accountants.enums import HoldKind
from kuaiji.accountants.models import ExamRow, Record
from kuaiji.applications.enums import ApplicationState
from kuaiji.applications.events import RequestApproved
from kuaiji.applications.models import Application
from kuaiji.applications.services.deciding import Deciders, approve_application
from kuaiji.applications.services.submitting import withdraw_application
from kuaiji.attachments.models import Attachment
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event, Operation
from kuaiji.audit.services import Operation as Act
from kuaiji.cases.models import ReturnReason
from kuaiji.cases.services.moved import CaseMoved
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.profile import profile
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.models import User
from kuaiji.identity.people.fingerprints import current_fingerprint, document_fingerprints, users_with
from kuaiji.regions.calendar import working_day_after
from kuaiji.sms.models import OutgoingSms
from kuaiji_wire.people import Document
from people.records.drafts import operation
from people.records.versioned_records import make_record
from tests.support.bureau_requests import approve, ask, colleague, other_number, refuse
from tests.support.record_pages import browser_of, held

pytestmark = pytest.mark.django_db


def deciding() -> Act:
    return Act(kind=OperationKind.REQUEST_DECIDING, actor_kind=ActorKind.STAFF)


def messages() -> list[tuple[str, str | None]]:
    """Messages, but that the record was collected."""
    sent = OutgoingSms.objects.exclude(template_key="collected").order_by("created_at", "pk")
    return [(one.template_key, one.phone) for one in sent]


def test_a_request_waits_with_a_number_a_day_and_its_proofs() -> None:
    record = make_record()
    request = ask(record)
    assert request.state == ApplicationState.SUBMITTED and request.reference_number.startswith("GD-SQ-")
    assert request.due_on == working_day_after(clock.today(), profile().correction_days)
    assert Attachment.objects.get(purpose="correction_proof").claimed_at == request.submitted_at
    event = Event.objects.get(kind="RequestSubmitted")
    assert event.subject_id == request.pk and event.personal == {"details": request.details}
    assert event.data["field"] == "document" and not messages()


def test_two_people_approve_and_the_record_says_so() -> None:
    record = make_record()
    wanted = other_number(record)
    request = approve(ask(record, wanted), "张三")
    assert (request.state, request.decided_member) == (ApplicationState.SUBMITTED, None)
    record.refresh_from_db()
    assert record.version == 1 and not messages()
    request = approve(request, "李四")
    assert request.state == ApplicationState.APPROVED
    assert request.first_member and request.decided_member
    assert (request.first_member.name, request.decided_member.name) == ("张三", "李四")
    user, record = User.objects.get(pk=record.user_id), Record.objects.get(pk=record.pk)
    assert user.document_number == wanted["document_number"] and record.version == 2
    values = document_fingerprints(Document(type="01", country="", number=wanted["document_number"]))
    assert list(users_with(FingerprintKind.DOCUMENT, values)) == [user]
    assert bytes(ExamRow.objects.get().document_fingerprint) == current_fingerprint(values)
    assert messages() == [("request_approved", user.phone)]
    for kind in (OperationKind.REQUEST_DECIDING, OperationKind.RECORD_CORRECTING):
        [done] = Operation.objects.filter(kind=kind)
        assert (done.actor_kind, done.actor_id) == (ActorKind.STAFF, request.decided_member.pk)
    assert Event.objects.filter(kind=RequestApproved.__name__, subject_id=request.pk).count() == 1


def test_the_same_person_does_not_review_twice_even_past_the_services() -> None:
    request = approve(ask(make_record()), "张三")
    with pytest.raises(RuleBroken, match="second_is_first"):
        approve(request, "张三")
    member = colleague("张三")
    with pytest.raises(RuleBroken, match="same_reviewer"):
        approve_application(operation=deciding(), application_id=request.pk, by=Deciders(member.pk, member.pk))
    with pytest.raises(RuleBroken, match="second_missing"):
        approve_application(operation=deciding(), application_id=request.pk, by=Deciders(member.pk))
    named = {"first_member": member, "decided_member": member}
    for columns in (named, {"decided_member": member, "state": "approved", "decided_at": clock.now()}):
        with pytest.raises(IntegrityError, match="request_"), transaction.atomic():
            Application.objects.update(**columns)
    assert Application.objects.get().state == ApplicationState.SUBMITTED


def test_sex_and_country_are_corrected_where_the_document_does_not_tell() -> None:
    record = make_record(document_type="99")
    other = {"1": "2", "2": "1"}[record.personal.gender]
    for values in ({"gender": other}, {"country": "FRA"}):
        approve(approve(ask(record, values), "张三"), "李四")
    personal = Record.objects.get(pk=record.pk).personal
    assert (personal.gender, personal.country) == (other, "FRA")
    assert Record.objects.get(pk=record.pk).version == 3


def test_refused_with_a_reason_and_asked_again() -> None:
    record = make_record()
    request = refuse(ask(record), "张三")
    assert (request.state, request.reason) == (ApplicationState.REFUSED, "证明材料看不清")
    [reason] = request.reasons
    assert (reason["code"], reason["words"]) == ("asked_twice", "重复申请") and reason["remedy"]
    assert messages() == [("request_refused", record.user.phone)]
    page = browser_of(record).get("/me/corrections/").content.decode()
    assert all(words in page for words in ("证明材料看不清", reason["words"], reason["remedy"]))
    ReturnReason.objects.filter(code="asked_twice").update(words="已改写")
    assert reason["words"] in browser_of(record).get("/me/corrections/").content.decode(), "what was told stays"
    assert ask(record).pk != request.pk


def test_the_first_approval_can_still_be_refused() -> None:
    request = refuse(approve(ask(make_record()), "张三"), "李四")
    assert request.state == ApplicationState.REFUSED


def test_the_same_request_twice_is_one() -> None:
    record = make_record()
    assert ask(record).pk == ask(record).pk
    with pytest.raises(RuleBroken, match="already_applied"):
        ask(record, other_number(record, "other"))
    assert Application.objects.count() == 1 and Event.objects.filter(kind="RequestSubmitted").count() == 1


def test_what_stands_needs_no_correction() -> None:
    record = make_record(document_type="99")
    with pytest.raises(RuleBroken, match="nothing_to_correct"):
        ask(record, {"gender": record.personal.gender})


def test_nothing_is_corrected_while_a_transfer_is_open() -> None:
    record = make_record()
    request = approve(ask(record), "张三")
    with held(record, HoldKind.TRANSFER):
        with pytest.raises(RuleBroken, match="locked_by_transfer"):
            approve(request, "李四")
        with pytest.raises(RuleBroken, match="locked_by_transfer"):
            ask(record, other_number(record, "another"))
    assert approve(request, "李四").state == ApplicationState.APPROVED


def test_a_number_of_somebody_else_is_found_out_at_the_decision_and_not_before() -> None:
    record, other = make_record(), make_record(seed=2)
    taken = {"document_type": "01", "document_country": "", "document_number": other.user.document_number}
    request = approve(ask(record, taken), "张三")
    with pytest.raises(RuleBroken):
        approve(request, "李四")
    assert Application.objects.get().state == ApplicationState.SUBMITTED and not messages()


def test_withdrawn_by_its_owner_alone() -> None:
    record, stranger = make_record(), make_record(seed=2).user
    request = ask(record)
    act = operation(record.user, OperationKind.REQUEST_WITHDRAWING)
    assert withdraw_application(operation=act, user=stranger, application_id=request.pk) is None
    for _ in range(2):
        withdrawn = withdraw_application(operation=act, user=record.user, application_id=request.pk)
        assert withdrawn and withdrawn.state == ApplicationState.WITHDRAWN
    assert Event.objects.filter(kind="RequestWithdrawn").count() == 1
    with pytest.raises(CaseMoved, match="already_closed"):
        approve(request, "张三")
