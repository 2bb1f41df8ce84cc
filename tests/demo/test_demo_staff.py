"""The staff of a demonstration: made once, written down for us alone, and they get in."""

import io
import json
from pathlib import Path
from typing import Any

import pyotp
import pytest
from django.core.management import call_command

from kuaiji.audit.models import Event
from kuaiji.demo.management.commands import demo_staff
from kuaiji.demo.rules import posts
from kuaiji.regions.services import bureau_of
from kuaiji.staff.models import Member
from people.client_visitor import ClientVisitor

pytestmark = pytest.mark.django_db


def make() -> None:
    call_command(demo_staff.Command(), stdout=io.StringIO())


def test_they_are_made_once_and_sign_in_with_what_is_written_down(settings: Any, tmp_path: Path) -> None:
    settings.DEMO, settings.HOME = True, tmp_path
    make()
    file = tmp_path / "demo-staff-here.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    assert file.stat().st_mode & 0o777 == 0o600
    assert {"platform", "username", "password", "totp_secret", "roles", "bureau"} == set(told[0])
    rows = [(tuple(row["roles"]), row["bureau"]) for row in told]
    assert {(("clerk",), "440103"), (("reviewer",), "440103"), (("clerk",), "440104")} <= set(rows)
    counts = {role: rows.count(((role,), "440000")) for role in ("manager", "auditor", "system")}
    assert counts == {"manager": 2, "auditor": 1, "system": 2}
    joined = Event.objects.filter(kind="MemberJoined").values_list("subject_id", flat=True)
    assert set(joined) == set(Member.objects.values_list("pk", flat=True))
    kept = list(Member.objects.order_by("pk").values_list("pk", "password"))
    make()
    assert list(Member.objects.order_by("pk").values_list("pk", "password")) == kept
    assert json.loads(file.read_text(encoding="utf-8")) == told
    visitor = ClientVisitor()
    visitor.open("/staff/login/")
    visitor.send(username=told[0]["username"], password=told[0]["password"])
    visitor.send(code=pyotp.TOTP(told[0]["totp_secret"]).now())
    assert visitor.path == "/staff/"
    file.unlink()
    make()
    assert Member.objects.count() == len(told)
    assert json.loads(file.read_text(encoding="utf-8"))[0]["password"] != told[0]["password"]


def test_every_platform_of_a_demonstration_has_its_own_and_no_other_has_any() -> None:
    for code in ("440000", "440300"):
        served = {post.bureau: bureau_of(post.bureau) for post in posts(code)}
        assert None not in served.values() and len({bureau.pk for bureau in served.values() if bureau}) == 3
    assert {post.bureau for post in posts("440300")} >= {"440304", "440300"} and posts("510000") == ()
