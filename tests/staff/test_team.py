"""Who is let in, by whom, with which roles, where; and what ends at once."""

import datetime as dt
import html
import io
import re
import uuid

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event, Operation
from kuaiji.regions.services import bureau_of
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Invitation, Member, MemberSession
from kuaiji.staff.rules import GROUPS
from kuaiji.staff.tasks import sweep
from people.client_visitor import ClientVisitor
from tests.support.members import PASSWORD, bare, make_member, signed_in

pytestmark = pytest.mark.django_db
TEAM, INVITE, JOIN = "/staff/team/", "/staff/team/invite/", "/staff/join/"
GOOD = "four unlike words 山川湖海"


def first_links() -> list[str]:
    said = io.StringIO()
    call_command("staff", "create-first", stdout=said)
    return re.findall(r"/staff/join/#(\S+)", said.getvalue())


def join(secret: str, username: str, password: str = GOOD) -> ClientVisitor:
    visitor = ClientVisitor()
    visitor.open(JOIN)
    visitor.send(code=secret, name="何新人", username=username, password1=password)
    return visitor


def bureau_id(code: str) -> int:
    found = bureau_of(code)
    assert found
    return found.pk


def test_the_first_three_are_invited_once() -> None:
    links = first_links()
    assert [row.roles for row in Invitation.objects.order_by("pk")] == [["system"], ["manager"], ["auditor"]]
    assert {row.bureau_id for row in Invitation.objects.all()} == {bureau_id("440000")}
    with pytest.raises(CommandError, match="已发过邀请"):
        first_links()
    assert join(links[1], "first").path == "/staff/enrol/"
    with pytest.raises(CommandError, match="已有工作人员"):
        first_links()
    member = Member.objects.get()
    assert (member.username, member.name, member.roles) == ("first", "何新人", ["manager"])
    kept = "".join(str(value) for row in Invitation.objects.values() for value in row.values())
    assert not any(secret in kept for secret in links)
    again = join(links[1], "second")
    assert "邀请码不正确" in again.page.faults["code"]  # type: ignore[union-attr]
    assert Member.objects.count() == 1


@pytest.mark.parametrize(
    ("username", "password", "field"),
    [
        ("first", "fourteen chars", "password1"),
        ("first", "qwertyuiopasdfghjkl", "password1"),
        ("first", "my name is first today", "password1"),
        ("x", GOOD, "username"),
        ("名字", GOOD, "username"),
        ("taken", GOOD, "username"),
    ],
)
def test_what_a_new_member_may_not_choose(username: str, password: str, field: str) -> None:
    [secret, *_] = first_links()
    make_member(username="taken")
    page = join(secret, username, password).page
    assert page and page.status == 422 and list(page.faults) == [field]
    assert Invitation.objects.filter(used_at=None).count() == 3


def test_an_invitation_is_over_after_a_day_and_with_its_inviter() -> None:
    with time_machine.travel("2027-03-01T02:00:00Z", tick=False) as now:
        manager = make_member(Role.MANAGER)
        made = signed_in(manager).post(INVITE, {"roles": ["clerk"], "bureau": manager.bureau_id})
        [secret] = re.findall(r"/staff/join/#([\w-]+)", made.content.decode())
        Member.objects.filter(pk=manager.pk).update(is_active=False)
        assert "邀请码" in join(secret, "late").page.faults["code"]  # type: ignore[union-attr]
        Member.objects.filter(pk=manager.pk).update(is_active=True)
        now.shift(24 * 3600)
        assert "邀请码" in join(secret, "late").page.faults["code"]  # type: ignore[union-attr]
        now.shift(-1)
        assert join(secret, "late").path == "/staff/enrol/"


@pytest.mark.parametrize(
    ("inviter", "roles", "place", "expected"),
    [
        (Role.MANAGER, ["clerk"], "440103", True),
        (Role.MANAGER, ["clerk", "reviewer"], "440104", True),
        (Role.MANAGER, ["manager"], "440100", True),
        (Role.MANAGER, ["clerk"], "440300", False),
        (Role.MANAGER, ["clerk"], "440000", False),
        (Role.MANAGER, ["auditor"], "440100", False),
        (Role.MANAGER, ["system"], "440100", False),
        (Role.MANAGER, ["clerk", "auditor"], "440100", False),
        (Role.MANAGER, [], "440100", False),
        (Role.AUDITOR, ["auditor"], "440103", True),
        (Role.AUDITOR, ["clerk"], "440103", False),
        (Role.SYSTEM, ["system"], "440100", True),
        (Role.SYSTEM, ["manager"], "440100", False),
    ],
)
def test_each_kind_invites_its_own_at_the_own_bureau_or_below(
    inviter: Role, roles: list[str], place: str, expected: bool
) -> None:
    client = signed_in(make_member(inviter, bureau="440100"))
    answer = client.post(INVITE, {"roles": roles, "bureau": bureau_id(place)})
    assert (answer.status_code, Invitation.objects.count()) == ((200, 1) if expected else (422, 0))


def test_who_works_or_checks_finds_no_team() -> None:
    for role in (Role.CLERK, Role.REVIEWER):
        client = signed_in(make_member(role))
        assert {client.get(address).status_code for address in (TEAM, INVITE, f"{TEAM}{uuid.uuid4()}/")} == {404}


def test_a_neighbour_s_member_is_as_unknown_as_nobody() -> None:
    client = signed_in(make_member(Role.MANAGER, bureau="440103"))
    others = [
        make_member(Role.CLERK, bureau="440104"),
        make_member(Role.CLERK, bureau="440100"),
        make_member(Role.AUDITOR, bureau="440103"),
    ]
    answers = {bare(client.get(f"{TEAM}{pk}/")) for pk in [*(one.pk for one in others), uuid.uuid4()]}
    assert len(answers) == 1
    listed = client.get(TEAM).content.decode()
    assert not any(one.username in listed for one in others)
    for one in others:
        posted = client.post(f"{TEAM}{one.pk}/", {"action": "disable", "reason": "x"})
        assert posted.status_code == 404
    assert Member.objects.filter(is_active=False).count() == 0


@pytest.mark.parametrize("action", ["change", "disable", "unlock"])
def test_a_change_ends_sessions_at_once_and_leaves_who_and_why(action: str) -> None:
    manager, clerk = make_member(Role.MANAGER, bureau="440100"), make_member(Role.CLERK, bureau="440103")
    theirs = signed_in(clerk)
    cookie = theirs.cookies[settings.STAFF_SESSION_COOKIE_NAME].value
    assert theirs.get("/staff/me/").status_code == 200
    typed = {"action": action, "reason": "轮岗", "roles": ["reviewer"], "bureau": bureau_id("440104")}
    client = signed_in(manager)
    assert client.post(f"{TEAM}{clerk.pk}/", {**typed, "reason": ""}).status_code == 422
    assert theirs.get("/staff/me/").status_code == 200
    for _ in range(2):  # sent twice has one effect
        assert client.post(f"{TEAM}{clerk.pk}/", typed).status_code == 302
    assert theirs.get("/staff/me/").headers["Location"].startswith("/staff/login/")
    replayed = Client()
    replayed.cookies[settings.STAFF_SESSION_COOKIE_NAME] = cookie
    assert replayed.get("/staff/me/").headers["Location"].startswith("/staff/login/")
    [event] = Event.objects.filter(subject_id=clerk.pk)
    operation = Operation.objects.get(pk=event.operation_id)
    assert (operation.kind, operation.actor_kind, operation.actor_id, operation.reason) == (
        OperationKind.STAFF_CHANGING,
        ActorKind.STAFF,
        manager.pk,
        "轮岗",
    )
    assert "轮岗" in client.get(f"{TEAM}{clerk.pk}/").content.decode()


def test_an_unlocked_member_is_told_and_enrols_anew() -> None:
    manager, clerk = make_member(Role.MANAGER, name="李管理"), make_member(Role.CLERK, username="lost")
    signed_in(manager).post(f"{TEAM}{clerk.pk}/", {"action": "unlock", "reason": "手机丢失"})
    visitor = ClientVisitor()
    visitor.open("/staff/login/")
    visitor.send(username="lost", password=PASSWORD)
    assert visitor.path == "/staff/enrol/"
    client = signed_in(clerk)
    assert "李管理" in client.get("/staff/me/").content.decode()
    client.post("/staff/me/told/")
    assert "为您解除了" not in client.get("/staff/me/").content.decode()


def test_nobody_changes_the_own_place() -> None:
    manager = make_member(Role.MANAGER)
    client = signed_in(manager)
    for action in ("disable", "unlock", "enable", "change"):
        typed = {"action": action, "reason": "x", "roles": ["clerk"], "bureau": manager.bureau_id}
        page = client.post(f"{TEAM}{manager.pk}/", typed)
        assert page.status_code == 422 and "不能变更自己的账号" in page.content.decode()
    manager.refresh_from_db()
    assert manager.is_active and manager.roles == ["manager"] and manager.factors.exists()


@pytest.mark.parametrize(("one", "other"), [(0, 1), (0, 2), (1, 2)])
def test_the_database_refuses_roles_of_two_groups(one: int, other: int) -> None:
    member = make_member()
    for first in GROUPS[one]:
        for second in GROUPS[other]:
            with pytest.raises(IntegrityError, match="staff_member_of_one_group"), transaction.atomic():
                Member.objects.filter(pk=member.pk).update(roles=[first.value, second.value])
    for wrong in ([], ["boss"]):
        with pytest.raises(IntegrityError), transaction.atomic():
            Member.objects.filter(pk=member.pk).update(roles=wrong)


def test_who_does_not_sign_in_for_90_days_is_disabled() -> None:
    old, new = make_member(), make_member()
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=90, minutes=1)
    Member.objects.filter(pk=old.pk).update(last_used_at=long_ago)
    Member.objects.filter(pk=new.pk).update(last_used_at=long_ago + dt.timedelta(minutes=3))
    signed_in(old)
    sweep(timestamp=0)
    assert list(Member.objects.filter(is_active=False)) == [old]
    assert not MemberSession.objects.filter(member=old).exists()
    assert Event.objects.get(subject_id=old.pk).data == {"unused": True}


def usernames(page: object) -> list[str]:
    return re.findall(r'data-label="用户名">([^<]+)<', page.content.decode())  # type: ignore[attr-defined]


def test_a_colleague_is_found_by_name_bureau_and_role() -> None:
    province = make_member(Role.MANAGER, bureau="440000", username="boss", name="郑管理")
    make_member(Role.CLERK, bureau="440103", username="lwzhou", name="周经办")
    make_member(Role.REVIEWER, bureau="440103", username="lwwu", name="吴复核")
    make_member(Role.CLERK, bureau="440104", username="yxzhou", name="周越秀")
    make_member(Role.SYSTEM, bureau="440000", username="hidden", name="周系统")
    client = signed_in(province)
    for asked, expected in (
        ({}, {"boss", "lwzhou", "lwwu", "yxzhou"}),
        ({"q": "周"}, {"lwzhou", "yxzhou"}),
        ({"q": "LW"}, {"lwzhou", "lwwu"}),
        ({"q": "周", "division": "440103"}, {"lwzhou"}),
        ({"division": "440103"}, {"lwzhou", "lwwu"}),
        ({"role": "reviewer"}, {"lwwu"}),
        ({"role": "system"}, set()),
        ({"q": "%"}, set()),
    ):
        assert set(usernames(client.get(TEAM, asked))) == expected, asked
    led = client.post(TEAM, {"q": "周", "role": "clerk", "division": ""})
    assert led.status_code == 303 and re.fullmatch(r"/staff/team/\?s=[0-9a-f]{32}&role=clerk", led.headers["Location"])
    page = client.get(led.headers["Location"]).content.decode()
    assert set(usernames(client.get(led.headers["Location"]))) == {"lwzhou", "yxzhou"}
    assert usernames(client.get(TEAM, {"s": "of another session"})) == usernames(client.get(TEAM))
    assert 'value="周"' in page and '<option value="clerk" selected>' in page and "系统" not in page


def test_pages_of_the_team_go_on_where_the_last_ended() -> None:
    """Whoever joins or leaves meanwhile moves nobody from one page to the next."""
    client = signed_in(make_member(Role.MANAGER, bureau="440103", username="zz"))
    for number in range(60):
        make_member(Role.CLERK, bureau="440103", username=f"m{number:02d}")
    first = client.get(TEAM, {"role": "clerk"})
    [following] = re.findall(r'href="([^"]+)" rel="next"', first.content.decode())
    Member.objects.filter(username="m03").delete()
    make_member(Role.CLERK, bureau="440103", username="m00a")
    second = client.get(f"{TEAM}{html.unescape(following)}")
    assert usernames(first) + usernames(second) == [f"m{number:02d}" for number in range(60)]
    assert 'rel="next"' not in second.content.decode() and "回到第一页" in second.content.decode()
    assert usernames(client.get(TEAM, {"page": "2"}))[-1] == "zz"
