"""What only shows when transactions really end."""

import pytest

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Operation as Row
from kuaiji.audit.services import Operation, record_events


@pytest.mark.race
def test_outside_a_transaction_nothing_is_recorded() -> None:
    operation = Operation(kind=OperationKind.DRAFT_SAVING, actor_kind=ActorKind.SYSTEM)
    with pytest.raises(RuntimeError, match="transaction"):
        record_events(operation)
    assert not Row.objects.exists()
