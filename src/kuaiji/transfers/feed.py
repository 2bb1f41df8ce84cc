"""What the hub tells about transfers: at their origin, and where they go."""

import uuid

from kuaiji.audit.services import Operation, record_events
from kuaiji.common.errors import RuleBroken
from kuaiji.common.profile import profile
from kuaiji.exchange.models import InboxMessage
from kuaiji.exchange.topics import OutOfOrder, register_handler
from kuaiji.identity.people.fingerprints import document_fingerprints
from kuaiji.regions.models import Registry
from kuaiji.transfers.enums import Action, Actor
from kuaiji.transfers.events import AttemptsReported, ReleaseArrived
from kuaiji.transfers.models import Release, TransferIn, TransferOut
from kuaiji.transfers.services.advancing import advance_transfer, locked_transfer
from kuaiji.transfers.services.effects import tell_attempts
from kuaiji.transfers.services.proving import renewal_of
from kuaiji.transfers.services.releases import end_release, locked_release, open_release_case
from kuaiji.transfers.workflow import OPEN_IN
from kuaiji_wire.messages import (
    AnyTransferReleased,
    Message,
    Topic,
    TransferAttemptsRefused,
    TransferClaimed,
    TransferClaimRejected,
    TransferCodeRenewed,
    TransferReceived,
    TransferReleased2,
    TransferReturned,
    TransferWithdrawn,
)

OriginNews = TransferClaimed | TransferClaimRejected | TransferReceived | TransferReturned

_AT_ORIGIN = {
    Topic.TRANSFER_CLAIMED: Action.TOLD_CLAIMED,
    Topic.TRANSFER_CLAIM_REJECTED: Action.TOLD_CLAIM_REJECTED,
    Topic.TRANSFER_RECEIVED: Action.TOLD_RECEIVED,
    Topic.TRANSFER_RETURNED: Action.TOLD_RETURNED,
}


def register_feed() -> None:
    """Tell the exchange who works through what the hub tells."""
    register_handler(Topic.TRANSFER_RELEASED, store_release)
    register_handler(Topic.TRANSFER_WITHDRAWN, end_withdrawn)
    register_handler(Topic.TRANSFER_CODE_RENEWED, code_renewed)
    register_handler(Topic.TRANSFER_ATTEMPTS_REFUSED, attempts_refused)
    for topic in _AT_ORIGIN:
        register_handler(topic, apply_news)


def store_release(operation: Operation, message: Message, envelope_id: uuid.UUID) -> None:
    """Somebody may come: remember where the archive is."""
    assert isinstance(message, AnyTransferReleased)
    if message.destination != profile().code or not Registry.objects.filter(pk=message.origin).exists():
        raise OutOfOrder("not_ours")
    if Release.objects.filter(pk=message.transfer_id).exists():
        raise OutOfOrder("released_before")
    row = InboxMessage.objects.select_related("person_key").get(message_id=envelope_id)
    key_id, key = next(iter(document_fingerprints(message.person.document).items()))
    proofs = message.proofs if isinstance(message, TransferReleased2) else None
    release = Release.objects.create(
        id=message.transfer_id,
        message_id=envelope_id,
        person_key=row.person_key,
        document_key=key,
        document_key_id=key_id,
        proofs=proofs.plain() if proofs else None,
        origin_id=message.origin,
        division_code=message.destination_division or "",
        arrived_at=operation.at,
    )
    open_release_case(operation, release)
    record_events(operation, ReleaseArrived(subject_id=message.transfer_id, origin=message.origin))


def end_withdrawn(operation: Operation, message: Message, envelope_id: uuid.UUID) -> None:
    """The origin took it back: a claim that is open ends with it."""
    assert isinstance(message, TransferWithdrawn)
    _end_claim(operation, message.transfer_id, Action.TOLD_WITHDRAWN, message.reason)
    _end(operation, message.transfer_id)


def code_renewed(operation: Operation, message: Message, envelope_id: uuid.UUID) -> None:
    """A claim is proven otherwise from now on; what is older than what is known changes nothing."""
    assert isinstance(message, TransferCodeRenewed)
    if not Release.objects.filter(pk=message.transfer_id).exists():
        raise OutOfOrder("unknown_transfer")
    release = locked_release(message.transfer_id)
    if release and message.proofs.renewal > renewal_of(release):
        release.proofs = message.proofs.plain()
        release.save(update_fields=["proofs"])


def attempts_refused(operation: Operation, message: Message, envelope_id: uuid.UUID) -> None:
    """The destination turned somebody away; the bound phone is told once a day. The transfer stays as it is."""
    assert isinstance(message, TransferAttemptsRefused)
    found = TransferOut.objects.select_related("record").filter(pk=message.transfer_id).first()
    if found is None:
        raise OutOfOrder("unknown_transfer")
    row = locked_transfer(found)
    row.refused_attempts += message.wrong_codes + message.wrong_divisions
    row.attempts_at = message.until
    tell_attempts(operation, row)
    row.save(update_fields=["refused_attempts", "attempts_at", "attempts_told_at"])
    reported = AttemptsReported(
        subject_id=row.pk,
        wrong_codes=message.wrong_codes,
        wrong_divisions=message.wrong_divisions,
        is_closed_to_others=message.is_closed_to_others,
    )
    record_events(operation, reported)


def apply_news(operation: Operation, message: Message, envelope_id: uuid.UUID) -> None:
    """News of one of ours who leaves, or of what the hub ended by itself about one who comes."""
    assert isinstance(message, OriginNews)
    words = message.reason if isinstance(message, TransferClaimRejected | TransferReturned) else ""
    leaving = TransferOut.objects.select_related("record").filter(pk=message.transfer_id).first()
    if leaving:
        try:
            advance_transfer(
                operation=operation, row=leaving, action=_AT_ORIGIN[message.topic], actor=Actor.HUB, words=words
            )
        except RuleBroken as broken:
            raise OutOfOrder(broken.code) from None
        return
    if isinstance(message, TransferReturned):
        _end(operation, message.transfer_id)
    elif isinstance(message, TransferClaimRejected):
        _end_claim(operation, message.transfer_id, Action.TOLD_CLAIM_REJECTED, words, claim_id=message.claim_id)
    else:
        raise OutOfOrder("unknown_transfer")


def _end_claim(
    operation: Operation, transfer_id: uuid.UUID, action: Action, words: str, claim_id: uuid.UUID | None = None
) -> None:
    """End the open claim, if there is one; what has ended already needs no news."""
    claims = TransferIn.objects.filter(transfer_id=transfer_id, state__in=OPEN_IN)
    claim = (claims.filter(pk=claim_id) if claim_id else claims).first()
    if claim is None:
        return
    try:
        advance_transfer(operation=operation, row=claim, action=action, actor=Actor.HUB, words=words)
    except RuleBroken as broken:
        raise OutOfOrder(broken.code) from None


def _end(operation: Operation, transfer_id: uuid.UUID) -> None:
    releases = Release.objects.select_related("person_key")
    release = releases.select_for_update(of=("self",), no_key=True).filter(pk=transfer_id).first()
    if release is None:
        raise OutOfOrder("unknown_transfer")
    if release.ended_at is None:
        end_release(operation, release)
