"""年限 and the times of work on the pages: what is counted follows what it is counted from (ADR 0065)."""

import random
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from kuaiji.collection.models import StepAnswers
from kuaiji.identity.models import User
from people.client_visitor import Page
from people.persons import Fields, make_person
from people.records.drafts import fill_in
from people.records.users import make_user

pytestmark = pytest.mark.django_db
NOW = "2026-11-21 09:00+08:00"
EMPLOYMENT = "/collection/employment/"
Begin = Callable[..., tuple[User, Client, Fields]]


@pytest.fixture
def begin() -> Begin:
    """Somebody born on that day with a whole draft, and what was typed of the work."""

    def make(born: str, **typed: str) -> tuple[User, Client, Fields]:
        person = make_person(random.Random(3), status="1", document_type="99")
        person.sections["personal"]["birth_date"] = born
        year = int(born[:4])
        person.sections["education"]["full_time_graduated_on"] = f"{year + 22}-07-01"
        for name in [name for name in person.sections["education"] if "part_time" in name or "enrolled" in name]:
            del person.sections["education"][name]
        person.sections["professional"] = {"abacus_level": "00"} | {
            f"{prefix}-{part}": "0"
            for prefix in ("qualifications", "talents")
            for part in ("TOTAL_FORMS", "INITIAL_FORMS")
        }
        person.sections["employment"] |= {"accounting_technical_post": "00", "technical_post_appointed_on": ""} | typed
        user, client = make_user(person), Client()
        fill_in(user, person)
        client.force_login(user)
        return user, client, person.sections["employment"]

    return make


def work(user: User) -> dict[str, object]:
    data = StepAnswers.objects.select_related("person_key").get(draft__user=user, step="employment").data
    return {name: data[name] for name in ("accounting_start_date", "accounting_years")}


def shown(client: Client) -> Fields:
    """The fields of the page as a browser would send them."""
    page = Page(client.get(EMPLOYMENT))
    return next(form["fields"] for form in page.forms if "employment_status" in form["fields"])


@time_machine.travel(NOW)
def test_counted_years_of_an_early_start_are_taken_at_once(begin: Begin) -> None:
    user, client, _ = begin("1939-02-01", accounting_start_date="1955-03-01", accounting_years="")
    assert work(user) == {"accounting_start_date": "1955-03-01", "accounting_years": 71}
    assert client.get("/collection/review/").status_code == 200
    assert client.post("/collection/review/").headers["Location"] == "/collection/done/"


@time_machine.travel(NOW)
def test_a_start_longer_ago_than_can_be_reported_is_refused_at_the_date(begin: Begin) -> None:
    _, client, typed = begin("1905-01-01", accounting_start_date="1990-01-01", accounting_years="")
    page = Page(client.post(EMPLOYMENT, typed | {"accounting_start_date": "1921-03-01"}))
    assert page.status == 422 and list(page.faults) == ["accounting_start_date"]
    assert "超过 100 年" in page.faults["accounting_start_date"]


@time_machine.travel(NOW)
@pytest.mark.parametrize("again", [False, True])
def test_counted_years_follow_another_start(begin: Begin, again: bool) -> None:
    user, client, _ = begin("1985-06-01", accounting_start_date="2010-01-01", accounting_years="")
    typed = shown(client)
    assert typed["accounting_years"] == typed["accounting_years_counted"] == "16"
    for _ in range(1 + again):  # a second press of the button changes nothing
        response = client.post(EMPLOYMENT, typed | {"accounting_start_date": "2020-01-01"})
        assert response.status_code == 302
        assert work(user) == {"accounting_start_date": "2020-01-01", "accounting_years": 6}
    assert StepAnswers.objects.get(draft__user=user, step="employment").revision == 2


@time_machine.travel(NOW)
def test_without_the_page_s_hidden_field_what_stood_tells_that_it_was_counted(begin: Begin) -> None:
    user, client, typed = begin("1985-06-01", accounting_start_date="2010-01-01", accounting_years="")
    client.post(EMPLOYMENT, typed | {"accounting_start_date": "2020-01-01", "accounting_years": "16"})
    assert work(user)["accounting_years"] == 6


@time_machine.travel(NOW)
def test_typed_years_stay_while_they_are_typed(begin: Begin) -> None:
    user, client, _ = begin("1985-06-01", accounting_start_date="2010-01-01", accounting_years="12")
    assert "accounting_years_counted" not in shown(client)
    client.post(EMPLOYMENT, shown(client) | {"accounting_start_date": "2012-01-01"})
    assert work(user)["accounting_years"] == 12
    assert "不一致" in client.get("/collection/review/").content.decode()
    client.post(EMPLOYMENT, shown(client) | {"accounting_years": ""})
    assert work(user)["accounting_years"] == 14
    client.post(EMPLOYMENT, shown(client) | {"accounting_start_date": "2020-01-01"})
    assert work(user)["accounting_years"] == 6


def test_time_alone_changes_no_answer(begin: Begin) -> None:
    with time_machine.travel(NOW):
        user, _, _ = begin("1985-06-01", accounting_start_date="2010-01-01", accounting_years="")
    with time_machine.travel("2027-02-01 09:00+08:00"):
        client = Client()
        client.force_login(user)
        typed = shown(client)
        assert typed["accounting_years_counted"] == "16"
        assert client.post(EMPLOYMENT, typed).status_code == 302
        assert StepAnswers.objects.get(draft__user=user, step="employment").revision == 1
        client.post(EMPLOYMENT, typed | {"accounting_start_date": "2010-02-01"})
        assert work(user)["accounting_years"] == 17


FAULTS = [  # what is typed, the one field at fault, words of it
    ({"accounting_years": "70"}, "accounting_years", "年满 16 周岁至今只有 10 年"),
    ({"accounting_start_date": "明年初"}, "accounting_start_date", "写到年月即可"),
    ({"accounting_start_date": "2020-13-01"}, "accounting_start_date", "没有13月"),
    ({"accounting_start_date": "2099-01-01"}, "accounting_start_date", "不能晚于今天"),
    ({"accounting_start_date": "2012-01-01"}, "accounting_start_date", "16 周岁"),
    ({"accounting_start_date": ""}, "accounting_start_date", "请填写"),
    ({"accounting_years": "很久"}, "accounting_years", "应是数字"),
    ({"accounting_start_date": "2012-01-01", "accounting_years": "12"}, "accounting_start_date", "16 周岁"),
]


@time_machine.travel(NOW)
@pytest.mark.parametrize(("typed", "field", "words"), FAULTS)
def test_one_fault_is_one_message(begin: Begin, typed: Fields, field: str, words: str) -> None:
    _, client, right = begin("2000-06-01", accounting_start_date="2022-07-01", accounting_years="")
    page = Page(client.post(EMPLOYMENT, right | {"accounting_years": ""} | typed))
    assert page.status == 422 and list(page.faults) == [field] and words in page.faults[field]
    assert "有 1 处需要修改" in page.summary


@time_machine.travel(NOW)
@pytest.mark.parametrize("typed", ["2020年7月1号", "2020年7月1日", "2020/7/1", "20200701", "２０２０．７．１"])
def test_dates_are_read_as_people_write_them(begin: Begin, typed: str) -> None:
    user, client, right = begin("1990-06-01", accounting_start_date="2022-07-01", accounting_years="")
    client.post(EMPLOYMENT, right | {"accounting_years": "", "accounting_start_date": typed})
    assert work(user) == {"accounting_start_date": "2020-07-01", "accounting_years": 6}


PERIODS = [  # handover on one day (OC29), two jobs at once (OC30)
    [("2012-07-01", "2016-06-30", "甲"), ("2016-06-30", "2020-06-30", "乙")],
    [("2012-07-01", "2018-12-31", "甲"), ("2014-01-01", "2020-06-30", "乙")],
    [("2012-07-01", "2018-12-31", "甲"), ("2012-07-01", "2018-12-31", "乙")],
]


@time_machine.travel(NOW)
@pytest.mark.parametrize("periods", PERIODS)
def test_times_of_work_may_touch_and_overlap(begin: Begin, periods: list[tuple[str, str, str]]) -> None:
    user, client, right = begin("1985-06-01", accounting_start_date="2010-01-01", accounting_years="")
    typed = {name: value for name, value in right.items() if not name.startswith("periods")}
    typed |= {"employment_status": "2", "periods-TOTAL_FORMS": str(len(periods)), "periods-INITIAL_FORMS": "0"}
    for at, row in enumerate(periods):
        names = ("started_on", "ended_on", "employer_name")
        typed |= {f"periods-{at}-{name}": value for name, value in zip(names, row, strict=True)}
    assert client.post(EMPLOYMENT, typed).status_code == 302
    saved = StepAnswers.objects.select_related("person_key").get(draft__user=user, step="employment").data
    assert [(row["started_on"], row["ended_on"], row["employer_name"]) for row in saved["periods"]] == periods
    twice = typed | {
        name.replace("-0-", "-1-"): value for name, value in typed.items() if name.startswith("periods-0-")
    }
    page = Page(client.post(EMPLOYMENT, twice))
    assert page.status == 422 and "与第 1 段重复" in page.summary
