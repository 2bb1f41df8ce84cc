"""A submission that waits for the identity check, as the person sees it: pressed, looked at, taken back, answered."""

import random
import re

import pytest
from django.test import Client
from django.urls import reverse

from kuaiji.accountants.models import ExamRow, Record, RecordVersion
from kuaiji.audit.models import AccessLog
from kuaiji.collection.models import Submission
from kuaiji.collection.progress import progress_of
from kuaiji.collection.tasks import settle_submissions
from kuaiji.exchange.models import OutboxMessage
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import Check, User
from kuaiji.identity.partner_checks.services import PENDING, ask_open_checks, first_check
from people.persons import make_person
from people.records.drafts import fill_in
from people.records.users import make_user
from tests.support.partners import LOOKUPS, Others, others

__all__ = ["others"]
pytestmark = pytest.mark.django_db
IDENTITY = "/identity/checks"
MAIN = re.compile(r"<main.*</main>", re.DOTALL)


def arrived(others: Others, seed: int = 1) -> tuple[User, Client]:
    """Somebody with a whole draft whose identity nobody has answered for, and the service is still away."""
    person = make_person(random.Random(seed), status="1")
    user, client = make_user(person), Client()
    fill_in(user, person)
    for kind in CheckKind:
        first_check(user, kind, PENDING).save()
    others.down = (IDENTITY,)
    client.force_login(user)
    return user, client


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.headers.get("Location")
    found: str = MAIN.findall(response.content.decode())[0]
    return found


def test_pressing_submit_while_the_service_is_away_waits_and_says_so(others: Others) -> None:
    user, client = arrived(others)
    response = client.post("/collection/review/")
    assert (response.status_code, response.headers["Location"]) == (302, "/collection/waiting/")
    assert others.asked == [IDENTITY]  # asked once more at the button, and nobody was asked who holds the person
    for model in (Record, RecordVersion, ExamRow, OutboxMessage):
        assert not model.objects.exists()
    page, own = read(client, "/collection/waiting/"), read(client, "/me/")
    for words in ("待核验", "对方系统还没有答复", "不需要办理什么", "打印信息档案、信息变更、跨省调转"):
        assert words in page and words in own
    moment = Submission.objects.get().submitted_at.astimezone()
    assert f"{moment.year}年{moment.month}月" in page and "撤回修改" in page and user.name in page
    assert AccessLog.objects.filter(subject_id=user.pk, action="collection.waiting").exists()
    for path in ("", "notice/", "personal/", "employment/", "review/"):
        assert client.get(f"/collection/{path}").headers["Location"] == "/collection/waiting/"
    assert client.post("/collection/review/").headers["Location"] == "/collection/waiting/"
    assert client.get("/collection/done/").headers["Location"] == "/collection/"
    for name in ("archives:archive", "changes:overview", "applications:correction_new", "transfers:outs"):
        response = client.get(reverse(name), follow=True)
        assert response.redirect_chain and "待核验" in response.content.decode(), name
    assert Submission.objects.count() == 1


def test_a_yes_makes_the_record_and_the_page_leads_there(others: Others) -> None:
    user, client = arrived(others)
    client.post("/collection/review/")
    settle_submissions(timestamp=0)
    assert not Record.objects.exists()  # no answer is no yes, however often the job comes by
    others.down = ()
    ask_open_checks(user)
    settle_submissions(timestamp=0)
    assert Record.objects.get().user == user and OutboxMessage.objects.count() == 1
    assert others.asked[-1] == LOOKUPS
    assert client.get("/collection/waiting/").headers["Location"] == "/collection/done/"
    assert client.post("/collection/waiting/withdraw/").headers["Location"] == "/collection/done/"
    assert "信息已采集" in read(client, "/collection/done/") and "待核验" not in read(client, "/me/")


def test_who_is_held_elsewhere_is_found_before_the_record_is_made(others: Others) -> None:
    user, client = arrived(others)
    client.post("/collection/review/")
    others.down, others.held_by = (), {"code": "430000", "name": "湖南省"}
    Check.objects.filter(user=user, kind=CheckKind.IDENTITY).update(
        outcome=CheckOutcome.CLEAR, next_attempt_at=None, checked_at=Submission.objects.get().submitted_at
    )
    settle_submissions(timestamp=0)
    assert not Record.objects.exists() and Submission.objects.get().state == "returned"
    assert "您已在湖南省采集" in read(client, "/collection/")


def test_a_no_gives_the_answers_back_with_the_way_out(others: Others) -> None:
    user, client = arrived(others)
    answers = dict(progress_of(user).answers)
    client.post("/collection/review/")
    others.down, others.matches = (), False
    ask_open_checks(user)
    settle_submissions(timestamp=0)
    assert Submission.objects.get().state == "refused" and not Record.objects.exists()
    assert progress_of(user).answers == answers
    for path in ("/collection/", "/me/"):
        page = read(client, path)
        assert "没有通过，已退回" in page and "财政部门" in page
    assert client.get("/collection/waiting/").headers["Location"] == "/collection/"


def test_taken_back_it_is_a_draft_that_can_be_changed_and_submitted_again(others: Others) -> None:
    user, client = arrived(others)
    answers = dict(progress_of(user).answers)
    client.post("/collection/review/")
    assert client.get("/collection/waiting/withdraw/").status_code == 405
    for _ in range(2):  # pressed twice it is taken back once
        assert client.post("/collection/waiting/withdraw/").headers["Location"] == "/collection/"
    assert Submission.objects.get().state == "withdrawn" and progress_of(user).answers == answers
    assert "没有通过" not in read(client, "/collection/")
    assert client.get("/collection/awards/").status_code == 200
    assert client.post("/collection/review/").headers["Location"] == "/collection/waiting/"
    assert sorted(Submission.objects.values_list("state", flat=True)) == ["waiting", "withdrawn"]


def test_nobody_takes_back_what_is_anothers(others: Others) -> None:
    _, client = arrived(others)
    client.post("/collection/review/")
    _, stranger = arrived(others, seed=2)
    stranger.post("/collection/waiting/withdraw/")
    assert Client().post("/collection/waiting/withdraw/").headers["Location"].startswith("/login/")
    assert Submission.objects.get().state == "waiting"
