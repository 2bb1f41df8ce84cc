"""终止档案 and 恢复档案: begun with proof by one, decided by two others, and what stands then (ADR 0131)."""

import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.test import Client

from kuaiji.accountants.enums import EndReason
from kuaiji.accountants.models import ExamRow, ListRow, Record
from kuaiji.accountants.reporting.reports import archive_2_of, archive_of
from kuaiji.accountants.services.versions import current_version
from kuaiji.applications.enums import ApplicationKind, ApplicationState
from kuaiji.applications.models import Application
from kuaiji.applications.services.submitting import withdraw_application
from kuaiji.audit.enums import OperationKind
from kuaiji.exchange.models import OutboxMessage
from kuaiji.messages.models import Message
from kuaiji.staff.enums import Role
from people.persons import make_picture
from people.records.drafts import operation
from people.records.versioned_records import make_record
from tests.support.bureau_requests import ask
from tests.support.members import make_member, signed_in

pytestmark = pytest.mark.django_db
DAY = "2026-01-05"


@pytest.fixture
def record() -> Record:
    made = make_record()
    Record.objects.filter(pk=made.pk).update(division_code="440103")
    made.refresh_from_db()
    return made


@pytest.fixture
def clerk() -> Client:
    return signed_in(make_member())


def address(record: Record) -> str:
    return f"/staff/people/{record.reference_number}/end/"


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("证明.jpg", make_picture(random.Random(1), 800, 600), "image/jpeg")


def begin(browser: Client, record: Record, reason: EndReason | None = EndReason.DEATH, **other: object) -> int:
    fields = {
        "reason": reason and reason.value,
        "on": DAY,
        "words": "家属带证明到窗口",
        "ending_proof": picture(),
        **other,
    }
    status: int = browser.post(address(record), {name: value for name, value in fields.items() if value}).status_code
    return status


def agree() -> None:
    """Two others, a clerk and a reviewer, say yes."""
    page = f"/staff/applications/{Application.objects.latest('submitted_at').pk}/"
    for member in (make_member(), make_member(Role.REVIEWER)):
        browser = signed_in(member)
        assert browser.post(page, {"action": "take"}).status_code == 302
        assert browser.post(page, {"decision": "approve", "at_once": "on"}).status_code == 302


def written() -> "QuerySet[Message]":
    """Messages about a decision."""
    return Message.objects.filter(event__in=("request_approved", "request_refused"))


def told(record: Record) -> tuple[str, str, str]:
    """Status of the record, of its row for the exam check and of its line in lists."""
    return (
        Record.objects.get(pk=record.pk).status,
        ExamRow.objects.get(record=record).status,
        ListRow.objects.get(record=record).status,
    )


def test_three_end_a_record_and_three_keep_it_on_again(record: Record, clerk: Client) -> None:
    reports = OutboxMessage.objects.filter(topic="record.reported", subject_id=record.pk)
    confirmed_at, before = record.confirmed_at, reports.count()
    assert begin(clerk, record) == 302
    assert told(record) == ("collected",) * 3
    agree()
    assert told(record) == ("ended",) * 3
    record.refresh_from_db()
    version = current_version(record)
    archive = archive_2_of(version)
    assert archive.ended and (archive.status, archive.ended.reason, archive.ended.on.isoformat()) == (
        "ended",
        "death",
        DAY,
    )
    assert archive_of(version).status == "collected" and reports.count() == before + 1
    assert not written().exists(), "nobody writes to the dead"
    own = Client()
    own.force_login(record.user)
    page = own.get("/me/").content.decode()
    assert "已终止" in page and "2026年1月5日" in page and EndReason.DEATH.label in page
    assert begin(clerk, record, words="弄错了人") == 302
    assert Application.objects.latest("submitted_at").kind == ApplicationKind.REOPENING
    agree()
    record.refresh_from_db()
    assert told(record) == ("collected",) * 3 and record.confirmed_at == confirmed_at
    assert archive_2_of(current_version(record)).ended is None and written().count() == 1


def test_whoever_asked_is_told_and_it_counts_as_withdrawn(record: Record, clerk: Client) -> None:
    begin(clerk, record, EndReason.RETIRED)
    agree()
    record.refresh_from_db()
    ended = archive_2_of(current_version(record)).ended
    assert ended and ended.reason == "withdrawn" and written().count() == 1


def test_who_began_it_does_not_agree(record: Record, clerk: Client) -> None:
    begin(clerk, record)
    made = Application.objects.get()
    page = f"/staff/applications/{made.pk}/"
    clerk.post(page, {"action": "take"})
    answer = clerk.post(page, {"decision": "approve"})
    assert answer.status_code == 422 and "由您发起" in answer.content.decode()
    other, begun = make_member(), made.begun_member_id
    for first, second in ((begun, other.pk), (other.pk, begun), (None, other.pk)):
        with pytest.raises(IntegrityError, match="request_by_staff_by_three"), transaction.atomic():
            Application.objects.filter(pk=made.pk).update(
                state=ApplicationState.APPROVED, decided_at=made.submitted_at, first_member=first, decided_member=second
            )


@pytest.mark.parametrize(
    ("missing", "words"),
    [("ending_proof", "请上传证明材料"), ("on", "自何时起"), ("reason", "终止原因"), ("words", "说明")],
)
def test_nothing_begins_without_all_of_it(record: Record, clerk: Client, missing: str, words: str) -> None:
    assert begin(clerk, record, **{missing: None}) == 422
    assert not Application.objects.exists()


def test_a_day_to_come_and_what_waits_already_are_refused(record: Record, clerk: Client) -> None:
    assert begin(clerk, record, on="2099-01-01") == 422
    ask(record)
    assert begin(clerk, record) == 422
    assert Application.objects.get().kind == ApplicationKind.CORRECTION


def test_sent_twice_it_is_one_and_the_person_may_object(record: Record, clerk: Client) -> None:
    assert begin(clerk, record, EndReason.ASKED) == begin(clerk, record, EndReason.ASKED) == 302
    made = Application.objects.get()
    withdraw_application(
        operation=operation(record.user, OperationKind.REQUEST_WITHDRAWING), user=record.user, application_id=made.pk
    )
    made.refresh_from_db()
    assert made.state == ApplicationState.WITHDRAWN and told(record)[0] == "collected"


def test_only_clerks_of_the_place_begin(record: Record) -> None:
    assert signed_in(make_member(Role.REVIEWER)).get(address(record)).status_code == 404
    assert signed_in(make_member(bureau="440104")).get(address(record)).status_code == 404
