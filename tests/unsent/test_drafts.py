"""信息变更, 变更姓名, 申请调出 and 更正申请 keep what was typed and not sent, as the collection does (ADR 0069)."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from kuaiji.accountants.models import Record
from kuaiji.attachments.models import Attachment
from kuaiji.identity.models import User
from kuaiji.transfers.enums import PROOF
from kuaiji.transfers.models import TransferOut
from kuaiji.unsent.models import UnsentForm
from kuaiji.unsent.services import MOST_CHARACTERS, OpenedPage, StaleForm, keep_form
from people.client_visitor import ClientVisitor, Page
from people.persons import make_person, make_picture
from people.records.drafts import attachment, fill_in, operation, submit
from people.records.users import make_user
from tests.support.form_links import FormLinks
from tests.support.together import together

JSON = {"Accept": "application/json"}
WORDS = "示例路 <9> 号"
ROW = {"qualifications-TOTAL_FORMS": "1", "qualifications-0-obtained_on": "去年"}
FORMS = {  # by address: where 稍后继续 leads, what is typed, what the draft is called
    "/changes/personal/": ("/changes/?kept=personal", {"email": "wang@"}, "变更个人信息"),
    "/changes/education/": ("/changes/?kept=education", {"full_time_graduated_on": "1992年"}, "变更学历信息"),
    "/changes/employment/": ("/changes/?kept=employment", {"employer_phone": "还不知道"}, "变更工作信息"),
    "/changes/professional/": ("/changes/?kept=professional", ROW, "变更专业技术信息"),
    "/changes/awards/": ("/changes/?kept=awards", {"awards-TOTAL_FORMS": "1", "awards-0-name": WORDS}, "变更奖励信息"),
    "/changes/name/": ("/changes/?kept=name", {"name": "新名字", "reason": ""}, "变更姓名"),
    "/transfers/out/new/": ("/transfers/out/?kept=out", {"destination_platform": "440300", "reason": "去"}, "申请调出"),
    "/me/corrections/new/document/": (
        "/me/corrections/?kept=document", {"document_number": "12", "reason": "填错"}, "更正证件类型和证件号码",
    ),
}  # fmt: skip


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel("2026-11-21 09:00+08:00", tick=False) as moving:
        yield moving


def collected() -> tuple[User, ClientVisitor]:
    person = make_person(random.Random(5), status="1")
    user, visitor = make_user(person), ClientVisitor()
    fill_in(user, person)
    submit(user)
    visitor.client.force_login(user)
    visitor.open("/me/")
    return user, visitor


def form_of(page: Page | None) -> dict[str, str]:
    assert page is not None
    return dict(next(form["fields"] for form in page.forms if "whose" in form["fields"]))


def press(visitor: ClientVisitor, path: str, button: str | None, typed: dict[str, Any], **more: Any) -> Any:
    fields = form_of(visitor.page) | typed | ({"action": button} if button else {})
    return visitor.client.post(path, fields, **more)


def stands(visitor: ClientVisitor, path: str, typed: dict[str, str]) -> None:
    """The page shows what was typed, and blames nothing."""
    page = visitor.open(path)
    shown = form_of(page)
    assert {name: shown.get(name) for name in typed if name != "reason"}.items() <= typed.items()
    assert all(escape(value) in page.text for value in typed.values())
    assert "error-summary" not in page.text and not page.faults


@pytest.mark.django_db
@pytest.mark.parametrize("path", FORMS)
def test_what_is_left_is_told_comes_back_and_can_be_given_up(path: str) -> None:
    leads, typed, title = FORMS[path]
    _, visitor = collected()
    record = Record.objects.get()
    visitor.open(path)
    before = form_of(visitor.page)
    answer = press(visitor, path, "later", typed)
    assert answer.headers["Location"] == leads
    page = visitor.open(leads)
    assert "草稿已保存，还没有生效" in page.text and f">{title}</a>" in page.text
    assert "未提交的" in visitor.open(leads.partition("?")[0]).text
    stands(visitor, path, typed)
    assert visitor.page and "您有一份未提交的" in visitor.page.text and "90 天没有接着填的" in visitor.page.text
    assert "wang" not in repr(UnsentForm.objects.values_list().get()) and UnsentForm.objects.count() == 1
    assert Record.objects.get().version == record.version
    press(visitor, path, "discard", {})
    assert not UnsentForm.objects.exists()
    again = form_of(visitor.open(path))
    assert {n: v for n, v in again.items() if n not in ("draft", "csrfmiddlewaretoken")} == {
        n: v for n, v in before.items() if n not in ("draft", "csrfmiddlewaretoken")
    }


@pytest.mark.django_db
@pytest.mark.parametrize("path", FORMS)
def test_a_refused_form_and_one_that_a_script_saves_are_kept(path: str, clock: Any) -> None:
    _, typed, _ = FORMS[path]
    _, visitor = collected()
    visitor.open(path)
    assert press(visitor, path, None, typed).status_code == 422
    stands(visitor, path, typed)
    clock.shift(5)
    press(visitor, path, "discard", {})
    visitor.open(path)
    saved = press(visitor, path, "later", typed, headers=JSON)
    assert (saved.status_code, saved.json()) == (200, {"saved": "9:00", "refused": {}})
    stands(visitor, path, typed)


@pytest.mark.django_db
@pytest.mark.parametrize("path", FORMS)
def test_an_untouched_form_leaves_nothing(path: str) -> None:
    _, visitor = collected()
    visitor.open(path)
    assert "kept" not in press(visitor, path, "later", {}).headers["Location"]
    assert not UnsentForm.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("path", FORMS)
def test_a_second_tab_is_told_and_may_choose(path: str, clock: Any) -> None:
    user, visitor = collected()
    other, (_, typed, _) = ClientVisitor(), FORMS[path]
    other.client.force_login(user)
    for tab in (visitor, other):
        tab.open(path)
    press(visitor, path, "later", typed, headers=JSON)
    clock.shift(5)
    name = next(reversed(typed))
    told = press(other, path, "later", typed | {name: "另外的"}, headers=JSON)
    assert (told.status_code, told.json()) == (409, {"stale": "9:00"})
    answer = press(other, path, "later", typed | {name: "另外的"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "在别处填写过（9:00）" in page and "另外的" in page
    other.page = Page(answer)
    assert press(other, path, "later", typed | {name: "另外的"}).status_code == 302
    assert "另外的" in visitor.open(path).text


@pytest.mark.django_db
def test_a_change_that_is_saved_ends_its_draft_alone() -> None:
    _, visitor = collected()
    for path in ("/changes/personal/", "/changes/education/"):
        visitor.open(path)
        press(visitor, path, "later", FORMS[path][1])
    visitor.open("/changes/personal/")
    assert press(visitor, "/changes/personal/", None, {"email": "new@example.com"}).status_code == 302
    assert [row.form for row in UnsentForm.objects.all()] == ["changes.education"]
    assert Record.objects.get().version == 2


@pytest.mark.django_db
def test_an_application_that_is_sent_ends_its_draft() -> None:
    user, visitor = collected()
    attachment(user, PROOF)
    path = "/transfers/out/new/"
    visitor.open(path)
    press(visitor, path, "later", {"destination_platform": "440300", "reason": "工作调动"})
    visitor.open(path)
    answer = press(visitor, path, "save", {"destination_division": "440304", "reason": "工作调动"})
    assert answer.headers["Location"] == "/transfers/out/?applied=1"
    assert TransferOut.objects.count() == 1 and not UnsentForm.objects.exists()


@pytest.mark.django_db
def test_giving_up_takes_the_pictures_along() -> None:
    _, visitor = collected()
    visitor.open("/changes/name/")
    proof = SimpleUploadedFile("a.jpg", make_picture(random.Random(1), 600, 800), content_type="image/jpeg")
    press(visitor, "/changes/name/", "later", {"name_proof": proof})
    assert "已收到" in visitor.open("/changes/name/").text and UnsentForm.objects.exists()
    press(visitor, "/changes/name/", "discard", {})
    assert not UnsentForm.objects.exists() and not Attachment.objects.filter(claimed_at=None).exists()


@pytest.mark.race
def test_two_pages_at_once_leave_one_draft_and_one_is_told() -> None:
    user, _ = collected()

    def keep(name: str) -> Any:
        opened = OpenedPage(name * 16, 0)
        fields = {"reason": [name]}
        try:
            return keep_form(operation=operation(user), user=user, form="changes.name", fields=fields, opened=opened)
        except StaleForm:
            return None

    outcomes = together([lambda: keep("a"), lambda: keep("b")])
    assert sum(outcome is None for outcome in outcomes) == 1
    row = UnsentForm.objects.select_related("person_key").get()
    assert row.fields == {"reason": [row.page[0]]} and row.revision == 1


@pytest.mark.django_db
@pytest.mark.parametrize("path", FORMS)
def test_what_is_too_much_is_said_alone_and_nothing_is_kept(path: str) -> None:
    """Beside faults of what was typed the person would mend those, and lose it all the same."""
    _, visitor = collected()
    visitor.open(path)
    answer = press(visitor, path, "later", FORMS[path][1] | {"remark": "长" * MOST_CHARACTERS})
    page = answer.content.decode()
    assert answer.status_code == 422 and "填写的内容超过 10 万字，没有保存" in page
    summary = page.partition('id="error-summary"')[2].partition("</div>")[0]
    assert "没有办成" in summary and summary.count("<li>") == 1 and page.count('id="error-') == 1
    assert not UnsentForm.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("path", FORMS)
def test_no_link_in_the_form_drops_what_was_typed(path: str) -> None:
    """Without script nothing keeps it: what one looks at meanwhile opens beside the form."""
    _, visitor = collected()
    page = visitor.open(path).text
    assert "data-autosave" in page and FormLinks(page).found == []
