"""Nothing typed in a step is lost by leaving it: 稍后继续, 上一步, a refusal, and what a script saves (ADR 0069)."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kuaiji.attachments.models import Attachment
from kuaiji.audit.models import Event
from kuaiji.collection.models import Draft, StepAnswers
from kuaiji.collection.tasks import sweep_drafts
from kuaiji.identity.models import User
from kuaiji.unsent.models import UnsentForm
from kuaiji.unsent.services import MOST_CHARACTERS
from kuaiji.unsent.tasks import sweep_forms
from people.client_visitor import ClientVisitor, Page
from people.persons import Person, make_person, make_picture
from people.records.drafts import fill_in
from people.records.users import make_user
from tests.support.form_links import FormLinks

pytestmark = pytest.mark.django_db

SECTIONS = ("personal", "education", "employment", "professional", "awards")
JSON = {"Accept": "application/json"}
HALF = {  # what nobody could save: half answers, wrong ones, none at all
    "personal": {"email": "wang@", "political_status": ""},
    "education": {"full_time_school": "示例大学", "full_time_graduated_on": "1992年"},
    "employment": {"employment_status": "1", "employer_name": "示例公司", "employer_uscc": "9144"},
    "professional": {"qualifications-TOTAL_FORMS": "2", "qualifications-0-name": "会计师",
                     "qualifications-1-level": "2"},
    "awards": {"awards-TOTAL_FORMS": "1", "awards-0-name": "先进会计", "awards-0-level": ""},
}  # fmt: skip


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel("2026-11-21 09:00+08:00", tick=False) as moving:
        yield moving


def someone(*, before: str = "", seed: int = 1) -> tuple[User, ClientVisitor, Person]:
    """A person who has saved the steps before one, all without a name, in a browser that shows the overview."""
    person = make_person(random.Random(seed), status="1")
    user, visitor = make_user(person), ClientVisitor()
    fill_in(user, person)
    if before:
        StepAnswers.objects.filter(step__in=SECTIONS[SECTIONS.index(before) :]).delete()
    visitor.client.force_login(user)
    visitor.open("/collection/")
    return user, visitor, person


def step_form(page: Page | None) -> dict[str, str]:
    assert page is not None
    return dict(next(form["fields"] for form in page.forms if "whose" in form["fields"]))


def press(visitor: ClientVisitor, slug: str, button: str | None, typed: dict[str, Any], **more: Any) -> Any:
    """Type into the step that stands in the browser and press a button; what came back, not followed."""
    fields = step_form(visitor.page) | typed | ({"action": button} if button else {})
    return visitor.client.post(f"/collection/{slug}/", fields, **more)


def shown(visitor: ClientVisitor, slug: str) -> dict[str, str]:
    return step_form(visitor.open(f"/collection/{slug}/"))


@pytest.mark.parametrize("slug", SECTIONS)
def test_later_keeps_a_half_filled_step_and_says_so(slug: str) -> None:
    _, visitor, _ = someone(before=slug)
    visitor.open(f"/collection/{slug}/")
    answer = press(visitor, slug, "later", HALF[slug])
    assert answer.headers["Location"] == f"/collection/?kept={slug}"
    page = visitor.open(answer.headers["Location"])
    assert "填写的内容已保存，可以随时继续" in page.text and "填写中" in page.text
    assert not StepAnswers.objects.filter(step=slug).exists()
    again = shown(visitor, slug)
    assert visitor.page and visitor.page.status == 200 and not visitor.page.faults
    assert "error-summary" not in visitor.page.text  # what is wrong is said when it is asked for
    assert again.items() >= {name: value for name, value in HALF[slug].items() if "INITIAL" not in name}.items()
    assert "填写的内容，请接着填" in visitor.page.text


@pytest.mark.parametrize("slug", SECTIONS)
def test_back_keeps_it_as_well_and_leads_to_the_step_before(slug: str) -> None:
    _, visitor, _ = someone(before=slug)
    visitor.open(f"/collection/{slug}/")
    answer = press(visitor, slug, "back", HALF[slug])
    previous = ("notice", *SECTIONS)[SECTIONS.index(slug)]
    assert answer.headers["Location"] == f"/collection/{previous}/?kept={slug}"
    assert "填写的内容已保存" in visitor.open(answer.headers["Location"]).text
    assert shown(visitor, slug).items() >= HALF[slug].items()


@pytest.mark.parametrize("slug", SECTIONS)
def test_a_refused_step_is_kept_as_typed(slug: str) -> None:
    _, visitor, _ = someone(before=slug)
    visitor.open(f"/collection/{slug}/")
    wrong = HALF[slug] | ({"professional-x": "1"} if slug == "professional" else {})
    answer = press(visitor, slug, None, wrong)
    assert answer.status_code == 422
    assert shown(visitor, slug).items() >= HALF[slug].items() and "error-summary" not in visitor.page.text  # type: ignore[union-attr]
    assert press(visitor, slug, None, {}).status_code == 422  # now it is asked for


def test_an_untouched_step_leaves_nothing_and_is_not_done() -> None:
    _, visitor, _ = someone(before="awards")
    for button in ("later", "back"):
        visitor.open("/collection/awards/")
        answer = press(visitor, "awards", button, {})
        assert "kept" not in answer.headers["Location"]
    assert not UnsentForm.objects.exists() and not StepAnswers.objects.filter(step="awards").exists()
    assert "填写中" not in visitor.open("/collection/").text


def test_saved_answers_stand_beside_what_is_typed_until_it_is_saved_or_given_up() -> None:
    _, visitor, _ = someone()
    stood = StepAnswers.objects.get(step="personal").data
    visitor.open("/collection/personal/")
    press(visitor, "personal", "later", {"email": "new@example.com"})
    assert StepAnswers.objects.get(step="personal").data == stood
    assert "填写中" in visitor.open("/collection/").text
    assert visitor.client.get("/collection/review/").headers["Location"] == "/collection/personal/"
    assert shown(visitor, "personal")["email"] == "new@example.com" and "有修改还没有保存" in visitor.page.text  # type: ignore[union-attr]
    press(visitor, "personal", "discard", {})
    assert shown(visitor, "personal")["email"] == stood["email"] and not UnsentForm.objects.exists()
    assert [event.kind for event in Event.objects.order_by("id")][-2:] == ["FormKept", "FormDropped"]
    press(visitor, "personal", "later", {"email": "new@example.com"})
    assert shown(visitor, "personal")["email"] == "new@example.com"
    assert press(visitor, "personal", None, {}).headers["Location"] == "/collection/education/"
    assert StepAnswers.objects.get(step="personal").data["email"] == "new@example.com"
    assert not UnsentForm.objects.exists() and visitor.client.get("/collection/review/").status_code == 200


def test_typing_back_what_is_saved_leaves_nothing() -> None:
    _, visitor, _ = someone()
    email = shown(visitor, "personal")["email"]
    press(visitor, "personal", "later", {"email": "new@example.com"})
    assert UnsentForm.objects.count() == 1
    visitor.open("/collection/personal/")
    press(visitor, "personal", "later", {"email": email})
    assert not UnsentForm.objects.exists()


def test_from_the_check_page_one_goes_back_only_with_nothing_unsaved() -> None:
    _, visitor, _ = someone()
    visitor.open("/collection/education/?then=review")
    assert press(visitor, "education", "back", {}).headers["Location"] == "/collection/review/"
    answer = press(visitor, "education", "back", {"full_time_school": "另一所大学"})
    assert answer.headers["Location"] == "/collection/education/?then=review&kept=education"
    page = visitor.open(answer.headers["Location"])
    assert "保存，返回核对" in page.text and "放弃修改" in page.text


def test_a_picture_goes_with_it_and_comes_back() -> None:
    _, visitor, _ = someone(before="personal")
    photo = SimpleUploadedFile("a.jpg", make_picture(random.Random(1), 600, 800), content_type="image/jpeg")
    visitor.open("/collection/personal/")
    answer = press(visitor, "personal", "later", {"photo": photo})
    assert answer.headers["Location"] == "/collection/?kept=personal"
    row = Attachment.objects.exclude(original=None).latest("id")
    assert "填写中" in visitor.open("/collection/").text
    assert row.get_absolute_url() in visitor.open("/collection/personal/").text


# --- the script ------------------------------------------------------------------------------------------------------


def test_a_script_saves_quietly_and_once_a_second(clock: Any) -> None:
    _, visitor, _ = someone(before="education")
    visitor.open("/collection/education/")
    events = Event.objects.count()
    first = press(visitor, "education", "later", {"full_time_school": "示例"}, headers=JSON)
    assert (first.status_code, first.json()) == (200, {"saved": "9:00", "refused": {}})
    assert press(visitor, "education", "later", {"full_time_school": "示例大"}, headers=JSON).status_code == 429
    clock.shift(61)
    second = press(visitor, "education", "later", {"full_time_school": "示例大学"}, headers=JSON)
    assert second.json()["saved"] == "9:01"
    assert Event.objects.count() == events + 1  # one a draft, however often it is saved
    assert shown(visitor, "education")["full_time_school"] == "示例大学"
    clock.shift(2)
    nothing = press(visitor, "education", "later", {"full_time_school": ""}, headers=JSON)
    assert nothing.json() == {"saved": None, "refused": {}} and not UnsentForm.objects.exists()


def test_a_save_that_was_overtaken_changes_nothing(clock: Any) -> None:
    _, visitor, _ = someone(before="education")
    visitor.open("/collection/education/")
    for nth, school in (("1", "甲"), ("3", "丙"), ("2", "乙")):
        clock.shift(5)
        answer = press(visitor, "education", "later", {"full_time_school": school, "nth": nth}, headers=JSON)
        assert answer.status_code == 200
    assert shown(visitor, "education")["full_time_school"] == "丙"


def test_a_second_tab_is_told_and_may_choose(clock: Any) -> None:
    user, visitor, _ = someone(before="education")
    other = ClientVisitor()
    other.client.force_login(user)
    for tab in (visitor, other):
        tab.open("/collection/education/")
    press(visitor, "education", "later", {"full_time_school": "甲大学"}, headers=JSON)
    clock.shift(5)
    told = press(other, "education", "later", {"full_time_school": "乙大学"}, headers=JSON)
    assert (told.status_code, told.json()) == (409, {"stale": "9:00"})
    for button in ("later", None):
        whole = dict(make_person(random.Random(1), status="1").sections["education"]) if button is None else {}
        answer = press(other, "education", button, whole | {"full_time_school": "乙大学"})
        page = answer.content.decode()
        assert answer.status_code == 409 and "在别处填写过（9:00）" in page and 'value="乙大学"' in page
    assert shown(visitor, "education")["full_time_school"] == "甲大学"
    other.page = Page(answer)
    assert press(other, "education", "later", {"full_time_school": "乙大学"}).status_code == 302
    assert shown(visitor, "education")["full_time_school"] == "乙大学"


def test_a_save_of_a_page_from_before_the_step_was_saved_is_stale(clock: Any) -> None:
    _, visitor, _ = someone()
    visitor.open("/collection/personal/")
    old = step_form(visitor.page)
    press(visitor, "personal", None, {"email": "new@example.com"})
    late = visitor.client.post(
        "/collection/personal/", old | {"email": "old@example.com", "action": "later"}, headers=JSON
    )
    assert late.status_code == 409 and not UnsentForm.objects.exists()


def test_a_file_that_is_not_taken_is_told_to_the_script_and_the_words_are_kept() -> None:
    _, visitor, _ = someone(before="personal")
    visitor.open("/collection/personal/")
    broken = SimpleUploadedFile("a.jpg", b"no picture", content_type="image/jpeg")
    typed: dict[str, Any] = {"email": "wang@", "photo": broken}
    answer = press(visitor, "personal", "later", typed, headers=JSON)
    assert answer.status_code == 200 and set(answer.json()["refused"]) == {"photo"}
    broken.seek(0)
    page = press(visitor, "personal", "later", typed)  # without script the fault is shown
    assert page.status_code == 422 and 'id="error-photo"' in page.content.decode()
    assert shown(visitor, "personal")["email"] == "wang@"


def test_too_much_is_refused_and_nothing_is_stored() -> None:
    _, visitor, _ = someone(before="education")
    visitor.open("/collection/education/")
    answer = press(visitor, "education", "later", {"full_time_school": "长" * MOST_CHARACTERS})
    assert answer.status_code == 422 and "10 万字" in answer.content.decode()
    assert not UnsentForm.objects.exists()


def test_strangers_closed_people_and_steps_that_are_not_open_keep_nothing() -> None:
    _, visitor, _ = someone(before="education")
    assert Client().post("/collection/education/", {"action": "later"}, headers=JSON).status_code == 302
    visitor.open("/collection/education/")
    answer = press(visitor, "awards", "later", HALF["awards"])
    assert answer.headers["Location"] == "/collection/education/"
    assert not UnsentForm.objects.exists()


def test_what_is_kept_is_sealed_and_goes_when_nobody_goes_on(clock: Any) -> None:
    _, visitor, _ = someone(before="personal")
    visitor.open("/collection/personal/")
    press(visitor, "personal", "later", {"email": "wang@"})
    assert "wang" not in repr(UnsentForm.objects.values_list().get())
    clock.shift(dt.timedelta(days=89))
    sweep_forms(0)
    sweep_drafts(0)
    assert UnsentForm.objects.exists() and Draft.objects.exists()
    clock.shift(dt.timedelta(days=2))
    sweep_forms(0)
    sweep_drafts(0)
    assert not UnsentForm.objects.exists() and not Draft.objects.exists()


@pytest.mark.parametrize("seed", range(10))
def test_any_part_of_the_answers_comes_back_as_it_was_typed(seed: int) -> None:
    """Random parts of a whole person's answers, some of them spoilt: the same is shown again."""
    choose = random.Random(seed)
    slug = SECTIONS[seed % len(SECTIONS)]
    _, visitor, person = someone(before=slug, seed=seed + 100)
    visitor.open(f"/collection/{slug}/")
    asked = step_form(visitor.page)
    whole = {name: value for name, value in person.sections[slug].items() if value and (name in asked or "-" in name)}
    typed = {name: value for name, value in whole.items() if name.endswith("_FORMS") or choose.random() < 0.6}
    texts = [name for name, value in typed.items() if not value.isascii()]
    typed |= {name: f"{typed[name]}？" for name in texts if choose.random() < 0.3}
    press(visitor, slug, choose.choice(["later", "back"]), typed)
    again = shown(visitor, slug)
    assert {name: again.get(name) for name in typed} == typed


@pytest.mark.parametrize("step", SECTIONS)
def test_no_link_in_a_step_drops_what_was_typed(step: str) -> None:
    """Without script nothing keeps it: what one looks at meanwhile opens beside the form."""
    _, visitor, _ = someone()
    page = visitor.open(f"/collection/{step}/").text
    assert "data-autosave" in page and FormLinks(page).found == []
