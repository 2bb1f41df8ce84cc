"""Whatever is typed into a field of staff's pages: no fault of ours, nothing half stored."""

import datetime as dt

import pytest
from django.test import Client

from kuaiji.limits.models import Attempt
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Factor, Invitation, Member, RecoveryCode
from people.hostile.values import PLAIN
from tests.support.members import PASSWORD, half_way, make_member, signed_in

pytestmark = pytest.mark.django_db
WORDS = "four unlike words 山川湖海"
# By address, a right answer to each field of its page.
PAGES: dict[str, dict[str, object]] = {
    "/staff/login/": {"username": "nobody", "password": PASSWORD},
    "/staff/login/factor/": {"code": "000000", "recovery_code": "", "credential": ""},
    "/staff/enrol/": {"code": "000000", "label": "手机", "credential": ""},
    "/staff/join/": {"code": "none", "name": "何新人", "username": "new", "password1": WORDS},
    "/staff/me/password/": {"current_password": PASSWORD, "password1": WORDS},
    "/staff/team/invite/": {"roles": ["clerk"], "bureau": "0"},
    "/staff/team/OTHER/": {"action": "change", "roles": ["clerk"], "bureau": "0", "reason": "轮岗"},
}
FIELDS = [(address, field) for address, right in PAGES.items() for field in right]


@pytest.mark.parametrize(("address", "field"), FIELDS, ids=[f"{address} {field}" for address, field in FIELDS])
def test_hostile_values_are_refused_or_taken_as_themselves(address: str, field: str) -> None:
    manager, other = make_member(Role.MANAGER, username="manager"), make_member(username="other")
    before = stored()
    client = browser_for(address, manager)
    for value in PLAIN.values():
        Attempt.objects.all().delete()
        typed = {**PAGES[address], field: value}
        answer = client.post(address.replace("OTHER", str(other.pk)), typed)
        if field == "password1" and answer.status_code == 302:  # long enough, and as good as any
            assert Member.objects.get(username="manager").password != manager.password
            Member.objects.filter(pk=manager.pk).update(password=manager.password)
            continue
        assert answer.status_code in (400, 422), value
    assert stored() == before


def browser_for(address: str, manager: Member) -> Client:
    if address in ("/staff/login/", "/staff/join/"):
        return Client()
    if address == "/staff/login/factor/":
        return half_way(manager)
    if address == "/staff/enrol/":
        fresh = make_member(username="fresh")
        Factor.objects.filter(member=fresh).delete()
        Member.objects.filter(pk=fresh.pk).update(enrol_until=dt.datetime(2099, 1, 1, tzinfo=dt.UTC))
        return half_way(fresh)
    return signed_in(manager)


def stored() -> list[object]:
    """What these pages write, without what the tests themselves added."""
    members = Member.objects.exclude(username="fresh").order_by("pk")
    return [
        list(members.values_list("username", "name", "roles", "bureau", "password", "is_active")),
        Invitation.objects.count(),
        RecoveryCode.objects.count(),
    ]
