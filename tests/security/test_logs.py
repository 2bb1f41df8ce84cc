"""What the log says of a request that went well, that was refused, that broke; and that it cannot be left out."""

import datetime as dt
import io
import json
import uuid
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client

from kuaiji.audit.enums import ActorKind
from kuaiji.audit.models import AccessLog, RefusalCount
from kuaiji.audit.services import OK, Access, record_accesses
from kuaiji.config.logs import logging_config
from people.records.users import make_user
from people.sign_in_steps import make_details, make_owner

pytestmark = pytest.mark.django_db


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def broken(*args: object, **named: object) -> None:
    raise ValueError("440106199001011234")


def test_a_line_says_when_what_who_and_which_request(written: io.StringIO) -> None:
    """In UTC, as JSON, with the id that the rows of the audit carry too (ASVS 16.2.1, 16.2.2, 16.2.4)."""
    user = make_user()
    client = Client()
    client.force_login(user)
    client.get("/me/?q=secret")
    begun, ended = lines(written)
    assert (begun["event"], ended["event"]) == ("request_started", "request_finished")
    assert begun["request"] == ended["request"] == "GET /me/"
    assert begun["request_id"] == ended["request_id"] == AccessLog.objects.get(action="portal.me").request_id
    assert ended["code"] == 200 and ended["user_id"] == str(user.pk) and ended["level"] == "info" and ended["logger"]
    moment = dt.datetime.fromisoformat(ended["timestamp"])
    assert moment.utcoffset() == dt.timedelta() and abs(dt.datetime.now(dt.UTC) - moment) < dt.timedelta(minutes=5)


def test_lines_go_to_one_place() -> None:
    """Standard error and nowhere else (ASVS 16.2.3)."""
    config = logging_config()
    assert [handler["class"] for handler in config["handlers"].values()] == ["logging.StreamHandler"]
    assert config["root"]["handlers"] == ["out"] and not config["disable_existing_loggers"]
    assert all("handlers" not in logger for logger in config["loggers"].values())


def test_a_fault_leaves_its_class_and_place(written: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kuaiji.portal.views.search_directory", broken)
    assert Client(raise_request_exception=False).get("/directory/", {"q": "广州"}).status_code == 500
    [failed] = [line for line in lines(written) if "exception" in line]
    assert failed["exception"][0] == "ValueError" and failed["level"] == "error" and failed["request_id"]
    assert "440106199001011234" not in written.getvalue()


def test_a_forged_form_and_a_wrong_host_leave_a_line(written: io.StringIO) -> None:
    """Attempts to get around a control are seen (ASVS 16.3.2, 16.3.3)."""
    Client(enforce_csrf_checks=True).post("/login/", {})
    assert [line["level"] for line in lines(written) if line["logger"] == "django.security.csrf"] == ["warning"]
    refused = [line for line in lines(written) if line.get("code") == 403]
    assert refused and refused[0]["level"] == "warning"


def test_a_limit_that_is_reached_is_counted() -> None:
    owner = make_details("one")
    make_owner(owner)
    client = Client()
    for number in range(6):
        client.post("/login/", {"document_number": owner.person.document.number, "password": f"wrong {number}"})
    counts = RefusalCount.objects.values_list("action", "outcome").annotate(total=Sum("count"))
    assert sorted(counts) == [("identity.login", "limit_guess_on_number", 1), ("identity.login", "sign_in_refused", 5)]
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize(
    "path", ["/x%0a%7B%22event%22:%22forged%22%7D", "/%1b[31m", "/%e2%80%a8x", "/%22,%22level%22:%22"]
)
def test_an_address_cannot_forge_a_line(path: str, written: io.StringIO) -> None:
    """ASVS 16.4.1."""
    Client().get(path, headers={"user-agent": "x\x1b[2J", "x-request-id": 'a","b":"c'})
    text = written.getvalue()
    assert all(uuid.UUID(line["request_id"]) for line in lines(written))  # never the client's own
    assert len(text.split("\n")) == 3 and "\x1b" not in text
    assert [line["event"] for line in lines(written)] == ["request_started", "request_finished"]
    assert all(set(line) <= {"code", "event", "level", "logger", "request", "request_id", "timestamp", "user_id"}
               for line in lines(written))  # fmt: skip


def test_what_cannot_be_logged_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer with personal data leaves only with its row in the access log (ASVS 16.5.3)."""
    user = make_user()
    client = Client(raise_request_exception=False)
    client.force_login(user)
    with monkeypatch.context() as patch:
        patch.setattr(AccessLog, "save", broken)
        answer = client.get("/me/")
        assert answer.status_code == 500 and user.name not in answer.content.decode()
    monkeypatch.setattr(AccessLog.objects, "bulk_create", broken)  # several rows go together
    looks = [Access("me.status", user.pk, OK)] * 2
    with pytest.raises(ValueError, match="4401"):
        record_accesses(looks, actor_kind=ActorKind.CITIZEN, actor_id=user.pk, network=b"")
