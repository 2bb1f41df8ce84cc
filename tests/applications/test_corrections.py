"""更正申请 (R4.1): from asking to the version it makes."""

import pytest

from kuaiji.accountants.enums import HoldKind
from kuaiji.accountants.models import ExamRow, Record
from kuaiji.applications.enums import ApplicationState
from kuaiji.applications.events import RequestApproved, RequestReviewed
from kuaiji.applications.models import Application
from kuaiji.applications.services.submitting import withdraw_application
from kuaiji.attachments.models import Attachment
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event, Operation
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
from tests.support.bureau_requests import approve, ask, other_number, refuse
from tests.support.record_pages import held

pytestmark = pytest.mark.django_db


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
    assert (request.state, request.first_reviewer) == (ApplicationState.SUBMITTED, "张三")
    record.refresh_from_db()
    assert record.version == 1 and not messages()
    request = approve(request, "李四")
    assert (request.state, request.decided_by) == (ApplicationState.APPROVED, "李四")
    user, record = User.objects.get(pk=record.user_id), Record.objects.get(pk=record.pk)
    assert user.document_number == wanted["document_number"] and record.version == 2
    values = document_fingerprints(Document(type="01", country="", number=wanted["document_number"]))
    assert list(users_with(FingerprintKind.DOCUMENT, values)) == [user]
    assert bytes(ExamRow.objects.get().document_fingerprint) == current_fingerprint(values)
    assert messages() == [("request_approved", user.phone)]
    [reviewed, decided] = Operation.objects.filter(kind=OperationKind.REQUEST_DECIDING).order_by("id")
    [corrected] = Operation.objects.filter(kind=OperationKind.RECORD_CORRECTING)
    kinds = {event.operation_id: event.kind for event in Event.objects.filter(operation__in=[reviewed, decided])}
    assert kinds == {reviewed.pk: RequestReviewed.__name__, decided.pk: RequestApproved.__name__}
    assert (corrected.actor_kind, corrected.reason) == (ActorKind.STAFF, "李四")


def test_the_same_person_does_not_review_twice() -> None:
    request = approve(ask(make_record()), "张三")
    with pytest.raises(RuleBroken, match="same_reviewer"):
        approve(request, "张 三")
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
    assert messages() == [("request_refused", record.user.phone)]
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
    with pytest.raises(RuleBroken, match="already_decided"):
        approve(request, "张三")
