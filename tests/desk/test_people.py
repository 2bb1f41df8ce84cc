"""Finding people and listing them at the desk: what may be typed, what is written down, pages that stay."""

import datetime as dt
import random
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import set_urlconf

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.listing import finding
from kuaiji.accountants.listing.finding import ORDERS, Wanted, list_page, name_page
from kuaiji.accountants.models import ListRow, NameKey, Record
from kuaiji.accountants.reading.currency import current_from, up_to_date
from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.config.faces import STAFF
from kuaiji.desk.models import SavedFilter
from kuaiji.desk.people.calling import NEXT, call_of
from kuaiji.desk.people.keeping import MOST, keep_search, kept_search, opened_place, sealed_place
from kuaiji.exams.judging.standing import current_until
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.partner_checks.services import PartnerFinding, first_check
from kuaiji.staff.enums import Role
from kuaiji.standing import next_steps
from people.factories import DraftFactory, UserFactory
from people.records.versioned_records import make_record
from tests.support.desk_searches import PEOPLE, logged, search, seen
from tests.support.members import make_member, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def record() -> Record:
    return make_record(seed=80)


@pytest.fixture
def clerk(record: Record) -> Client:
    return signed_in(make_member(Role.CLERK, bureau=record.division_code))


@pytest.mark.parametrize("write", [str, str.lower, lambda one: one.replace("-", ""), lambda one: one.replace("-", " ")])
def test_a_reference_number_is_found_in_any_writing(write: Callable[[str], str], record: Record, clerk: Client) -> None:
    assert seen(search(clerk, write(record.reference_number))) == [record.reference_number]


def test_an_address_typed_by_hand_leads_to_the_same_without_what_was_typed(record: Record, clerk: Client) -> None:
    name = record.user.name
    answer = clerk.get(PEOPLE, {"q": name, "page": "1", "division": record.division_code})
    assert answer.status_code == 303 and name not in answer.headers["Location"]
    assert re.fullmatch(r"/staff/people/\?s=[\w-]{16}&page=1", answer.headers["Location"])
    assert record.reference_number in clerk.get(answer.headers["Location"]).content.decode()
    plain = clerk.get(PEOPLE, {"q": "", "division": record.division_code})
    assert plain.status_code == 303 and plain.headers["Location"] == f"{PEOPLE}?division={record.division_code}"


def test_a_key_of_a_search_is_its_sessions_alone(record: Record, clerk: Client) -> None:
    address = clerk.post(PEOPLE, {"q": record.user.name}).headers["Location"]
    colleague = signed_in(make_member(Role.CLERK, bureau=record.division_code))
    answer = colleague.get(address)
    assert answer.status_code == 422 and record.reference_number not in answer.content.decode()


def test_the_session_keeps_searches_sealed_and_no_more_than_some(record: Record) -> None:
    session: dict[str, object] = {}
    member = make_member()
    keys = [keep_search(session, member, f"张{number}") for number in range(MOST + 1)]  # type: ignore[arg-type]
    assert "张" not in repr(session)
    assert kept_search(session, member, keys[0]) is None and kept_search(session, member, keys[-1]) == f"张{MOST}"  # type: ignore[arg-type]
    assert kept_search(session, make_member(), keys[-1]) is None  # type: ignore[arg-type]


# ── what is found, and written down ──


def test_who_has_no_record_is_found_by_the_whole_number_or_phone_alone() -> None:
    user = DraftFactory.create().user
    for bureau in ("440103", "440104"):
        clerk = signed_in(make_member(Role.CLERK, bureau=bureau))
        page = search(clerk, user.document_number)
        assert user.name in page and "填写中" in page
        assert user.document_number not in page and user.phone not in page
        assert user.name in search(clerk, user.phone)
        assert user.name not in search(clerk, user.name)
    assert [row for row in logged() if row[1]] == [("desk.found", str(user.pk), "ok")] * 4


def test_a_number_that_finds_nobody_is_written_down_by_its_fingerprint(record: Record) -> None:
    elsewhere = signed_in(make_member(Role.CLERK, bureau="440114"))
    for number in (record.user.document_number, "440103199001010019"):
        page = search(elsewhere, number)
        assert "没有找到" in page and record.reference_number not in page
    [mine, nobody] = logged()
    assert mine[:2] == nobody[:2] == ("desk.found", None)
    assert mine[2].startswith("nobody ") and mine[2] != nobody[2]
    assert record.user.document_number not in repr(logged())


def test_a_list_is_one_row_of_the_log(record: Record, clerk: Client) -> None:
    clerk.get(PEOPLE)
    search(clerk, record.user.name)
    assert logged() == [("desk.list", None, "ok")] * 2


def test_a_search_by_name_stays_within_a_region(record: Record, clerk: Client) -> None:
    assert seen(search(clerk, record.user.name[:1], division=record.division_code)) == [record.reference_number]
    answer = clerk.post(PEOPLE, {"q": record.user.name, "division": "440000-00"})
    assert answer.status_code == 422


# ── on the phone ──


def test_every_next_step_has_words_to_read_out() -> None:
    source = Path(next_steps.__file__).read_text("utf-8")
    found = re.findall(r'NextStep\("(\w+)"(?: if \w+ else "(\w+)")?', source)
    assert {name for names in found for name in names if name} == set(NEXT)


def test_a_caller_is_told_status_since_when_and_what_comes_next(record: Record, clerk: Client) -> None:
    page = clerk.get(f"{PEOPLE}{record.reference_number}/call/").content.decode()
    assert "信息已采集" in page and "现在不需要办理什么" in page and f"{clock.today():%Y年%-m月%-d日}起" in page
    assert record.user.document_number not in page and record.user.phone not in page
    Record.objects.filter(pk=record.pk).update(confirmed_at=clock.now() - dt.timedelta(days=800))
    assert "请登录平台核对" in clerk.get(f"{PEOPLE}{record.reference_number}/call/").content.decode()
    assert logged() == [("desk.call", str(record.user_id), "ok")] * 2


@pytest.mark.parametrize(
    ("make", "words"),
    [(lambda: UserFactory.create(), "还没有开始信息采集"), (lambda: DraftFactory.create().user, "还没有提交")],
)
def test_who_has_no_record_is_told_as_well(make: Callable[[], object], words: str) -> None:
    user = make()
    page = signed_in(make_member()).get(f"{PEOPLE}u/{user.pk}/call/").content.decode()  # type: ignore[attr-defined]
    assert words in page


def test_what_waits_besides_is_said(record: Record) -> None:
    first_check(record.user, CheckKind.IDENTITY, PartnerFinding(CheckOutcome.PENDING)).save()
    set_urlconf(STAFF.urlconf)  # as the face of the desk does for a request
    try:
        assert any("还没有答复" in words for words in call_of(record.user).besides)
    finally:
        set_urlconf(None)


# ── lists ──


@pytest.fixture
def many() -> list[Record]:
    made = [make_record(seed=seed, status=str(seed % 4 + 1)) for seed in range(90, 99)]
    for at, one in enumerate(made):
        place = ("440103", "440104")[at % 2]
        Record.objects.filter(pk=one.pk).update(division_code=place)
        confirmed = clock.now() - dt.timedelta(days=at * 90)
        ListRow.objects.filter(record=one).update(division_code=place, confirmed_at=confirmed)
    return made


def walked(places: set[str], wanted: Wanted, order: str) -> list[ListRow]:
    """All rows, page by page."""
    rows: list[ListRow] = []
    after = None
    while True:
        page = list_page(places, wanted, ORDERS[order], after=after)
        rows += page.rows
        if page.last is None:
            return rows
        after = page.last


@pytest.mark.parametrize("walk", [1, 3, 20_000])
@pytest.mark.parametrize("order", ORDERS)
def test_pages_join_to_the_whole_list_however_it_is_read(
    walk: int, order: str, many: list[Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "WALK", walk)
    monkeypatch.setattr(finding, "PAGE", 2)
    rng, today = random.Random(walk), clock.today()
    since = dt.datetime.combine(current_from(today), dt.time(), clock.CHINA)
    for _ in range(25):
        places = set(rng.sample(["440103", "440104", "440105"], rng.randint(1, 3)))
        asked = {
            "gender": rng.choice(["", "1", "2"]),
            "title": rng.choice([None, None, "", "2"]),
            "current": rng.choice([None, True, False]),
            "born_from": rng.choice([None, dt.date(1985, 1, 1)]),
            "status": rng.choice(["", CollectionStatus.COLLECTED.value]),
        }
        rows = walked(places, Wanted(current_from=since, **asked), order)  # type: ignore[arg-type]
        wanted = [row for row in ListRow.objects.all() if row.division_code in places and _fits(row, asked, since)]
        assert {row.pk for row in rows} == {row.pk for row in wanted} and len(rows) == len(wanted)
        values = [(getattr(row, ORDERS[order].column), row.pk) for row in rows]
        assert values == sorted(values, reverse=ORDERS[order].descending)


def _fits(row: ListRow, asked: Mapping[str, object], since: dt.datetime) -> bool:
    fresh = row.confirmed_at >= since
    return (
        asked["gender"] in ("", row.gender)
        and asked["title"] in (None, row.title)
        and asked["current"] in (None, fresh)
        and (asked["born_from"] is None or row.birth_date >= asked["born_from"])  # type: ignore[operator]
    )


def test_a_row_that_comes_meanwhile_moves_nobody(many: list[Record], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "PAGE", 3)
    places, order = {"440103", "440104"}, ORDERS["newest"]
    first = list_page(places, Wanted(), order)
    new = make_record(seed=99)
    Record.objects.filter(pk=new.pk).update(division_code="440103")
    ListRow.objects.filter(record=new).update(division_code="440103")
    second = list_page(places, Wanted(), order, after=first.last)
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}
    assert new.pk not in {row.pk for row in second.rows}


def test_the_first_day_that_counts_is_the_one_that_the_rule_says() -> None:
    for today in (dt.date(2024, 1, 1) + dt.timedelta(days=step) for step in range(1500)):
        first = current_from(today)
        at = dt.datetime.combine(first, dt.time(12), clock.CHINA)
        assert current_until(at, profile().up_to_date_months) >= today
        assert current_until(at - dt.timedelta(days=1), profile().up_to_date_months) < today


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"division": "440305"}, "地区"),
        ({"status": "draft"}, "采集状态"),
        ({"since": "2026-02-31"}, "采集日期从"),
        ({"since": "2026-02-02", "until": "2026-02-01"}, "止日早于起日"),
        ({"age": "1"}, "年龄"),
    ],
)
def test_a_filter_that_is_none_is_said_at_its_field(asked: dict[str, str], words: str) -> None:
    answer = signed_in(make_member()).get(PEOPLE, asked)
    assert answer.status_code == 422 and words in answer.content.decode()


@pytest.mark.parametrize("page", ["0", "21", "999999", "x", "-1"])
def test_a_page_that_is_none_is_not_found(page: str) -> None:
    assert signed_in(make_member()).get(PEOPLE, {"page": page}).status_code == 404


def test_a_place_of_a_page_is_nobody_elses_and_says_nothing(record: Record) -> None:
    member, place = make_member(), finding.Place("zhangwei 张伟", record.pk)
    sealed = sealed_place(member, place)
    assert "zhang" not in sealed and opened_place(member, sealed) == place
    assert opened_place(make_member(), sealed) is None and opened_place(member, sealed[:-2]) is None


def test_marks_find_those_whose_checks_stand_open(record: Record, clerk: Client) -> None:
    assert seen(clerk.get(PEOPLE, {"mark": "unanswered"}).content.decode()) == []
    first_check(record.user, CheckKind.IDENTITY, PartnerFinding(CheckOutcome.PENDING)).save()
    for mark in ("unanswered", "unverified"):
        assert seen(clerk.get(PEOPLE, {"mark": mark}).content.decode()) == [record.reference_number]
    assert seen(clerk.get(PEOPLE, {"mark": "code"}).content.decode()) == []
    ListRow.objects.filter(record=record).update(code_meant=True, facets=["code_meant"])
    assert seen(clerk.get(PEOPLE, {"mark": "code"}).content.decode()) == [record.reference_number]


def test_columns_and_filters_are_the_members_own(record: Record, clerk: Client) -> None:
    clerk.post(f"{PEOPLE}lists/", {"action": "columns", "columns": ["current", "nonsense"]})
    page = clerk.get(PEOPLE).content.decode()
    assert "最新至</th>" in page and "会计职称</th>" not in page
    answer = clerk.post(f"{PEOPLE}lists/", {"action": "keep", "name": "女", "gender": "2"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PEOPLE}?gender=2")
    [kept] = SavedFilter.objects.all()
    assert (kept.name, kept.query) == ("女", "gender=2")
    colleague = signed_in(make_member(Role.CLERK, bureau=record.division_code))
    colleague.post(f"{PEOPLE}lists/", {"action": "forget", "filter": str(kept.pk)})
    assert SavedFilter.objects.exists() and "最新至</th>" not in colleague.get(PEOPLE).content.decode()
    clerk.post(f"{PEOPLE}lists/", {"action": "forget", "filter": str(kept.pk)})
    assert not SavedFilter.objects.exists()


# ── what the database does ──


def plan_of(act: Callable[[], object]) -> str:
    """The plans of what ``act`` asks about rows and names, where a table is worth an index."""
    with connection.cursor() as cursor:
        for way in ("seqscan", "sort", "bitmapscan"):  # what a planner prefers for nine rows
            cursor.execute(f"SET LOCAL enable_{way} = off")
        with CaptureQueriesContext(connection) as asked:
            act()
        plans = []
        for each in asked.captured_queries:
            if "accountants_listrow" in each["sql"] or "accountants_namekey" in each["sql"]:
                cursor.execute(f"EXPLAIN {each['sql']}")
                plans.append("\n".join(line for (line,) in cursor.fetchall()))
    return "\n".join(plans)


def test_names_and_lists_are_read_by_their_indexes(many: list[Record]) -> None:
    names = plan_of(lambda: name_page({"440103", "440104"}, "zh"))
    assert "namekey_place" in names and "Seq Scan" not in names and "count(" not in names
    listed = plan_of(lambda: list_page({"440103"}, Wanted(gender="1"), ORDERS["name"]))
    assert "listrow_place_by_reading" in listed and "Seq Scan" not in listed
    whole = plan_of(lambda: list_page({"440103", "440104"}, Wanted(), ORDERS["newest"]))
    assert "time" in whole and "Seq Scan" not in whole


def test_a_search_by_name_passes_over_no_name_before(many: list[Record]) -> None:
    place = many[0].division_code
    NameKey.objects.bulk_create(
        NameKey(record=many[0], division_code=place, key=f"a{nth:04}", shared=0) for nth in range(4000)
    )
    with CaptureQueriesContext(connection) as asked:
        name_page({place}, "zh")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {asked.captured_queries[0]['sql']}")
        [[[found]]] = cursor.fetchall()
    assert found["Plan"]["Shared Hit Blocks"] + found["Plan"]["Shared Read Blocks"] < 25


def test_no_page_counts_what_it_does_not_show(many: list[Record]) -> None:
    clerk = signed_in(make_member(Role.MANAGER, bureau="440103"))
    with CaptureQueriesContext(connection) as asked:
        clerk.get(PEOPLE)
        search(clerk, "zh")
    assert not [one["sql"] for one in asked.captured_queries if "count(" in one["sql"].lower()]


def test_up_to_date_is_said_of_a_list_as_of_its_record(many: list[Record]) -> None:
    since = dt.datetime.combine(current_from(clock.today()), dt.time(), clock.CHINA)
    current = Wanted(current=True, current_from=since)
    shown = {row.pk for row in walked({"440103", "440104"}, current, "name")}
    for one in many:
        row = ListRow.objects.get(record=one)
        one.confirmed_at = row.confirmed_at
        assert (one.pk in shown) == up_to_date(one, clock.today()).is_current
