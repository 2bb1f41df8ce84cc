"""Employer first (R3.4, docs/adr/0078): found by name or code, filled in, said, folded; and who belongs where."""

import random
import re

import pytest
from django.test import Client

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.sections import employers
from kuaiji.accountants.sections.forms.employment import WHO_BELONGS
from kuaiji.common.http import PartnerUnavailable
from kuaiji.exchange.partners.employers import Employer
from people.client_visitor import Page
from people.factories.records import DraftFactory
from people.persons import Fields, make_person

pytestmark = pytest.mark.django_db
STEP, SEARCH = "/collection/employment/", "/collection/employers/"
FOUND = Employer(
    name="东莞市示例电子有限公司",
    uscc="91441900MA4UJ8E57Q",
    industry="39",
    economic_type="05",
    address="东莞市示例路8号",
    phone="0769-22000000",
    division_code="441900",
)
SEVEN = {
    "employer_name", "employer_uscc", "employer_industry", "employer_economic_type", "employer_address",
    "employer_phone", "division_code",
}  # fmt: skip


class Register:
    """Has one employer, or is away; keeps what it was asked."""

    def __init__(self, employer: Employer | None, away: bool = False) -> None:
        self.employer, self.away, self.asked = employer, away, list[str]()

    def search_employers(self, q: str, limit: int = 10) -> list[Employer]:
        self.asked.append(q)
        if self.away:
            raise PartnerUnavailable("employers", "timeout")
        return [self.employer] if self.employer else []


@pytest.fixture
def register(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Register:
    made = Register(*getattr(request, "param", (FOUND,)))
    monkeypatch.setattr(employers, "employer_search", lambda: made)
    return made


@pytest.fixture
def client() -> Client:
    person = make_person(random.Random(1), status="1")
    client = Client()
    client.force_login(DraftFactory.create(person=person, until=SectionSlug.EMPLOYMENT).user)
    return client


def typed(**fields: str) -> Fields:
    rows = {"periods-TOTAL_FORMS": "0", "periods-INITIAL_FORMS": "0"}
    return rows | {"employment_status": "1", "employer_name": "东莞市示例", "action": "search_employer"} | fields


def fold(page: str) -> str:
    """The start tag of the fold with what an employer fills in."""
    found = re.search(r'<details class="k-particulars"[^>]*>', page)
    assert found
    return found[0]


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("91441900MA4UJ8E57Q", "91441900MA4UJ8E57Q"),
        (" ９１４４１９００－ma4uj8e57q ", "91441900MA4UJ8E57Q"),
        ("91441900", "91441900"),
        ("东莞市示例", "东莞市示例"),
        ("Sample Trading", "Sample Trading"),
        ("12345678", "12345678"),
    ],
)
def test_an_employer_is_searched_for_by_name_or_by_code(
    register: Register, client: Client, words: str, asked: str
) -> None:
    assert client.get(SEARCH, {"q": words}).status_code == 200
    client.post(STEP, typed(employer_name=words))
    assert register.asked == [asked, asked]


@pytest.mark.usefixtures("register")
def test_what_was_found_is_shown_where_it_was_asked_for(client: Client) -> None:
    page = client.post(STEP, typed()).content.decode()
    assert "找到 1 个单位" in page and FOUND.name in page and 'id="found-employers"' in page
    assert page.count('formaction="#found-employers"') == 2


PLACES = [("440103", "已填入 7 项，行政区划改为东莞市"), ("441900", "已填入 7 项，行政区划为东莞市"),
          ("", "已填入 7 项，行政区划为东莞市")]  # fmt: skip


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(("before", "words"), PLACES)
def test_a_pick_fills_seven_fields_says_so_and_folds_them(client: Client, before: str, words: str) -> None:
    page = Page(client.post(STEP, typed(fill_employer=FOUND.uscc, action="", division_code=before)))
    fields = next(form["fields"] for form in page.forms if "employer_name" in form["fields"])
    assert {name: fields[name] for name in SEVEN} == {
        "employer_name": FOUND.name,
        "employer_uscc": FOUND.uscc,
        "employer_industry": FOUND.industry,
        "employer_economic_type": FOUND.economic_type,
        "employer_address": FOUND.address,
        "employer_phone": FOUND.phone,
        "division_code": FOUND.division_code,
    }
    assert words in page.text and "改为" not in page.text.replace(words, "")
    assert not page.faults and not page.summary  # a button that only searches checks nothing
    assert " open" not in fold(page.text) and f"{FOUND.uscc} · " in page.text and "· 东莞市</span>" in page.text


@pytest.mark.parametrize("register", [(FOUND.model_copy(update={"division_code": "110105"}),)], indirect=True)
@pytest.mark.usefixtures("register")
def test_an_employer_elsewhere_leaves_the_region_to_the_person_and_says_so(client: Client) -> None:
    page = Page(client.post(STEP, typed(fill_employer=FOUND.uscc, action="", division_code="440103")))
    fields = next(form["fields"] for form in page.forms if "employer_name" in form["fields"])
    assert fields["division_code"] == "440103" and "已填入 6 项" in page.text and "北京市" in page.text
    told = client.get(SEARCH, {"q": "东莞"}).json()["results"][0]
    assert told["elsewhere"] and "division_code" not in told["fields"]


@pytest.mark.parametrize("register", [(FOUND.model_copy(update={"phone": ""}),)], indirect=True)
@pytest.mark.usefixtures("register")
def test_what_the_register_does_not_know_stays_to_be_typed(client: Client) -> None:
    page = client.post(STEP, typed(fill_employer=FOUND.uscc, action="", employer_phone="13800138000")).content.decode()
    assert "已填入 6 项" in page and 'value="13800138000"' in page
    page = client.post(STEP, typed(fill_employer=FOUND.uscc, action="")).content.decode()
    assert " open" in fold(page)


NOTHING = [((None, False), "没有找到，可直接填写下面的内容"), ((None, True), "单位登记库暂时连不上")]


@pytest.mark.parametrize(("register", "words"), NOTHING, indirect=["register"])
@pytest.mark.usefixtures("register")
def test_that_nothing_was_found_is_said_and_the_fields_are_open(client: Client, words: str) -> None:
    page = client.post(STEP, typed()).content.decode()
    assert words in page and " open" in fold(page)


@pytest.mark.usefixtures("register")
def test_saved_particulars_are_folded_and_faulty_ones_are_not(client: Client) -> None:
    person = make_person(random.Random(1), status="1")
    fields = person.sections["employment"]
    assert client.post(STEP, fields).status_code == 302
    assert " open" not in fold(client.get(STEP).content.decode())
    for name in ("employer_uscc", "employer_phone", "division_code"):
        page = client.post(STEP, fields | {name: "123"}).content.decode()
        assert f'id="error-{name}"' in page and " open" in fold(page)


def test_the_employer_is_asked_before_the_region_and_who_belongs_where_is_said(client: Client) -> None:
    page = client.get(STEP).content.decode()
    assert page.index('name="employer_name"') < page.index('name="division_code"')
    for words in WHO_BELONGS.values():
        assert f"<small>{words}</small>" in page
    for word in ("退休", "内退", "自由职业", "代理记账", "兼职", "实习"):
        assert any(word in words for words in WHO_BELONGS.values()), word


def test_who_is_collected_by_a_central_body_is_told_at_the_region(client: Client) -> None:
    page = client.get(STEP).content.decode()
    told = page[page.index("在中央单位、中央企业总部或军队工作？") :]
    for body in ("国家机关事务管理局财务管理司", "中共中央直属机关事务管理局", "中央军委后勤保障部财务局"):
        assert body in told
    assert "省本级" in page and "市本级" in page


def test_years_are_shown_as_counted_and_typed_only_to_disagree(client: Client) -> None:
    fields = make_person(random.Random(1), status="1").sections["employment"] | {"accounting_years": ""}
    more = re.compile(r'<details class="k-more"(?P<open> open)?>\s*<summary><span data-years')
    assert not more.search(client.get(STEP).content.decode())["open"]  # type: ignore[index]
    client.post(STEP, fields)
    page = client.get(STEP).content.decode()
    assert re.search(r"从事会计工作年限按此推算为 \d+ 年", page)
    assert not more.search(page)["open"]  # type: ignore[index]
    client.post(STEP, fields | {"accounting_years": "1"})
    assert more.search(client.get(STEP).content.decode())["open"]  # type: ignore[index]
    page = client.post(STEP, fields | {"accounting_years": "多年"}).content.decode()
    assert more.search(page)["open"] and 'id="error-accounting_years"' in page  # type: ignore[index]
