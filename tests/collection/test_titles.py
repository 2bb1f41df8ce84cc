"""Titles (R3.5, docs/adr/0079): one choice, the posted names beside it, a row for who said to hold one."""

import random
import re

import pytest
from django.test import Client

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.reporting.reports import sections_2_of
from kuaiji.accountants.services.versions import current_version
from kuaiji.codelists.choices import titles
from kuaiji.collection.models import StepAnswers
from kuaiji.identity.models import User
from people.client_visitor import Page
from people.factories.records import DraftFactory
from people.persons import Fields, make_person
from people.records.drafts import submit

pytestmark = pytest.mark.django_db
STEP, CHANGE, MEANT = "/collection/professional/", "/changes/professional/", "no_qualification_meant"
PARTS = ("category", "level", "method")
ASKED = "您注册时说持有专业技术资格证书"


def someone(*, holds: bool = True, status: str = "1", until: SectionSlug | None = SectionSlug.PROFESSIONAL) -> User:
    """Somebody with a draft who has answered the second question of registration so, born before 1985."""
    person = make_person(random.Random(5), status=status, document_type="99")
    person.sections["personal"]["birth_date"] = "1970-05-01"
    user: User = DraftFactory.create(person=person, until=until).user
    user.holds_qualification = holds
    user.save(update_fields=["holds_qualification"])
    return user


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def typed(*rows: Fields, **fields: str) -> Fields:
    counts = {"talents-TOTAL_FORMS": "0", "talents-INITIAL_FORMS": "0", "qualifications-INITIAL_FORMS": "0"}
    cells = {f"qualifications-{at}-{name}": value for at, row in enumerate(rows) for name, value in row.items()}
    return {"abacus_level": "00", "qualifications-TOTAL_FORMS": str(len(rows))} | counts | cells | fields


def saved(user: User) -> dict[str, object]:
    step = StepAnswers.objects.select_related("person_key").get(draft__user=user, step="professional")
    data: dict[str, object] = step.data
    return data


def shown(page: Page) -> Fields:
    """The fields of the step's form."""
    found: Fields = next(form["fields"] for form in page.forms if "abacus_level" in form["fields"])
    return found


def rows_in(page: str) -> int:
    """Rows of titles that the page shows."""
    return len(re.findall(r"<legend>资格 \d", page))


def test_every_title_is_one_choice_and_every_posted_name_has_its_words() -> None:
    lines = [line for _, group in titles() for line in group]
    assert len({code for code, _ in lines}) == len({words for _, words in lines}) == 5 * 4 * 3
    assert dict(lines)["01-2-2"] == "会计师（中级）·考试" and dict(lines)["01-3-3"] == "高级会计师·考评"
    assert dict(lines)["99-1-1"] == "其他类型（初级）·评审"


@pytest.mark.parametrize("code", ["01-2-2", "03-4-1"])
def test_one_choice_says_what_three_did(code: str) -> None:
    user = someone()
    client = browser_of(user)
    assert client.post(STEP, typed({"title": code, "obtained_on": "2005-05-20"})).status_code == 302
    row = saved(user)["qualifications"][0]  # type: ignore[index]
    assert "-".join(row[part] for part in PARTS) == code and "title" not in row and row["obtained_on"] == "2005-05-20"
    fields = shown(Page(client.get(STEP)))
    assert fields["qualifications-0-title"] == code and "qualifications-0-level" not in fields
    apart = dict(zip(PARTS, code.split("-"), strict=True)) | {"obtained_on": "2005-05-20"}
    assert client.post(STEP, typed(apart)).status_code == 302
    assert StepAnswers.objects.get(draft__user=user, step="professional").revision == 1


def test_names_of_their_own_win_and_are_asked_for_again_where_one_is_missing() -> None:
    user = someone()
    client = browser_of(user)
    row = {"title": "01-1-2", "category": "02", "level": "2", "method": "2", "obtained_on": "2005-05-20"}
    assert client.post(STEP, typed(row)).status_code == 302
    assert [saved(user)["qualifications"][0][part] for part in PARTS] == ["02", "2", "2"]  # type: ignore[index]
    page = Page(client.post(STEP, typed({"category": "02", "method": "9", "obtained_on": "2005-05-20"})))
    assert page.status == 422 and "有 2 处需要修改" in page.summary
    assert shown(page)["qualifications-0-category"] == "02" and "qualifications-0-title" not in shown(page)
    for part in ("level", "method"):
        assert f'id="error-qualifications-0-{part}"' in page.text and f'href="#id_qualifications-0-{part}"' in page.text


FAULTS = [
    ({"obtained_on": "2005-05-20"}, "title", "请选择专业技术资格"),
    ({"title": "77-1-1", "obtained_on": "2005-05-20"}, "title", "不在可选范围内"),
    ({"title": "01-2-2"}, "obtained_on", "请填写取得时间"),
    ({"title": "01-2-2", "obtained_on": "1980-01-01"}, "obtained_on", "16 周岁"),
]


@pytest.mark.parametrize(("row", "name", "words"), FAULTS)
def test_a_fault_stands_at_the_choice_or_at_its_date(row: Fields, name: str, words: str) -> None:
    page = Page(browser_of(someone()).post(STEP, typed(row)))
    assert page.status == 422 and "有 1 处需要修改" in page.summary and words in page.summary
    assert f'id="error-qualifications-0-{name}"' in page.text and f'href="#id_qualifications-0-{name}"' in page.text


def test_the_same_title_twice_is_a_fault_of_the_choice() -> None:
    row = {"title": "01-2-2", "obtained_on": "2005-05-20"}
    page = Page(browser_of(someone()).post(STEP, typed(row, row)))
    assert page.status == 422 and 'id="error-qualifications-1-title"' in page.text and "与第 1 项重复" in page.summary


@pytest.mark.parametrize(
    ("holds", "status", "rows"), [(True, "1", 1), (False, "1", 0), (False, "3", 1), (True, "2", 1)]
)
def test_who_is_expected_to_hold_a_title_finds_its_row_open(holds: bool, status: str, rows: int) -> None:
    client = browser_of(someone(holds=holds, status=status))
    page = client.get(STEP).content.decode().split("<template>")[0]
    assert rows_in(page) == rows


def test_who_said_to_hold_a_title_and_gives_none_is_asked_once() -> None:
    user = someone(until=None)
    client = browser_of(user)
    empty = {"title": "", "obtained_on": ""}
    assert MEANT not in client.get(STEP).content.decode()
    page = Page(client.post(STEP, typed(empty)))
    assert page.status == 422 and page.faults.keys() == {MEANT} and ASKED in page.faults[MEANT]
    assert shown(page)[MEANT] == "" and rows_in(page.text.split("<template>")[0]) == 1
    assert client.post(STEP, typed(empty, **{MEANT: "on"})).status_code == 302
    assert saved(user)[MEANT] is True and saved(user)["qualifications"] == []
    again = client.get(STEP)
    assert shown(Page(again))[MEANT] == "on" and rows_in(again.content.decode().split("<template>")[0]) == 0
    record = submit(user)
    assert not hasattr(sections_2_of(current_version(record)).professional, MEANT)
    fields = shown(Page(client.get(CHANGE)))
    assert client.post(CHANGE, fields).headers["Location"] == "/changes/?done=unchanged"
    assert client.post(CHANGE, typed(based_on="1")).status_code == 302  # a record is not asked again


def test_the_question_passes_at_once_and_is_no_answer_with_a_title() -> None:
    user = someone()
    client = browser_of(user)
    assert client.post(STEP, typed(**{MEANT: "on"})).status_code == 302
    row = {"title": "01-2-2", "obtained_on": "2005-05-20"}
    assert client.post(STEP, typed(row, **{MEANT: "on"})).status_code == 302
    assert MEANT not in saved(user)


def test_who_said_to_hold_none_is_not_asked() -> None:
    user = someone(holds=False)
    assert browser_of(user).post(STEP, typed(**{MEANT: "on"})).status_code == 302
    assert MEANT not in saved(user)
