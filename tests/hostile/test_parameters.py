"""What pages read besides their forms: addresses to go to, searches, buttons, the numbers of the crop."""

import html
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

import kuaiji
from kuaiji.accountants.models import Record
from kuaiji.attachments.views import CropForm
from kuaiji.desk.people.forms import FilterForm
from kuaiji.desk.queues.forms import AskedForm
from kuaiji.exchange.partners import clients
from kuaiji.staff.enums import Role
from kuaiji.transfers.enums import OutState
from people.factories import TransferOutFactory
from people.hostile.attempts import OF_EVERY_VISIT, Writes, send, standing_at, undone
from people.hostile.doors import DOORS
from people.hostile.doors.scenes import UNSENT, Scene
from people.hostile.values import PLAIN
from people.houses.loopback import Loopback, loopback, reply
from people.persons import make_person, make_picture
from people.records.drafts import fill_in, submit
from people.records.users import make_user
from tests.support.members import make_member, signed_in
from tests.support.uploads import send as upload

pytestmark = pytest.mark.django_db
EMPLOYMENT = next(door for door in DOORS if door.title == "employment-1")
AWARDS = next(door for door in DOORS if door.title == "awards-awards")
RENAMING = next(door for door in DOORS if door.title == "name")
READ = re.compile(r"(?:request\.(?:GET|POST)\.get\(\s*|count_in\(request\.(?:GET|POST), )\"(\w+)\"")

AT_THE_DESK = {
    "action", "after", "before", "division", "done", "edits", "factor", "filter", "follows", "kind", "left", "name",
    "next", "page", "period", "q", "right", "role", "s", "session", "words",
}  # fmt: skip


@pytest.fixture
def register() -> Iterator[Loopback]:
    """A register of employers that knows none."""
    with loopback(reply(200, [])) as partner, pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUAIJI_EMPLOYERS_URL", partner.url)
        clients.employer_search.cache_clear()
        yield partner
    clients.employer_search.cache_clear()


def parameters_of(*apps: str) -> set[str]:
    """What their modules read of addresses and posts outside of forms."""
    top = Path(kuaiji.__path__[0])
    sources = (source for app in apps for source in (top / app).rglob("*.py"))
    return {name for source in sources for name in READ.findall(source.read_text("utf-8"))}


def test_every_parameter_outside_of_forms_is_known() -> None:
    """A new one has to be tried here."""
    assert parameters_of("staff", "desk") == AT_THE_DESK
    others = [folder.name for folder in Path(kuaiji.__path__[0]).iterdir() if folder.name not in ("staff", "desk")]
    assert parameters_of(*others) == {
        "action",
        "based_on",
        "before",
        "destination_platform",
        "division",
        "division_code",
        "done",
        "employer_name",
        "fill_employer",
        "kept",
        "left",
        "next",
        "on",
        "page",
        "pressed",
        "q",
        "renewal",
        "revision",
        "right",
        "session",
        "then",
    }


def test_the_inbox_answers_to_any_page() -> None:
    client = Client()
    client.force_login(make_user())
    for case, text in PLAIN.items():
        assert client.get("/me/messages/", {"page": text[:5000]}).status_code == 200, case


def test_the_exam_is_asked_about_in_offered_words_only() -> None:
    client = Client()
    client.force_login(make_user())
    for case, text in PLAIN.items():
        typed = text[:4000]
        for name in ("level", "year"):
            answer = client.get("/me/exam/", {name: typed})
            assert answer.status_code == 422, (case, name)
            assert html.escape(typed) == typed or typed not in answer.content.decode(), (case, name)
        assert client.get("/me/exam/", {"page": typed}).status_code == 200, case


def test_searches_answer_to_anything(register: Loopback) -> None:
    with standing_at(EMPLOYMENT) as scene:
        for case, text in list(PLAIN.items())[::3]:
            typed = text[:4000]
            page = scene.client.get("/directory/", {"q": typed})
            assert page.status_code == 200, case
            assert html.escape(typed) == typed or typed not in page.content.decode(), case
            answer = scene.client.get("/collection/employers/", {"q": typed})
            assert (answer.status_code, answer.json()) == (200, {"results": []}), case
    assert register.requests and all(len(request.path) < 2000 for request in register.requests)


@pytest.mark.parametrize("case", ["script", "nul-inside", "sql-or", "very-long-words", "template", "empty"])
def test_buttons_that_no_page_has_do_nothing_else(case: str, register: Loopback) -> None:
    typed = PLAIN[case]
    with standing_at(EMPLOYMENT) as scene, connection.execute_wrapper(writes := Writes()):
        writes.tables.clear()
        for fields in (
            {"employer_name": typed, "action": "search_employer"},
            {"employer_name": typed, "fill_employer": typed or "x"},
            {"employer_name": "示例", "fill_employer": "x", "division_code": typed},
        ):
            answer = send(EMPLOYMENT, scene, EMPLOYMENT.right | fields)
            assert answer.status_code == 200
            assert html.escape(typed) == typed or typed not in answer.content.decode()
        assert writes.tables <= OF_EVERY_VISIT | UNSENT
    with standing_at(AWARDS) as scene:
        for name in ("then", "action", "revision", "draft", "nth"):
            with undone():
                answer = send(AWARDS, scene, AWARDS.right | {name: typed})
                assert (answer.status_code, answer.headers["Location"]) == (302, AWARDS.leads), name
        page = scene.client.get(AWARDS.path, {"then": typed, "kept": typed}).content.decode()
        assert 'name="then"' not in page and "内容已保存" not in page


def test_pages_of_a_record_answer_to_any_version_and_word() -> None:
    with standing_at(RENAMING) as scene:
        leaving = TransferOutFactory.create(record=Record.objects.get(), state=OutState.REJECTED)
        for case, text in list(PLAIN.items())[::3]:
            typed = text[:4000]
            for path, name in (
                ("/changes/", "done"),
                ("/me/history/", "before"),
                ("/me/history/", "left"),
                ("/transfers/out/new/", "destination_platform"),
                ("/transfers/out/", "applied"),
            ):
                query = {name: typed} | ({"right": typed} if name == "left" else {})
                answer = scene.client.get(path, query)
                assert answer.status_code in (200, 404), (case, name)
                assert html.escape(typed) == typed or typed not in answer.content.decode(), (case, name)
            with undone():
                answer = scene.client.post("/changes/awards/", AWARDS.right | {"based_on": typed})
                assert answer.status_code in (302, 409), case
                answer = scene.client.post(f"/transfers/out/{leaving.pk}/code/", {"renewal": typed})
                assert answer.status_code == 422 and "调转码没有换新" in answer.content.decode(), case


ACTIONS = ("add-", "add-nothing", "remove-awards-99", "remove-awards--1", "add-awards\0", "remove-awards-1e1")


@pytest.mark.parametrize("action", ACTIONS)
def test_rows_change_by_the_page_s_own_buttons_only(action: str) -> None:
    with standing_at(AWARDS) as scene:
        answer = send(AWARDS, scene, AWARDS.right | {"action": action})
        assert answer.status_code in (200, 302)
        if answer.status_code == 200:
            assert answer.content.decode().split("<template>")[0].count('name="awards-0-name"') == 1


def test_the_crop_takes_the_numbers_of_its_page_only() -> None:
    user, client = make_user(), Client()
    client.force_login(user)
    photo = upload(user, "photo", make_picture(random.Random(1), 600, 800))
    scene, path = Scene(client, user), f"/attachments/{photo.pk}/crop/"
    right = {"left": "10", "top": "10", "width": "500", "action": "up"}
    assert set(CropForm.base_fields) == set(right)
    for at, name in enumerate(right):
        for case in sorted(PLAIN.keys() - {"zero"})[at :: len(right)]:
            with connection.execute_wrapper(writes := Writes()):
                answer = scene.client.post(path, right | {name: PLAIN[case]})
            assert answer.status_code == 400 and writes.tables <= OF_EVERY_VISIT, (name, case)
    page = client.get(path, {"pressed": PLAIN["script"]})
    assert page.status_code == 200 and PLAIN["script"] not in page.content.decode()


def test_sessions_end_by_the_page_s_own_buttons_only() -> None:
    client = Client()
    client.force_login(make_user())
    for case in sorted(PLAIN)[::3]:
        with connection.execute_wrapper(writes := Writes()):
            answer = client.post("/me/security/sessions/", {"session": PLAIN[case]})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/me/security/?done=sessions"), case
        assert writes.tables <= OF_EVERY_VISIT, case
    page = client.get("/me/security/", {"done": PLAIN["script"]})
    assert page.status_code == 200 and PLAIN["script"] not in page.content.decode()


def test_pages_of_the_desk_answer_to_any_word() -> None:
    """A foreign word finds the first page, nothing, or a refusal in words; it is never shown unescaped."""
    clerk, manager = (signed_in(make_member(role, bureau="440000")) for role in (Role.CLERK, Role.MANAGER))
    person = make_person(random.Random(5), status="1")
    user = make_user(person)
    fill_in(user, person)
    record = submit(user)
    person_page = f"/staff/people/{record.reference_number}/"
    for case, text in list(PLAIN.items())[::3]:
        typed = text[:2000]
        asked = [
            *(clerk.get("/staff/people/", {name: typed}, follow=True) for name in ("q", "s", "page", "division")),
            *(clerk.get(f"{person_page}timeline/", {name: typed}) for name in ("kind", "before")),
            *(clerk.get(f"{person_page}versions/", {name: typed}) for name in ("left", "right")),
            *(manager.get("/staff/team/", {name: typed}) for name in ("q", "s", "division", "role", "page", "after")),
            *(manager.post("/staff/team/", {name: typed}) for name in ("q", "division", "role")),
            *(clerk.get("/staff/people/", {name: typed}) for name in FilterForm.base_fields),
            *(clerk.get("/staff/applications/", {name: typed}) for name in AskedForm.base_fields),
            clerk.get("/staff/done/", {"before": typed}),
            clerk.get("/staff/login/", {"next": typed}),
            clerk.post("/staff/people/lists/", {"action": "keep", "name": typed}),
            clerk.post("/staff/people/lists/", {"action": typed, "filter": typed}),
            clerk.post("/staff/me/sessions/", {"session": typed}),
            clerk.post("/staff/me/factors/remove/", {"factor": typed}),
        ]
        assert {answer.status_code for answer in asked} <= {200, 302, 303, 400, 404, 422}, case
        for answer in asked:
            shown = typed in answer.content.decode()
            assert html.escape(typed) == typed or not shown, (case, answer.request["PATH_INFO"])
