"""Second factors: set up before anything opens, shown at sign-in, each code once, lost and unlocked."""

import datetime as dt
import html
import json
import re
from collections.abc import Callable

import pyotp
import pytest
import time_machine
from django.conf import settings

from kuaiji.limits.models import Attempt
from kuaiji.staff.enums import FactorKind, Role
from kuaiji.staff.models import Factor, Member, RecoveryCode
from people.client_visitor import ClientVisitor
from tests.support.members import PASSWORD, code_of, half_way, make_member, signed_in
from tests.support.passkeys import Device

pytestmark = pytest.mark.django_db
ENROL, FACTOR, ME = "/staff/enrol/", "/staff/login/factor/", "/staff/me/"
AT = "2027-03-01T02:00:10Z"
ORIGIN = "http://testserver"


def without_factor(**given: dt.datetime | None) -> Member:
    member = make_member(Role.MANAGER, username="new")
    Factor.objects.filter(member=member).delete()
    Member.objects.filter(pk=member.pk).update(**given or {"enrol_until": dt.datetime(2099, 1, 1, tzinfo=dt.UTC)})
    return member


def with_password(name: str) -> ClientVisitor:
    visitor = ClientVisitor()
    visitor.open("/staff/login/")
    visitor.send(username=name, password=PASSWORD)
    return visitor


def secret_on(page: str) -> str:
    return re.sub(r"\s", "", re.findall(r"<code>([A-Z2-7 ]+)</code>", page)[0])


def options_on(response: object) -> str:
    [found] = re.findall(r'data-options="(.*?)"', response.content.decode())  # type: ignore[attr-defined]
    return html.unescape(found)


def test_nothing_but_enrolment_opens_without_a_second_factor() -> None:
    member = without_factor()
    client = half_way(member)
    for address in (ME, "/staff/team/", "/staff/team/invite/", "/staff/proof/", "/staff/me/factors/new/"):
        assert client.get(address).headers["Location"].startswith(ENROL), address
        assert client.post(address).status_code in (302, 405), address
    assert client.get(FACTOR).headers["Location"] == ENROL
    assert client.get(ENROL).status_code == 200
    assert client.get("/staff/enrol/picture/").headers["Content-Type"] == "image/svg+xml"
    assert not Factor.objects.filter(member=member).exists()


def test_who_has_a_factor_sets_up_none_with_the_password_alone() -> None:
    client = half_way(make_member(username="has"))
    for address in (ENROL, "/staff/enrol/picture/", ME, "/staff/me/factors/new/"):
        assert client.get(address).headers["Location"].startswith(FACTOR), address


def test_the_day_for_enrolling_ends() -> None:
    for until in (None, dt.datetime(2020, 1, 1, tzinfo=dt.UTC)):
        Member.objects.all().delete()
        page = half_way(without_factor(enrol_until=until)).get(ENROL)
        assert page.status_code == 403 and "时间已过" in page.content.decode()


def test_an_application_is_set_up_and_its_recovery_codes_are_shown_once() -> None:
    member = without_factor()
    with time_machine.travel(AT, tick=False) as now:
        visitor = with_password("new")
        assert visitor.path == ENROL
        secret = secret_on(visitor.page.text)  # type: ignore[union-attr]
        assert "口令不正确" in visitor.send(code="000000").faults["code"]
        assert secret_on(visitor.page.text) == secret  # type: ignore[union-attr]
        page = visitor.send(code=pyotp.TOTP(secret).now())
        codes = re.findall(r"<code>(\w{5}-\w{5})</code>", page.text)
        assert len(set(codes)) == RecoveryCode.objects.filter(member=member).count() == 10
        assert secret not in visitor.open(ME).text and codes[0] not in visitor.page.text  # type: ignore[union-attr]
        [factor] = Factor.objects.select_related("data_key").filter(member=member)
        assert factor.secret == secret.encode() and factor.kind == FactorKind.TOTP
        assert secret.encode() not in bytes(Factor.objects.values_list("secret", flat=True).get())
        again = with_password("new")
        assert "已经用过" in again.send(code=pyotp.TOTP(secret).now()).faults["code"]
        now.shift(30)
        again.send(code=pyotp.TOTP(secret).now())
        assert again.path == "/staff/"
        for left, given in ((9, codes[3].upper()), (9, codes[3]), (8, codes[4].replace("-", " "))):
            lost = with_password("new")
            lost.client.post(FACTOR, {"recovery_code": given, "csrfmiddlewaretoken": _token(lost)})
            assert RecoveryCode.objects.filter(member=member, used_at=None).count() == left
            assert (lost.client.get(ME).status_code == 200) is (given != codes[3])


def _token(visitor: ClientVisitor) -> str:
    return visitor.client.cookies[settings.STAFF_CSRF_COOKIE_NAME].value


def test_a_passkey_is_set_up_and_opens_the_desk_by_its_own_answer_alone() -> None:
    member, device = without_factor(), Device()
    client = half_way(member)
    assert client.post(ENROL, {"credential": device.make(options_on(client.get(ENROL)), ORIGIN)}).status_code == 200
    factor = Factor.objects.get(member=member)
    assert factor.kind == FactorKind.PASSKEY and bytes(factor.credential or b"") == device.credential
    client = half_way(member)
    options = options_on(client.get(FACTOR))
    assert json.loads(options)["userVerification"] == "required"
    answer = device.show(options, ORIGIN)
    assert client.post(FACTOR, {"credential": answer}).headers["Location"] == "/staff/"
    # The same answer again, another origin, another device, one that does not ask who holds it, nonsense.
    answers: list[Callable[[str], str]] = [
        lambda options: answer,
        lambda options: device.show(options, "http://evil.example"),
        lambda options: Device().show(options, ORIGIN),
        lambda options: "{",
        lambda options: "[]",
        lambda options: '{"rawId": 1}',
    ]
    for wrong in answers:
        client = half_way(member)
        page = client.post(FACTOR, {"credential": wrong(options_on(client.get(FACTOR)))})
        assert page.status_code == 422 and "没有验证通过" in page.content.decode()
        Attempt.objects.all().delete()


def test_a_passkey_that_does_not_ask_who_holds_it_is_not_taken() -> None:
    client = half_way(without_factor())
    answer = Device(verifies=False).make(options_on(client.get(ENROL)), ORIGIN)
    assert client.post(ENROL, {"credential": answer}).status_code == 422
    assert not Factor.objects.exists()


def test_an_address_in_numbers_says_that_it_has_no_passkeys() -> None:
    page = half_way(without_factor()).get(ENROL, headers={"host": "127.0.0.1:8000"})
    assert "data-options" not in page.content.decode() and "数字地址" in page.content.decode()


def test_a_fresh_proof_is_asked_for_after_ten_minutes_and_leads_back() -> None:
    with time_machine.travel(AT, tick=False) as now:
        member = make_member(Role.MANAGER, username="manager")
        client = signed_in(member)
        assert client.get("/staff/team/invite/").status_code == 200
        now.shift(10 * 60)
        asked = client.get("/staff/team/invite/")
        assert asked.headers["Location"] == "/staff/proof/?next=%2Fstaff%2Fteam%2Finvite%2F"
        done = client.post(asked.headers["Location"], {"code": code_of(member)})
        assert done.headers["Location"] == "/staff/team/invite/"
        assert client.get("/staff/team/invite/").status_code == 200


def test_factors_are_added_and_removed_but_for_the_last() -> None:
    with time_machine.travel(AT, tick=False):
        member = make_member(username="own")
        client = signed_in(member)
        [first] = Factor.objects.filter(member=member)
        page = client.post("/staff/me/factors/remove/", {"factor": str(first.pk)})
        assert page.status_code == 422 and "唯一" in page.content.decode()
        stranger = make_member(username="stranger")
        client.post("/staff/me/factors/remove/", {"factor": str(stranger.factors.get().pk)})
        secret = secret_on(client.get("/staff/me/factors/new/").content.decode())
        client.post("/staff/me/factors/new/", {"code": pyotp.TOTP(secret).now(), "label": "办公手机"})
        assert member.factors.count() == 2 and stranger.factors.count() == 1
        client.post("/staff/me/factors/remove/", {"factor": str(first.pk)})
        assert [factor.label for factor in member.factors.all()] == ["办公手机"]
