"""While the exchange is paused by its switch nothing is asked and nothing sent; afterwards everything goes."""

import datetime as dt

import pytest

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.exchange import loop
from kuaiji.exchange.models import OutboxMessage
from kuaiji.exchange.sending import send_now
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.partner_checks.services import ask_partner
from kuaiji.switches.enums import SwitchName
from kuaiji.switches.services.turning import Hand, turn_off, turn_on
from kuaiji_wire.people import Document, Person
from people.records.versioned_records import make_record
from tests.support.wire_hub import Hub


@pytest.mark.race
def test_nothing_goes_to_the_hub_and_nothing_is_lost(small_hub: Hub) -> None:
    make_record()
    switching = Operation(kind=OperationKind.SWITCHING, actor_kind=ActorKind.STAFF)
    hand, ends_at = Hand("甲员"), clock.now() + dt.timedelta(hours=1)
    period = turn_on(operation=switching, switch=SwitchName.HUB_PAUSED, reason="联调", ends_at=ends_at, by=hand)
    person = Person(name="张三", document=Document(type="01", country="CHN", number="11010519491231002X"))
    loop.once()
    assert not small_hub.taken and ask_partner(CheckKind.HOLDER, person).outcome == CheckOutcome.PENDING
    assert not send_now(OutboxMessage.objects.get().stream_id)
    waiting = OutboxMessage.objects.get()
    assert (waiting.attempts, waiting.parked_at) == (0, None)
    turn_off(operation=switching, period_id=period.pk, by=hand)
    loop.once()
    assert len(small_hub.taken) == 1
