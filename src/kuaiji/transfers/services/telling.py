"""Whether what people are told of a transfer still holds when the message is about to go out."""

import uuid

from kuaiji.transfers.enums import OutState
from kuaiji.transfers.models import TransferCode, TransferOut


def claim_stands(transfer_id: uuid.UUID, once: str) -> bool:
    """Somebody has confirmed the transfer, and it is not decided. Of one that begins elsewhere it always holds."""
    state = TransferOut.objects.filter(pk=transfer_id).values_list("state", flat=True).first()
    return state is None or state == OutState.CLAIMED


def is_still_open(transfer_id: uuid.UUID, once: str) -> bool:
    """The transfer is neither over nor taken back."""
    row = TransferOut.objects.filter(pk=transfer_id).first()
    return row is not None and row.is_open


def code_stands(transfer_id: uuid.UUID, once: str) -> bool:
    """The code that the message carries works: ``once`` begins with its number."""
    working = TransferCode.objects.filter(transfer=transfer_id, code__isnull=False).order_by("-renewal").first()
    return working is not None and once.startswith(f"{working.renewal}:")
