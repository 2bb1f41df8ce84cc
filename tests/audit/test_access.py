"""Who acts is said by the door; operations are made in one place, where a gate can stop them (ADR 0049)."""

import datetime as dt
import random
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from kuaiji.attachments.models import Attachment
from kuaiji.audit import access, models
from kuaiji.audit.access import Actor, OperationStopped, actor_of, note, operation_of, set_actor
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.middleware import access_log
from kuaiji.audit.services import Operation
from kuaiji.common.registry import AppRegistry
from kuaiji.identity.models import Session, User
from kuaiji.identity.texts.middleware import citizen_acts
from people.persons import make_picture
from people.records.users import make_user

SOMEBODY = uuid.UUID(int=7)
WORDS = "今晚维护，20:00 后再办理"


def request_of(kind: ActorKind) -> HttpRequest:
    request = RequestFactory().get("/")
    set_actor(request, lambda: Actor(kind, SOMEBODY))
    return request


def browser_of_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


class Stopping:
    """A gate that lets operations of one kind not through, and remembers what it was asked about."""

    def __init__(self, kind: OperationKind) -> None:
        self.kind = kind
        self.asked: list[Operation] = []

    def __call__(self, operation: Operation) -> None:
        self.asked.append(operation)
        if operation.kind == self.kind:
            raise OperationStopped("stopped", WORDS)


@pytest.fixture
def gates(monkeypatch: pytest.MonkeyPatch) -> AppRegistry[str, access.OperationGate]:
    """The registry of gates, empty, for one test."""
    empty: AppRegistry[str, access.OperationGate] = AppRegistry("gate")
    monkeypatch.setattr(access, "GATES", empty)
    return empty


@pytest.mark.parametrize("kind", ActorKind)
@pytest.mark.usefixtures("gates")
def test_an_operation_is_of_whoever_the_door_says(kind: ActorKind) -> None:
    operation = operation_of(request_of(kind), OperationKind.CLOSING)
    assert (operation.kind, operation.actor_kind, operation.actor_id) == (OperationKind.CLOSING, kind, SOMEBODY)


def test_a_door_that_does_not_say_who_acts_makes_no_operation() -> None:
    with pytest.raises(RuntimeError, match="said who acts"):
        operation_of(RequestFactory().get("/"), OperationKind.CLOSING)


def test_who_acts_is_asked_when_it_matters() -> None:
    """The person who has just signed in is the one who acts from then on."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(actor_of(request))
        request.user = User(pk=SOMEBODY)
        seen.append(actor_of(request))
        return HttpResponse()

    citizen_acts(view)(request)
    assert seen == [Actor(ActorKind.CITIZEN, None), Actor(ActorKind.CITIZEN, SOMEBODY)]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ActorKind)
def test_the_access_log_takes_the_actor_of_the_request(kind: ActorKind) -> None:
    request = request_of(kind)
    note(request, "portal.me", subject_id=SOMEBODY)
    access_log(lambda request: HttpResponse())(request)
    [row] = models.AccessLog.objects.all()
    assert (row.actor_kind, row.actor_id, row.action) == (kind, SOMEBODY, "portal.me")


@pytest.mark.django_db
def test_a_look_without_an_actor_does_not_leave() -> None:
    request = RequestFactory().get("/")
    note(request, "portal.me")
    with pytest.raises(RuntimeError, match="said who acts"):
        access_log(lambda request: HttpResponse())(request)


def test_the_day_of_an_operation_is_the_chinese_one() -> None:
    night = dt.datetime(2026, 12, 31, 16, 30, tzinfo=dt.UTC)
    operation = Operation(kind=OperationKind.CLOSING, actor_kind=ActorKind.SYSTEM, at=night)
    assert operation.day == dt.date(2027, 1, 1)


def test_every_gate_is_asked_and_any_may_stop(gates: AppRegistry[str, access.OperationGate]) -> None:
    first, second = Stopping(OperationKind.REGISTERING), Stopping(OperationKind.CLOSING)
    gates.register("first", first)
    gates.register("second", second)
    request = request_of(ActorKind.CITIZEN)
    passed = operation_of(request, OperationKind.DRAFT_SAVING)
    assert first.asked == second.asked == [passed]
    with pytest.raises(OperationStopped):
        operation_of(request, OperationKind.CLOSING)


@pytest.mark.django_db
def test_a_stopped_operation_is_told_in_the_form_that_asked_for_it(
    gates: AppRegistry[str, access.OperationGate],
) -> None:
    browser = browser_of_user(make_user())
    gates.register("test", Stopping(OperationKind.PASSWORD_CHANGING))
    fields = {"current_password": "1", "password1": "秋水 blue-heron 88"}
    answer = browser.post("/me/security/password/", fields)
    assert answer.status_code == 422 and WORDS in answer.content.decode()


@pytest.mark.django_db
def test_a_stopped_operation_without_a_form_has_a_page(gates: AppRegistry[str, access.OperationGate]) -> None:
    browser = browser_of_user(make_user())
    gates.register("test", Stopping(OperationKind.SESSION_ENDING))
    before = Session.objects.count()
    answer = browser.post("/me/security/sessions/", {"session": "others"})
    assert answer.status_code == 503 and WORDS in answer.content.decode() and Session.objects.count() == before
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_pages_that_take_files_open_while_files_are_stopped(gates: AppRegistry[str, access.OperationGate]) -> None:
    browser = browser_of_user(make_user())
    browser.post("/collection/notice/", {"truthful": "on"})
    gate = Stopping(OperationKind.FILE_RECEIVING)
    gates.register("test", gate)
    assert browser.get("/collection/personal/").status_code == 200 and gate.asked == []
    photo = SimpleUploadedFile("a.jpg", make_picture(random.Random(1), 600, 800))
    answer = browser.post("/collection/personal/", {"photo": photo})
    assert answer.status_code == 422 and WORDS in answer.content.decode()
    kinds = [operation.kind for operation in gate.asked]
    assert not Attachment.objects.exists() and kinds == [OperationKind.FILE_RECEIVING, OperationKind.DRAFT_SAVING]
