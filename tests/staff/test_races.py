"""What is for one use is used once, by however many browsers at the same moment: real connections, real commits."""

import pytest
from django.test import Client

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.staff.enums import Role
from kuaiji.staff.factors.services import make_recovery_codes
from kuaiji.staff.models import Factor, Member, MemberSession, RecoveryCode
from tests.support.members import code_of, half_way, make_member
from tests.support.together import together

pytestmark = pytest.mark.race
FACTOR, AT_ONCE = "/staff/login/factor/", 4


def answers(member: Member, **typed: str) -> list[tuple[int, str]]:
    """What so many browsers are told that show the same at once, and who of them is in."""

    def shows(browser: Client) -> tuple[int, str]:
        answer = browser.post(FACTOR, typed)
        return answer.status_code, answer.content.decode()

    browsers = [half_way(member) for _ in range(AT_ONCE)]
    said = together([lambda browser=browser: shows(browser) for browser in browsers])  # type: ignore[misc]
    return [one for one in said if isinstance(one, tuple)]


def test_the_same_one_time_code_lets_one_browser_in() -> None:
    member = make_member(Role.MANAGER)
    said = answers(member, code=code_of(member))
    assert sorted(status for status, _ in said) == [302, 422, 422, 422]
    assert all("已经用过" in page for status, page in said if status == 422)
    assert MemberSession.objects.filter(member=member, proved_at__isnull=False).count() == 1
    assert Factor.objects.get(member=member).last_step


def test_the_same_recovery_code_lets_one_browser_in() -> None:
    member = make_member(Role.MANAGER)
    made = Operation(kind=OperationKind.STAFF_SECURING, actor_kind=ActorKind.STAFF, actor_id=member.pk)
    [code, *_] = make_recovery_codes(operation=made, member=member)
    said = answers(member, recovery_code=code)
    assert sorted(status for status, _ in said) == [302, 422, 422, 422]
    assert all("已经用过" in page for status, page in said if status == 422)
    assert MemberSession.objects.filter(member=member, proved_at__isnull=False).count() == 1
    assert RecoveryCode.objects.filter(member=member, used_at=None).count() == 9
