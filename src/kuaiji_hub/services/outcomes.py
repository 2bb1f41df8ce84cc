"""What became of a message."""

import uuid
from dataclasses import dataclass

from kuaiji_hub.models import DataKey
from kuaiji_wire.answers import Refusal, ReportResult, TransferResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``refusal`` None: done. ``tells`` are the platforms in whose feeds the message goes.

    ``record_id`` is the sender's record, where the message compares its book with the hub's.
    """

    subject_id: uuid.UUID
    refusal: Refusal | None = None
    result: ReportResult | TransferResult | None = None
    data_key: DataKey | None = None
    tells: tuple[str, ...] = ()
    record_id: uuid.UUID | None = None
