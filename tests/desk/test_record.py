"""The pages of one person at the desk: what is masked, what is shown for a reason, notes, and who is told (R9.3)."""

import datetime as dt
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.services.changing import change_section
from kuaiji.accountants.services.versions import current_version
from kuaiji.attachments import storage
from kuaiji.attachments.models import Attachment
from kuaiji.audit.models import AccessLog, Event
from kuaiji.common import clock, documents, phones
from kuaiji.desk.models import Note, Reveal
from kuaiji.desk.record.citizen_pages import still
from kuaiji.desk.record.masks import HIDDEN
from kuaiji.identity.models import User
from kuaiji.keys.models import PersonKey
from kuaiji.messages.models import Message
from kuaiji.regions.models import FinanceBureau
from kuaiji.regions.services import scope_of
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member
from people.records.users import make_user
from people.records.versioned_records import by_owner, make_record, other_answers
from tests.support.members import make_member, signed_in
from tests.support.uploads import send

pytestmark = pytest.mark.django_db
ASKED = {"field": "all", "reason": "call"}


@pytest.fixture
def record() -> Record:
    return make_record()


@pytest.fixture
def member(record: Record) -> Member:
    return make_member(bureau=record.division_code)


@pytest.fixture
def desk(member: Member) -> Client:
    return signed_in(member)


def address(record: Record, page: str = "") -> str:
    return f"/staff/people/{record.reference_number}/{page}"


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def secrets_of(record: Record) -> dict[str, str]:
    """What only somebody who asked may read."""
    content = current_version(record).content
    personal, work = content["personal"], content["employment"]
    told = {
        "number": record.user.document_number,
        "grouped": documents.grouped(record.user.document_number),
        "phone": record.user.phone,
        "grouped phone": phones.grouped(record.user.phone),
        "email": personal["email"],
        "work phone": work.get("employer_phone"),
        "address": work.get("residence_address"),
    }
    return {name: value for name, value in told.items() if value}


def pages_of(record: Record) -> list[str]:
    return [address(record, rest) for rest in ("", "timeline/", "as-seen/")]


def test_everything_is_masked_until_it_is_asked_for(record: Record, desk: Client) -> None:
    for path in pages_of(record):
        text = page(desk, path)
        assert record.user.name in text and documents.mask(record.user.document_number) in text
        assert [name for name, value in secrets_of(record).items() if value in text] == [], path


def test_all_is_shown_to_one_session_for_ten_minutes(record: Record, member: Member, desk: Client) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        answer = desk.post(address(record, "reveal/"), ASKED)
        assert (answer.status_code, answer["Location"]) == (302, address(record))
        text = page(desk, address(record))
        content = current_version(record).content
        assert documents.grouped(record.user.document_number) in text and content["personal"]["email"] in text
        assert HIDDEN not in text
        other = signed_in(member)
        assert documents.grouped(record.user.document_number) not in page(other, address(record))
        now.shift(599)
        assert documents.grouped(record.user.document_number) in page(desk, address(record))
        now.shift(2)
        assert documents.grouped(record.user.document_number) not in page(desk, address(record))


def test_the_third_person_in_a_row_asks_for_the_second_factor(record: Record) -> None:
    people = [record, make_record(seed=2), make_record(seed=3)]
    root = max(FinanceBureau.objects.all(), key=lambda one: len(scope_of(one).sees))
    with time_machine.travel(clock.now(), tick=False) as now:
        desk = signed_in(make_member(bureau=root))
        now.shift(11 * 60)  # the second factor was shown a while ago
        answers = [desk.post(address(one, "reveal/"), ASKED)["Location"] for one in people]
        assert answers[:2] == [address(one) for one in people[:2]]
        assert answers[2].startswith("/staff/proof/?next=") and Reveal.objects.count() == 2
        assert desk.post(address(people[0], "reveal/"), ASKED)["Location"] == address(people[0])


def test_one_kind_is_shown_alone(record: Record, desk: Client) -> None:
    desk.post(address(record, "reveal/"), {"field": "phone", "reason": "call"})
    text = page(desk, address(record))
    assert phones.grouped(record.user.phone) in text
    assert documents.grouped(record.user.document_number) not in text
    assert current_version(record).content["personal"]["email"] not in text


def test_a_reason_is_one_row_and_one_event(record: Record, member: Member, desk: Client) -> None:
    for _ in range(2):  # pressed twice
        desk.post(address(record, "reveal/"), {"field": "all", "reason": "other", "words": "来电人自称本人"})
    [row] = AccessLog.objects.filter(action="desk.reveal")
    assert (row.subject_id, row.actor_id, row.outcome) == (record.user_id, member.pk, "ok")
    [event] = Event.objects.filter(kind="PersonShown").select_related("person_key")
    assert (event.data, event.personal) == ({"what": "all", "reason": "other"}, {"words": "来电人自称本人"})
    assert Reveal.objects.count() == 1


@pytest.mark.parametrize(
    "sent", [{}, {"field": "all"}, {"field": "nothing", "reason": "call"}, {"field": "all", "reason": "other"}]
)
def test_without_a_reason_nothing_is_shown(record: Record, desk: Client, sent: dict[str, str]) -> None:
    answer = desk.post(address(record, "reveal/"), sent)
    assert answer.status_code == 422 and not Reveal.objects.exists()
    assert documents.grouped(record.user.document_number) not in answer.content.decode()


def test_each_look_is_one_row_and_writes_nothing_else(record: Record, member: Member, desk: Client) -> None:
    for path in pages_of(record):
        before, events = AccessLog.objects.count(), Event.objects.count()
        page(desk, path)
        [row] = AccessLog.objects.order_by("-id")[: AccessLog.objects.count() - before]
        assert (row.subject_id, row.actor_kind, row.actor_id) == (record.user_id, "staff", member.pk), path
        assert Event.objects.count() == events


def without_token(answer: Any) -> str:
    """The page but for what keeps forms from being forged, which differs each time."""
    return re.sub(r'value="[^"]{64}"', "", answer.content.decode())


def test_another_bureau_finds_nothing(record: Record) -> None:
    """Unknown and out of scope are one answer: the same bytes, and the same statements."""
    far = next(one for one in FinanceBureau.objects.all() if record.division_code not in scope_of(one).sees)
    desk = signed_in(make_member(bureau=far))
    for rest in ("", "timeline/", "as-seen/", "versions/", f"pictures/{uuid.uuid4()}/"):
        there, nowhere = desk.get(address(record, rest)), desk.get(f"/staff/people/GD-2026-9999-9999/{rest}")
        assert (there.status_code, without_token(there)) == (404, without_token(nowhere)), rest
    for rest in ("reveal/", "notes/"):
        assert desk.post(address(record, rest), ASKED | {"words": "x", "key": uuid.uuid4()}).status_code == 404
    assert not Reveal.objects.exists() and not Note.objects.exists()


@pytest.mark.parametrize("role", [Role.SYSTEM, Role.AUDITOR])
def test_who_keeps_the_system_or_its_audit_sees_no_person(record: Record, role: Role) -> None:
    desk = signed_in(make_member(role, bureau=record.division_code))
    assert {desk.get(path).status_code for path in pages_of(record)} == {404}


def test_somebody_without_a_record_is_seen_by_any_bureau(record: Record, desk: Client) -> None:
    user: User = make_user(seed=5)
    path = f"/staff/people/u/{user.pk}/"
    text = page(desk, path)
    assert user.name in text and documents.mask(user.document_number) in text and user.document_number not in text
    assert page(desk, f"{path}timeline/") and page(desk, f"{path}as-seen/")
    assert desk.get(f"/staff/people/u/{record.user_id}/").status_code == 404  # has a record, which has a number
    assert desk.get(f"/staff/people/u/{uuid.uuid4()}/").status_code == 404


def test_a_note_is_written_once_and_read_by_colleagues(record: Record, member: Member, desk: Client) -> None:
    key = re.search(r'name="key" value="([^"]+)"', page(desk, address(record)))
    assert key
    for _ in range(2):
        assert desk.post(address(record, "notes/"), {"words": "已电话核实单位", "key": key[1]}).status_code == 302
    [note] = Note.objects.select_related("person_key")
    assert (note.words, note.member_id) == ("已电话核实单位", member.pk)
    colleague = signed_in(make_member(Role.REVIEWER, bureau=record.division_code, name="吴复核"))
    text = page(colleague, address(record))
    assert "已电话核实单位" in text and member.name in text
    assert "已电话核实单位" in page(colleague, address(record, "timeline/?kind=note"))
    assert desk.post(address(record, "notes/"), {"words": " ", "key": key[1]}).status_code == 422
    assert desk.post(address(record, "notes/"), {"words": "字" * 501, "key": key[1]}).status_code == 422


def test_the_person_learns_of_a_note_and_not_its_words(record: Record, desk: Client) -> None:
    desk.post(address(record, "notes/"), {"words": "只给同事看的话", "key": uuid.uuid4()})
    person = Client()
    person.force_login(record.user)
    answer = person.get("/me/data.json")
    told = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert '"staff_notes"' in told and "NoteWritten" in told and "只给同事看的话" not in told
    assert "只给同事看的话" not in person.get("/me/").content.decode()


def test_a_note_goes_with_the_person(record: Record, desk: Client) -> None:
    desk.post(address(record, "notes/"), {"words": "只给同事看的话", "key": uuid.uuid4()})
    record.user.person_key.destroy(at=clock.now())
    text = page(desk, address(record))
    assert "个人信息已经删除" in text and "只给同事看的话" not in text


def picture_addresses(text: str) -> list[str]:
    return re.findall(r'<img src="([^"]+/pictures/[^"]+)"', text)


def test_pictures_open_marked_and_only_while_they_are_shown(record: Record, member: Member, desk: Client) -> None:
    Attachment.objects.all().update(claimed_at=None)
    sent = [send(record.user, purpose) for purpose in ("student_proof", "name_proof")]
    Attachment.objects.filter(pk__in=[one.pk for one in sent]).update(claimed_at=clock.now())
    assert picture_addresses(page(desk, address(record))) == []
    with time_machine.travel(clock.now(), tick=False) as now:
        desk.post(address(record, "reveal/"), {"field": "pictures", "reason": "review"})
        found = picture_addresses(page(desk, address(record)))
        assert len(found) >= 2
        answer = desk.get(found[0])
        row = Attachment.objects.select_related("person_key").get(pk=found[0].rstrip("/").rpartition("/")[2])
        assert answer.status_code == 200 and answer.content[:2] == b"\xff\xd8"
        assert answer["Cache-Control"] == "private, no-store"
        assert AccessLog.objects.filter(action="desk.picture", outcome="ok", subject_id=record.user_id).count() == 1
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Dest": "document"}):
            assert desk.get(found[0], headers=headers).status_code == 404
        assert signed_in(member).get(found[0]).status_code == 404
        storage.remove(row.storage_key)
        assert "图片文件缺失" in page(desk, address(record))
        assert desk.get(found[0]).status_code == 404
        now.shift(601)
        assert desk.get(found[1]).status_code == 404


def test_versions_stand_beside_each_other_with_what_changed(record: Record, desk: Client) -> None:
    change_section(
        operation=by_owner(record),
        record_id=record.pk,
        slug=SectionSlug.EDUCATION,
        answers=other_answers(record, SectionSlug.EDUCATION, seed=7),
        based_on=1,
    )
    text = page(desk, address(record, "versions/"))
    assert "处不同" in text and "学历信息" in text and "工作信息" not in text
    assert "工作信息" in page(desk, address(record, "versions/?left=1&right=2&all=1"))
    assert desk.get(address(record, "versions/?left=1&right=9")).status_code == 404
    assert "第 2 版" in page(desk, address(record, "timeline/?kind=version"))


def test_a_page_of_the_timeline_goes_on_where_the_last_one_ended(record: Record, member: Member, desk: Client) -> None:
    """Of rows of two tables, all of the same microsecond, each is told once."""
    at, key = clock.now(), record.user.person_key
    Note.objects.bulk_create(
        Note(person_key=key, words=f"第{number}条备注", member=member, written_at=at) for number in range(45)
    )
    Message.objects.bulk_create(new_row(key, number, at) for number in range(45))
    path, told, pages = "timeline/", [], 0
    while path:
        text = page(desk, address(record, path))
        told += re.findall(r"第\d+条(?:备注|消息)", text)
        older = re.search(r'href="(\?before=[^"]+)">更早的', text)
        path = f"timeline/{older[1]}" if older else ""
        pages += 1
    assert sorted(told) == sorted(f"第{number}条{kind}" for kind in ("备注", "消息") for number in range(45))
    assert pages >= 4


def new_row(key: PersonKey, number: int, at: dt.datetime) -> Message:
    return Message(
        person_key=key,
        event="none",
        once=f"{number}",
        words_version=1,
        words=f"第{number}条消息",
        made_at=at,
        useful_until=at,
    )


@pytest.mark.parametrize("place", ["", "x", "1.2", "1.2.3", "9" * 40 + ".1." + "a" * 32, "-1.0." + "a" * 32, "²." * 3])
def test_a_place_that_is_none_begins_at_the_newest(record: Record, desk: Client, place: str) -> None:
    assert "第 1 版" in page(desk, address(record, f"timeline/?kind=version&before={place}"))


def test_hostile_words_stay_words_where_links_are_taken_out() -> None:
    html = '<h1 id="z">甲</h1><a class="x" href="/y">&lt;script src=&quot;x&quot;&gt;</a>'
    html += '<form action="/z"><button>好</button></form>'
    stilled = (
        '<h2 id="z">甲</h2><a class="x">&lt;script src=&quot;x&quot;&gt;</a><div><button disabled>好</button></div>'
    )
    assert still(html) == stilled


def test_what_the_person_sees_can_be_read_and_not_pressed(record: Record, desk: Client) -> None:
    text = page(desk, address(record, "as-seen/"))
    own = text.partition('<div class="d-own">')[2].partition("</main>")[0]
    assert record.reference_number in own and "接下来" in own
    assert "href=" not in own and "<form" not in own and "action=" not in own
