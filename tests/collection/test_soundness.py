"""A step is 已完成 only while it stands beside the others: what broke is said, at the field, and never in a circle."""

import random
import re
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from kuaiji.accountants.models import Record
from kuaiji.attachments.models import Attachment
from kuaiji.collection import soundness
from kuaiji.collection.models import StepAnswers
from kuaiji.identity.models import User
from people.client_visitor import Page
from people.persons import Fields, Person, make_person
from people.records.drafts import fill_in
from people.records.users import make_user

pytestmark = pytest.mark.django_db
NOW = "2026-11-21 09:00+08:00"
Begin = Callable[[], tuple[User, Client, Person]]
TALENT = {"talents-TOTAL_FORMS": "1", "talents-0-programme": "01", "talents-0-selected_year": "2000",
          "talents-0-status": "1", "qualifications-TOTAL_FORMS": "0"}  # fmt: skip
AWARD = {"awards-TOTAL_FORMS": "1", "awards-0-name": "先进", "awards-0-level": "3", "awards-0-year": "1995"}
# what is sent of another step while somebody is born in 1980, the birth date after it, the field that breaks
BREAKING: list[tuple[str, Fields, str, str]] = [
    ("employment", {"accounting_start_date": "1998-07-01"}, "1990-05-05", "accounting_start_date"),
    ("employment", {"accounting_years": "28"}, "1990-05-05", "accounting_years"),
    ("employment", {"accounting_technical_post": "02", "technical_post_appointed_on": "2002-07-01"}, "1990-05-05",
     "technical_post_appointed_on"),
    ("education", {"full_time_graduated_on": "1999-07-01"}, "1990-05-05", "full_time_graduated_on"),
    ("professional", TALENT, "1990-05-05", "talents-0-selected_year"),
    ("awards", AWARD, "1996-05-05", "awards-0-year"),
]  # fmt: skip


@pytest.fixture
def begin() -> Begin:
    """Somebody born in 1980 by an own word, with a whole draft that also fits a birth in 1996."""

    def make() -> tuple[User, Client, Person]:
        person = make_person(random.Random(3), status="1", document_type="99")
        person.sections["personal"]["birth_date"] = "1980-05-05"
        late = {name: "2020-07-01" for name in person.sections["education"] if name.endswith("graduated_on")}
        person.sections["education"] |= late
        person.sections["education"].pop("full_time_enrolled_on", None)
        person.sections["employment"] |= {"accounting_start_date": "2018-07-01", "accounting_years": "8"}
        person.sections["employment"] |= {"accounting_technical_post": "00", "technical_post_appointed_on": ""}
        person.sections["professional"] = {"abacus_level": "00", "qualifications-TOTAL_FORMS": "0",
                                           "qualifications-INITIAL_FORMS": "0", "talents-TOTAL_FORMS": "0",
                                           "talents-INITIAL_FORMS": "0"}  # fmt: skip
        person.sections["awards"] = {"awards-TOTAL_FORMS": "0", "awards-INITIAL_FORMS": "0"}
        user, client = make_user(person), Client()
        fill_in(user, person)
        client.force_login(user)
        return user, client, person

    return make


def states(client: Client) -> dict[str, str]:
    """The state of every step on the overview, by its address."""
    page = client.get("/collection/").content.decode()
    items = page.split('<ol class="k-tasklist">')[1].split("</ol>")[0].split("<li>")[1:]
    words = ("已完成", "需修改", "可以提交", "接下来填", "未开始")
    found = {}
    for item in items:
        step = re.search(r"/collection/(\w+)/", item) or re.search(r"<span>(.*?)</span>", item)
        assert step
        found[step[1]] = next(word for word in words if word in item)
    return found


@time_machine.travel(NOW)
@pytest.mark.parametrize(("slug", "sent", "born", "field"), BREAKING)
def test_a_step_that_breaks_later_is_no_longer_done(
    begin: Begin, slug: str, sent: Fields, born: str, field: str
) -> None:
    user, client, person = begin()
    assert client.post(f"/collection/{slug}/", person.sections[slug] | sent).status_code == 302
    assert states(client)["review"] == "可以提交"
    assert client.post("/collection/personal/", person.sections["personal"] | {"birth_date": born}).status_code == 302
    seen = states(client)
    assert seen[slug] == "需修改" and seen["personal"] == "已完成" and "可以提交" not in seen.values()
    assert [step for step, state in seen.items() if state == "需修改"] == [slug]
    for response in (client.get("/collection/review/"), client.post("/collection/review/")):
        assert (response.status_code, response.headers["Location"]) == (302, f"/collection/{slug}/")
    page = Page(client.get(f"/collection/{slug}/"))
    assert page.status == 200 and f'id="error-{field}"' in page.text and page.summary
    assert not Record.objects.filter(user=user).exists()
    assert client.post(f"/collection/{slug}/", person.sections[slug]).status_code == 302
    assert states(client)["review"] == "可以提交"
    assert client.post("/collection/review/").headers["Location"] == "/collection/done/"


@time_machine.travel(NOW)
def test_the_overview_says_what_broke_and_me_leads_there(begin: Begin) -> None:
    _, client, person = begin()
    client.post("/collection/personal/", person.sections["personal"] | {"birth_date": "2004-05-05"})
    page = client.get("/collection/").content.decode()
    assert "工作信息：开始从事会计工作时间早于年满 16 周岁" in page and "继续：工作信息" in page
    assert "/collection/employment/" in client.get("/me/").content.decode()
    assert client.get("/collection/awards/").status_code == 200  # saved and sound: open as before


def test_a_picture_that_is_gone_breaks_its_step(begin: Begin) -> None:
    user, client, _ = begin()
    Attachment.objects.filter(person_key=user.person_key, purpose="photo").delete()
    assert states(client)["personal"] == "需修改"
    page = Page(client.get("/collection/personal/"))
    assert 'id="error-photo"' in page.text
    assert client.get("/collection/review/").headers["Location"] == "/collection/personal/"


def test_a_step_is_judged_once_and_its_pictures_each_time(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    user, client, _ = begin()
    assert states(client)["review"] == "可以提交"
    asked: list[object] = []
    monkeypatch.setattr(soundness, "judge", lambda *given: asked.append(given))
    assert states(client)["review"] == "可以提交" and client.get("/me/").status_code == 200
    assert not asked
    Attachment.objects.filter(person_key=user.person_key).delete()
    assert states(client)["personal"] == "需修改" and not asked
    monkeypatch.undo()
    rows = StepAnswers.objects.filter(draft__user=user).values_list("step", flat=True)
    assert set(rows) == {"personal", "education", "employment", "professional", "awards"}
