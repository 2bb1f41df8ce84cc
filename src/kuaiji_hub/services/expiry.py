"""What the hub says by itself when a deadline has passed (R5.4)."""

import uuid

from django.db import transaction
from django.db.models import QuerySet

from kuaiji.common import clock
from kuaiji_hub import rules
from kuaiji_hub.models import OPEN, Nonce, Transfer
from kuaiji_hub.services import counts, messages, transfers
from kuaiji_hub.services.outcomes import Outcome
from kuaiji_wire.answers import TransferState
from kuaiji_wire.messages import Topic, TransferClaimRejected, TransferReturned


def overdue() -> QuerySet[Transfer]:
    """Transfers whose state has lasted its time."""
    return Transfer.objects.filter(state__in=OPEN, deadline_at__lte=clock.now())


def expire() -> int:
    """Move on every overdue transfer, each in a transaction of its own; how many. Forget old nonces and counts."""
    Nonce.objects.filter(expires_at__lt=clock.now()).delete()
    counts.forget()
    return sum(map(_expire, list(overdue().values_list("pk", flat=True))))


@transaction.atomic
def _expire(transfer_id: uuid.UUID) -> bool:
    at = clock.now()
    person, transfer = transfers.locked(Transfer.objects.get(pk=transfer_id))
    if transfer.deadline_at is None or transfer.deadline_at > at:
        return False  # moved on in the meantime
    state = TransferState(transfer.state)
    limit, topic = rules.DEADLINES[state]
    body: transfers.Step
    if topic == Topic.TRANSFER_RETURNED:
        reason = f"{limit.days}天内调入地未接收，自动退回"
        body = TransferReturned(transfer_id=transfer.id, at=at, code="unclaimed", reason=reason)
    else:
        assert transfer.claim_id
        reason = f"调入申请{limit.days}天内未审核，自动取消"
        body = TransferClaimRejected(
            transfer_id=transfer.id, claim_id=transfer.claim_id, at=at, code="not_confirmed", reason=reason
        )
    transfers.apply(body, rules.next_state(state, topic), transfer, person, at)
    tells = (transfer.origin_id, transfer.destination_id)
    messages.say(body, Outcome(subject_id=transfer.id, data_key=person.data_key, tells=tells), at=at)
    return True
