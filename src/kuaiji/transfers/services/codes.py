"""调转码 (R8.2, docs/adr/0052): what proves a claim elsewhere, drawn with the approval and renewed on demand.

A release that is told in version 1 of the wire carries no proofs: there is no code then.
"""

import uuid

from django.db.models import QuerySet

from kuaiji.audit.services import Operation, record_events
from kuaiji.common.keyring import keyring
from kuaiji.exchange.partners import clients
from kuaiji.transfers.events import TransferCodeMade
from kuaiji.transfers.models import TransferCode, TransferOut
from kuaiji_wire.proofs import Algorithm, ClaimProofs, CodeDigest, PhoneDigest, new_code

PROOFS_SINCE = 2  # version of the wire


def code_of(row: TransferOut) -> TransferCode | None:
    """The code that works, newest of the transfer; None where the release carries none or the transfer is over."""
    return _codes(row.pk).filter(code__isnull=False).order_by("-renewal").first()


def proofs_of(transfer_id: uuid.UUID, renewal: int) -> ClaimProofs | None:
    """What the release (``renewal`` 1) or the message of a later code says; None where there was no code."""
    made = _codes(transfer_id).filter(renewal=renewal).first()
    return ClaimProofs.model_validate(made.proofs) if made else None


def make_code(operation: Operation, row: TransferOut) -> None:
    """Draw the next code of a transfer and digest it with the phone that is bound now; the one before is dead.

    In the transaction of the step. Makes none where this platform speaks version 1 of the wire.
    """
    if clients.wire_version() < PROOFS_SINCE:
        return
    renewal = _codes(row.pk).count() + 1
    forget_codes(row.pk)
    code = new_code()
    algorithm: Algorithm = "hmac-sm3" if keyring().suite == "sm" else "hmac-sha256"
    phone = row.record.user.phone
    proofs = ClaimProofs(
        renewal=renewal,
        phone=PhoneDigest.made_of(phone, algorithm=algorithm) if phone else None,
        code=CodeDigest.made_of(code),
    )
    TransferCode.objects.create(
        transfer=row, person_key=row.person_key, renewal=renewal, code=code, proofs=proofs.plain(), made_at=operation.at
    )
    record_events(operation, TransferCodeMade(subject_id=row.pk, renewal=renewal))


def forget_codes(transfer_id: uuid.UUID) -> None:
    """No code of the transfer is shown any more; what was told of them stays, so that it can be told again."""
    for known in _codes(transfer_id).filter(code__isnull=False):
        known.code = None
        known.save(update_fields=["code"])


def _codes(transfer_id: uuid.UUID) -> QuerySet[TransferCode]:
    return TransferCode.objects.filter(transfer=transfer_id).select_related("person_key")
