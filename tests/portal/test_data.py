"""我的数据: the page and the file say all that the database holds about a person, to that person alone."""

import base64
import datetime as dt
import json
import random
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db.models import Model
from django.test import Client, RequestFactory

from kuaiji.accountants.models import Record, RecordVersion
from kuaiji.applications.models import Application
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.services import read_attachment
from kuaiji.audit.access import note, noted
from kuaiji.audit.enums import ActorKind
from kuaiji.audit.labels import ACCESS_LABELS, label_of
from kuaiji.audit.models import AccessLog, Event
from kuaiji.common import clock
from kuaiji.common.registry import AppRegistry, Unregistered
from kuaiji.identity import data_parts
from kuaiji.identity.data_parts import DATA_CARDS, DATA_PARTS, DataPart
from kuaiji.identity.models import Session, User
from kuaiji.identity.passwords.services import set_new_password
from kuaiji.keys.models import PersonKey
from kuaiji.portal import data_export
from kuaiji.standing import reads
from people.persons import make_person
from people.records.drafts import fill_in
from people.records.users import make_user
from people.records.versioned_records import make_record
from tests.support.bureau_requests import approve, ask, claim, colleague, details_of, known_items
from tests.support.record_pages import browser_of
from tests.support.sources import ROOT
from tests.support.uploads import send

pytestmark = pytest.mark.django_db
PAGE, FILE = "/me/data/", "/me/data.json"

# Tables that hold something about a person, and where the file has it; or why it has not.
IN_THE_FILE = {
    "identity.User": "identity",
    "identity.Check": "checks",
    "identity.Agreement": "agreements",
    "identity.Session": "sessions",
    "messages.Message": "messages",
    "messages.Unwanted": "messages",
    "accountants.Record": "record",
    "accountants.RecordVersion": "versions",
    "accountants.Hold": "holds",
    "archives.ArchivePrint": "prints",
    "collection.StepAnswers": "answers",
    "collection.Submission": "submissions",
    "unsent.UnsentForm": "unsent_forms",
    "changes.WaitingName": "waiting_names",
    "attachments.Attachment": "pictures",
    "requests.Application": "requests",
    "transfers.TransferOut": "transfers_out",
    "transfers.TransferIn": "transfers_in",
    "audit.Event": "events",
    "audit.AccessLog": "reads",
    "examchecks.ExamCheck": "exam_checks",
    "desk.Note": "staff_notes",
}
SAID_BY_VERSIONS = {
    f"accountants.{name}"
    for name in (
        "Personal", "Education", "Employment", "AccountingPeriod", "Professional", "Qualification", "Talent", "Award",
        "ExamRow", "ListRow", "NameKey",
    )
}  # fmt: skip
NOTHING_OF_ITS_OWN = {
    "examchecks.ExamClientKey",  # an exam system's
    "staff.Member",  # a bureau's, no citizen's
    "staff.Factor",
    "collection.Draft",  # times and the version agreed to; its answers are there
    "attachments.UploadTurn",  # seconds, while files are received
    "identity.Fingerprint",  # keyed digests
    "identity.LateForm",  # half an hour, until its form is sent anew
    "identity.KnownBrowser",
    "identity.Registration",  # half an hour, until it is finished
    "identity.Recovery",
    "identity.PhoneChange",
    "requests.PhoneLostDraft",  # a stranger's, perhaps
    "exchange.InboxMessage",  # what the hub passed on, under a key that is nobody's; what came of it is in the versions
    "transfers.ClaimDraft",  # likewise, for half an hour
    "transfers.TransferCode",  # a secret that opens the archive elsewhere; shown on the page of the transfer
    "transfers.Release",  # nobody's here yet; what came of it is in the versions
    "desk.Reveal",  # an hour, of a session of staff; that it was is among the events
    "cases.Case",  # what waits: its application, its transfer is there
    "cases.KeptWords",  # what staff has typed and not sent
    "feedback.Evaluation",  # nobody's: nothing in it leads to a person, and its key is its own
    "identity.SmsCode",  # a digest
}


def file_of(client: Client) -> dict[str, Any]:
    answer = client.get(FILE)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"] and "no-store" in answer.headers["Cache-Control"]
    whole: dict[str, Any] = json.loads(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    return whole


def test_no_table_about_people_is_forgotten() -> None:
    """A new table that leads to a person has to be put into the file, or its absence explained."""
    people: tuple[type[Model], ...] = (User, PersonKey, Record, Application, Attachment)
    about = {
        model._meta.label
        for model in apps.get_models()
        if model.__module__.startswith("kuaiji.")
        and any(field.related_model in people for field in model._meta.concrete_fields)
    }
    assert about - {"collection.Draft"} <= IN_THE_FILE.keys() | SAID_BY_VERSIONS | NOTHING_OF_ITS_OWN
    assert IN_THE_FILE.keys() - about == {"audit.AccessLog", "collection.StepAnswers", "examchecks.ExamCheck"} - about


@pytest.fixture
def record() -> Record:
    """Somebody who has done and suffered everything."""
    record = make_record()
    for purpose in ("student_proof", "name_proof"):
        send(record.user, purpose)
    Attachment.objects.exclude(purpose__in=("student_proof", "name_proof")).update(width=1)
    approve(approve(ask(record), "张三"), "李四")
    record = Record.objects.select_related("user__person_key").get(pk=record.pk)
    claim(details_of(record), known_items(record))
    AccessLog.objects.create(
        at=clock.now(),
        actor_kind=ActorKind.STAFF,
        actor_id=colleague("张三").pk,
        action="desk.case_whole",
        subject_id=record.user_id,
        outcome="ok",
    )
    return record


def test_the_file_equals_the_database(record: Record) -> None:
    client = browser_of(record)
    client.get("/me/")
    whole, user = file_of(client), record.user
    assert set(whole) >= set(IN_THE_FILE.values())
    assert whole["identity"]["document_number"] == user.document_number and whole["identity"]["phone"] == user.phone
    assert whole["record"]["reference_number"] == record.reference_number and whole["record"]["version"] == 2
    versions = RecordVersion.objects.order_by("number")
    assert [one["content"] for one in whole["versions"]] == [one.content for one in versions]
    assert whole["answers"]["employment"] == versions.last().content["employment"]  # type: ignore[union-attr]
    correction = Application.objects.get(field="document")
    told = {one["reference_number"]: one for one in whole["requests"]}
    assert len(told) == 2 and told[correction.reference_number]["details"] == correction.details
    [claimed] = Application.objects.filter(field="")
    assert told[claimed.reference_number]["details"] is None
    events = Event.objects.filter(person_key=user.person_key) | Event.objects.filter(subject_id=user.pk)
    assert [one["kind"] for one in whole["events"]] == list(events.order_by("id").values_list("kind", flat=True))
    assert [one["personal"] for one in whole["events"]] == [one.personal for one in events.order_by("id")]
    assert len(whole["sessions"]) == Session.objects.filter(user=user).count() == 1
    text = json.dumps(whole, ensure_ascii=False)
    assert user.password not in text or user.password == "!"
    for row in Session.objects.all():
        assert row.session_key not in text


def test_the_file_holds_every_picture_that_is_kept(record: Record) -> None:
    pictures = {one["id"]: one for one in file_of(browser_of(record))["pictures"]}
    rows = Attachment.objects.filter(person_key=record.person_key)
    assert pictures.keys() == {str(row.pk) for row in rows}
    kept = [row for row in rows if row.width > 1]
    assert len(kept) == 2
    for row in kept:
        head, _, data = pictures[str(row.pk)]["image"].partition(",")
        assert head == "data:image/jpeg;base64" and base64.b64decode(data) == read_attachment(row)
    # Rows of the tests without a file: said, and the rest goes on.
    assert {pictures[str(row.pk)]["image"] for row in rows if row.width == 1} == {None}


def test_who_looked_is_told_without_names(record: Record) -> None:
    client, stranger = browser_of(record), browser_of(make_record(seed=2))
    picture = Attachment.objects.get(person_key=record.person_key, purpose="name_proof")
    assert stranger.get(f"/attachments/{picture.pk}/").status_code == 404
    client.get(f"/attachments/{picture.pk}/")
    reads = file_of(client)["reads"]
    assert {(one["by"], one["action"], one["outcome"]) for one in reads} >= {
        ("财政部门", "desk.case_whole", "ok"),
        ("其他人", "attachments.show", "not_found"),
        ("本人", "attachments.show", "ok"),
    }
    page = client.get(PAGE).content.decode()
    assert "办理时查看完整内容" in page and "未允许" in page and "本人以外 2 次" in page
    assert "张三" not in page and AccessLog.objects.filter(action="portal.data_json", actor_id=record.user_id).exists()


def test_the_page_says_it_in_words(record: Record) -> None:
    page = browser_of(record).get(PAGE).content.decode()
    number = record.user.document_number
    for words in (
        f"{number[:6]} {number[6:14]} {number[14:]}", record.user.phone, record.reference_number, "奖励信息",
        "更正证件类型和证件号码", "更换登录手机号", "姓名变更证明", "（本机）", "2 版",
    ):  # fmt: skip
        assert words in page, words


def test_without_a_record_the_draft_is_shown() -> None:
    person = make_person(random.Random(4), status="3")
    user = make_user(person)
    fill_in(user, person)
    client = Client()
    client.force_login(user)
    whole = file_of(client)
    assert whole["record"] is None and whole["versions"] == []
    assert whole["answers"]["personal"]["email"] == person.sections["personal"]["email"]
    assert "（填写中）" in client.get(PAGE).content.decode()
    nobody = make_user(seed=9)
    client.force_login(nobody)
    assert file_of(client)["answers"] == {} and client.get(PAGE).status_code == 200


def test_who_signed_in_a_while_ago_types_the_password_first(record: Record) -> None:
    user = record.user
    set_new_password(user, "chun-feng 0417 xiao")
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        client = browser_of(record)
        traveller.shift(dt.timedelta(minutes=14))
        assert record.user.phone in client.get(PAGE).content.decode()
        traveller.shift(dt.timedelta(minutes=2))
        page = client.get(PAGE).content.decode()
        assert "请先确认是您本人" in page and record.user.phone not in page
        assert client.get(FILE).headers["Location"] == PAGE
        wrong = client.post(PAGE, {"current_password": "wrong"})
        assert wrong.status_code == 422 and 'id="error-current_password"' in wrong.content.decode()
        assert AccessLog.objects.filter(action="portal.data", outcome="password_wrong").count() == 1
        assert client.post(PAGE, {"current_password": "chun-feng 0417 xiao"}).headers["Location"] == PAGE
        assert len(file_of(client)["versions"]) == 2
        traveller.shift(dt.timedelta(minutes=16))
        assert client.get(FILE).status_code == 302


MEMBERS = [
    "platform", "made_at",
    "identity", "checks", "agreements", "status", "record", "answers", "in_words", "unsent_forms",
    "submissions", "waiting_names",
    "versions", "holds", "prints", "transfers_out", "transfers_in", "exam_checks", "requests",
    "staff_notes", "sessions", "messages", "events", "pictures", "reads",
]  # fmt: skip


def test_every_app_has_registered_its_parts_and_the_file_has_them_in_order() -> None:
    assert list(file_of(browser_of(make_record()))) == MEMBERS
    assert set(DATA_PARTS) == set(MEMBERS[2:-3])
    orders = [part.order for part in DATA_PARTS.values()]
    assert sorted(set(orders)) == sorted(orders)
    with pytest.raises(Unregistered, match="part of a person's data 'study_years'"):
        DATA_PARTS["study_years"]


def test_the_page_has_the_cards_of_all_apps_in_order() -> None:
    assert set(DATA_CARDS) == {"requests", "transfers", "sessions"}
    page = browser_of(make_record()).get(PAGE).content.decode()
    titles = re.findall(r'<div class="k-card">\s*<h2>([^<]+)</h2>', page)
    assert titles == ["下载", "上传的图片", "申请", "跨省调转", "登录着的地方", "谁查看过"]


def test_what_another_app_keeps_comes_into_the_file_with_who_looked_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    parts: AppRegistry[str, DataPart] = AppRegistry("part")
    year, record = uuid.UUID(int=5), make_record()
    part = DataPart(order=1, values=lambda user: [{"year": 2026, "owner": user.name}], subjects=lambda user: [year])
    parts.register("study_years", part)
    monkeypatch.setattr(data_parts, "DATA_PARTS", parts)
    monkeypatch.setattr(reads, "DATA_PARTS", parts)
    AccessLog.objects.create(
        at=clock.now(), actor_kind=ActorKind.MACHINE, action="portal.me", subject_id=year, outcome="ok"
    )
    whole = file_of(browser_of(record))
    assert whole["study_years"] == [{"year": 2026, "owner": record.user.name}]
    assert "业务系统" in {read["by"] for read in whole["reads"]}


def test_a_stranger_gets_to_the_sign_in() -> None:
    for path in (PAGE, FILE):
        assert Client().get(path).headers["Location"].startswith("/login/?next=")


def test_every_action_of_the_log_has_words() -> None:
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "src" / "kuaiji").rglob("*.py"))
    actions = set(re.findall(r'note\(\s*request,\s*f?"([a-z_.]+)', source))
    labelled = {name for name in ACCESS_LABELS if "." in name}
    assert len(actions) > 20 and labelled - {"requests.reveal"} <= actions
    assert {action.partition(".")[0] for action in actions} <= set(ACCESS_LABELS)
    assert (label_of("collection.review"), label_of("portal.history")) == ("信息采集", "变更记录")


def test_an_access_without_words_is_refused() -> None:
    request = RequestFactory().get("/")
    with pytest.raises(Unregistered, match="label of accesses 'nowhere'"):
        note(request, "nowhere.search")
    assert noted(request) == []


def test_a_reader_is_told_by_kind() -> None:
    readers = {data_export.reader(AccessLog(actor_kind=kind), User()) for kind in ActorKind}
    assert readers == {"其他人", "财政部门", "业务系统", "系统"}
