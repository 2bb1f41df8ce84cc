"""Signing in at the desk: password, second factor, and what a browser that has done half of it may see."""

import pyotp
import pytest
import time_machine
from django.conf import settings
from django.test import Client

from kuaiji.common import clock
from kuaiji.staff.enums import FactorKind
from kuaiji.staff.models import Factor, Member, MemberSession
from people.client_visitor import ClientVisitor, Page
from tests.support.members import PASSWORD, code_of, make_member

pytestmark = pytest.mark.django_db
LOGIN, FACTOR = "/staff/login/", "/staff/login/factor/"


@pytest.fixture
def member() -> Member:
    return make_member(username="zhou.lw")


def with_password(visitor: ClientVisitor, name: str, password: str = PASSWORD) -> Page:
    visitor.open(LOGIN)
    return visitor.send(username=name, password=password)


def test_password_and_code_lead_in(member: Member) -> None:
    visitor = ClientVisitor()
    with_password(visitor, " ZHOU.LW ")
    assert visitor.path == FACTOR
    half = MemberSession.objects.get()
    assert (half.member_id, half.proved_at) == (member.pk, None)
    visitor.send(code=code_of(member))
    assert visitor.path == "/staff/"
    session = MemberSession.objects.get()
    assert session.proved_at and session.session_key != half.session_key and session.started_at


@pytest.mark.parametrize("name", ["zhou.lw", "nobody", "", "周", "x" * 60])
def test_what_is_wrong_is_told_in_one_way(member: Member, name: str) -> None:
    page = with_password(ClientVisitor(), name, "not the password at all")
    expected = "请填写用户名" if not name else "用户名或密码不正确，请核对后重试"
    assert page.status == 422 and expected in page.summary
    assert not MemberSession.objects.filter(member__isnull=False).exists()


def test_a_code_is_taken_once_and_within_half_a_minute(member: Member) -> None:
    [secret] = Factor.objects.select_related("data_key").filter(member=member, kind=FactorKind.TOTP)
    codes = pyotp.TOTP(secret.secret.decode())
    with time_machine.travel("2027-03-01T02:00:10Z", tick=False):
        now = int(clock.now().timestamp())
        for seconds, right in [(-60, False), (-30, True), (0, True), (0, False), (30, True), (60, False)]:
            visitor = ClientVisitor()
            with_password(visitor, member.username)
            visitor.send(code=codes.at(now + seconds))
            assert (visitor.path == "/staff/") is right, seconds


def test_five_wrong_codes_make_one_wait_a_quarter_of_an_hour_and_no_colleague(member: Member) -> None:
    colleague = make_member(username="colleague")
    with time_machine.travel("2027-03-01T02:00:10Z", tick=False) as now:
        visitor = ClientVisitor()
        with_password(visitor, member.username)
        for _ in range(5):
            assert "口令不正确" in visitor.send(code="000000").faults["code"]
        assert "15 分钟" in visitor.send(code=code_of(member)).faults["code"]
        other = ClientVisitor()
        with_password(other, colleague.username)
        other.send(code=code_of(colleague))
        assert other.path == "/staff/"
        now.shift(14 * 60)
        visitor.open(FACTOR)
        assert "请 60 秒后再试" in visitor.send(code=code_of(member)).faults["code"]
        now.shift(60)
        visitor.send(code=code_of(member))
        assert visitor.path == "/staff/"


def test_guesses_of_strangers_do_not_lock_out_whom_the_browser_knows(member: Member) -> None:
    with time_machine.travel("2027-03-01T02:00:10Z", tick=False) as now:
        owner = ClientVisitor()
        with_password(owner, member.username)
        owner.send(code=code_of(member))
        now.shift(60)
        owner.client.cookies.pop(settings.STAFF_SESSION_COOKIE_NAME)
        stranger = ClientVisitor()
        for _ in range(6):
            page = with_password(stranger, member.username, "wrong wrong wrong wrong")
        assert "15 分钟" in page.summary
        with_password(owner, member.username)
        assert owner.path == FACTOR


def test_signing_out_ends_the_session_for_good(member: Member) -> None:
    visitor = ClientVisitor()
    with_password(visitor, member.username)
    visitor.send(code=code_of(member))
    kept = visitor.client.cookies[settings.STAFF_SESSION_COOKIE_NAME].value
    visitor.client.post(
        "/staff/logout/", {"csrfmiddlewaretoken": visitor.client.cookies[settings.STAFF_CSRF_COOKIE_NAME].value}
    )
    assert not MemberSession.objects.exists()
    replayed = Client()
    replayed.cookies[settings.STAFF_SESSION_COOKIE_NAME] = kept
    assert replayed.get(FACTOR).headers["Location"] == LOGIN


def test_who_is_disabled_is_told_after_the_right_password_alone() -> None:
    make_member(username="gone", is_active=False)
    assert "用户名或密码不正确" in with_password(ClientVisitor(), "gone", "not the password at all").summary
    assert "已停用" in with_password(ClientVisitor(), "gone").summary
