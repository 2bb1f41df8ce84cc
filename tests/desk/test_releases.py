"""待接收: who is released to this platform, to look at, and sent back by two of 管理."""

from typing import Any

import pytest
from django.test import Client

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.cases.models import Case, Decision
from kuaiji.cases.services.filling import fill_cases
from kuaiji.exchange.models import OutboxMessage
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member
from kuaiji.transfers.enums import RELEASE_CASE, InState
from kuaiji.transfers.models import Release
from kuaiji.transfers.services.releases import end_release, open_release
from kuaiji.transfers.services.sending_back import take_return_answer
from people.factories import ReleaseFactory, TransferInFactory
from tests.support.members import make_member, signed_in

pytestmark = pytest.mark.django_db
PLACE = "440103"
BACK = {"decision": "return", "reasons": ["not_our_area"], "words": "工作单位不在本区", "at_once": "on"}


@pytest.fixture
def release() -> Release:
    row: Release = ReleaseFactory.create(division_code=PLACE)
    assert fill_cases() == 1
    return row


@pytest.fixture
def managers() -> list[Member]:
    return [make_member(Role.MANAGER, bureau=PLACE, name=name) for name in ("郑管理", "钱管理")]


def page_of(row: Release) -> str:
    return f"/staff/transfers/{row.pk}/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def send_back(client: Client, path: str) -> Any:
    client.post(path, {"action": "take"})
    return client.post(path, BACK)


def by_the_hub() -> Operation:
    return Operation(kind=OperationKind.EXCHANGE, actor_kind=ActorKind.MACHINE)


def told_back(row: Release) -> int:
    return OutboxMessage.objects.filter(subject_id=row.pk, topic="transfer.returned").count()


def test_two_of_the_bureau_send_somebody_back(release: Release, managers: list[Member]) -> None:
    path = page_of(release)
    first, second = map(signed_in, managers)
    assert send_back(first, path).status_code == 302
    assert "等待另一人复核" in text(first.get(path)) and told_back(release) == 0
    again = first.post(path, BACK)
    assert again.status_code == 422 and "不能是同一人" in text(again)
    assert send_back(second, path).status_code == 302
    release.refresh_from_db()
    assert told_back(release) == 1 and release.refusal == "工作单位不在本区；不属本地管辖"
    assert Case.objects.get(kind=RELEASE_CASE).closed_at and fill_cases() == 0
    sent = Event.objects.select_related("operation").get(kind="ReleaseSentBack", subject_id=release.pk)
    assert (sent.operation.kind, sent.operation.actor_id) == ("transfer_reviewing", managers[1].pk)
    assert "已提交全国平台，由其确认" in text(first.get(path))


def test_a_claim_that_was_faster_keeps_it_open(release: Release, managers: list[Member]) -> None:
    for manager in managers:
        send_back(signed_in(manager), page_of(release))
    take_return_answer(operation=by_the_hub(), transfer_id=release.pk, accepted=False)
    assert Case.objects.filter(kind=RELEASE_CASE, closed_at=None).count() == 1 and fill_cases() == 0


def test_whom_somebody_has_claimed_is_sent_back_by_nobody(release: Release, managers: list[Member]) -> None:
    TransferInFactory.create(transfer_id=release.pk, state=InState.UNDER_REVIEW)
    desk = signed_in(managers[0])
    refused = send_back(desk, page_of(release))
    assert refused.status_code == 422 and "本人已确认调入" in text(refused) and not Decision.objects.exists()
    assert "已确认，由审核决定" in text(desk.get(page_of(release)))


def test_clerks_look_and_neighbours_find_nothing(release: Release) -> None:
    clerk, neighbour = make_member(Role.CLERK, bureau=PLACE), make_member(Role.MANAGER, bureau="440104")
    seen = text(signed_in(clerk).get(page_of(release)))
    assert "待接收" in seen and "湖南" in seen and 'value="take"' not in seen
    assert signed_in(clerk).post(page_of(release), {"action": "take"}).status_code == 422
    assert signed_in(neighbour).get(page_of(release)).status_code == 404


def test_the_case_ends_with_the_release(release: Release) -> None:
    opened = open_release(release.pk)
    assert opened
    end_release(by_the_hub(), opened)
    assert Case.objects.get(kind=RELEASE_CASE).closed_at and fill_cases() == 0


def test_of_no_place_it_is_the_registrys_own() -> None:
    ReleaseFactory.create()
    fill_cases()
    assert Case.objects.get(kind=RELEASE_CASE).division_code == "440000"
