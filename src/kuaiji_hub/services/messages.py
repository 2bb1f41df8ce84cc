"""Takes each message once, and keeps it with its signature and its answer."""

import datetime as dt
import uuid
from typing import Any

from django.conf import settings

from kuaiji.common import clock, locks
from kuaiji.common.ids import uuid7
from kuaiji_hub import rules, signatures
from kuaiji_hub.models import DataKey, Difference, SignedMessage
from kuaiji_hub.services import counts, feed, reports, transfers
from kuaiji_hub.services.outcomes import Outcome
from kuaiji_signed import canonical
from kuaiji_wire import messages
from kuaiji_wire.answers import ACCEPTED, Answer, Refusal
from kuaiji_wire.client import MESSAGES, SMALL_CAP
from kuaiji_wire.errors import IdReused, TooLarge
from kuaiji_wire.messages import AnyRecordReported, AnyTransferReleased, Envelope, Topic
from kuaiji_wire.signing import Request, Response, Verified

SIGNED = ("content-type", "content-digest", "signature-input", "signature")  # headers that prove a message
# A platform's book says otherwise than the hub's.
DIFFERENCES = (Refusal.HELD_ELSEWHERE, Refusal.NOT_HOLDER, Refusal.NAME_MISMATCH, Refusal.DOCUMENT_TAKEN)


class TooLargeForItsTopic(TooLarge):
    """Only transfer.released carries pictures and history."""

    message = "该主题的报文超过 256 KB，请减少内容后重发"


def take(asked: Request, verified: Verified) -> Response:
    """Answer a message; the same id again gets the same bytes. Runs in the caller's transaction.

    Raises BadJson, BadMessage, BadDocument, OverQuota, UnknownTopic, UnknownVersion, IdReused, NotYours, TooLarge.
    """
    envelope = messages.read_envelope(asked.body)
    if len(asked.body) > SMALL_CAP and envelope.topic != Topic.TRANSFER_RELEASED:
        raise TooLargeForItsTopic("body")
    digest = messages.digest(envelope)
    locks.lock("message", envelope.id.bytes)
    if known := SignedMessage.objects.filter(pk=envelope.id).first():
        if (known.sender_id, known.digest) != (verified.sender, digest) or known.answer is None:
            raise IdReused("id")
        return signatures.sign(Response(200, asked, body=known.answer.encode()))
    at = clock.now()
    outcome = _decide(verified.sender, envelope, at)
    answer = _answer(envelope.id, outcome)
    key = signatures.own(at)
    response = signatures.signer(key.pk).sign_response(Response(200, asked, body=answer))
    _keep(
        asked,
        envelope,
        outcome,
        at,
        sender_id=verified.sender,
        signing_key_id=verified.keyid,
        digest=digest,
        answer=answer.decode(),
        answer_key=key,
        answer_headers=_signed(response),
    )
    _compare(verified.sender, envelope.id, outcome, at)
    if outcome.refusal:
        counts.refused(verified.sender, outcome.refusal, at=at)
    return response


def say(body: messages.Message, outcome: Outcome, *, at: dt.datetime) -> None:
    """A message of the hub's own, kept and told like any other."""
    envelope = Envelope.of(body, id=uuid7(), sent_at=at)
    key = signatures.own(at)
    bare = Request("POST", settings.ADDRESS + MESSAGES, body=canonical.dump(envelope.plain()))
    _keep(
        signatures.signer(key.pk).sign_request(bare),
        envelope,
        outcome,
        at,
        signing_key=key,
        digest=messages.digest(envelope),
    )


def _decide(sender: str, envelope: Envelope, at: dt.datetime) -> Outcome:
    body = messages.parse(envelope)
    if isinstance(body, AnyRecordReported):
        return reports.report(sender=sender, message_id=envelope.id, body=body, at=at)
    if isinstance(body, AnyTransferReleased):
        return transfers.release(sender=sender, body=body, at=at)
    assert isinstance(body, transfers.Step)
    return transfers.move(sender=sender, body=body, at=at)


def _answer(message_id: uuid.UUID, outcome: Outcome) -> bytes:
    refusal = outcome.refusal
    answer = Answer(
        id=message_id,
        status="refused" if refusal else "accepted",
        code=refusal or ACCEPTED,
        message=rules.WORDS[refusal] if refusal else rules.ACCEPTED_WORDS,
        result=outcome.result,
    )
    return canonical.dump(answer.plain())


def _keep(asked: Request, envelope: Envelope, outcome: Outcome, at: dt.datetime, **said: Any) -> None:
    """Write the row, and tell whom it concerns."""
    data_key = outcome.data_key or DataKey.objects.make()
    SignedMessage.objects.create(
        id=envelope.id,
        topic=envelope.topic,
        version=envelope.version,
        subject_id=outcome.subject_id,
        url=asked.url,
        headers=_signed(asked),
        body=data_key.box.seal(asked.body, SignedMessage.LABEL, envelope.id),
        data_key=data_key,
        received_at=at,
        code=outcome.refusal or ACCEPTED,
        **said,
    )
    feed.tell(outcome.tells, envelope.id, at=at)


def _signed(message: Request | Response) -> dict[str, str]:
    headers = {name.lower(): value for name, value in message.headers.items()}
    return {name: headers[name] for name in SIGNED}


def _compare(sender: str, message_id: uuid.UUID, outcome: Outcome, at: dt.datetime) -> None:
    """Remember where the sender's book and ours differ, until they agree."""
    if outcome.record_id is None:
        return
    here = {"platform_id": sender, "record_id": outcome.record_id}
    if outcome.refusal in DIFFERENCES:
        newest = {"code": outcome.refusal, "message_id": message_id}
        Difference.objects.update_or_create(**here, defaults=newest, create_defaults={**newest, "since": at})
    elif outcome.refusal is None:
        Difference.objects.filter(**here).delete()
