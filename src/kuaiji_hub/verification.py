"""Checks the whole book without the network: signatures of messages and answers, and feeds without gaps."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator

from django.db.models import Count, Max
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    MappingKeyResolver,
    algorithms,
)

from kuaiji.common.keyring import SealBroken
from kuaiji_hub.models import Platform, SignedMessage, SigningKey
from kuaiji_signed.signing import is_canonical
from kuaiji_wire import messages
from kuaiji_wire.answers import Answer
from kuaiji_wire.errors import WireError
from kuaiji_wire.keys import load_public_key, owner_of
from kuaiji_wire.messages import Topic
from kuaiji_wire.signing import WIRE, Request, Response

CHUNK = 20


class _AsOf(HTTPMessageVerifier):
    """Believes what was fresh then."""

    max_clock_skew = WIRE.skew

    def __init__(self, key: SigningKey, moment: dt.datetime) -> None:
        keys = {key.pk: load_public_key(key.public_key)}
        super().__init__(
            signature_algorithm=algorithms.ED25519,
            key_resolver=MappingKeyResolver(public_keys=keys, private_keys={}),
        )
        self._moment = moment

    def validate_created_and_expires(self, sig_input, max_age=None):  # type: ignore[no-untyped-def]
        created, expires = (sig_input.params[name] for name in ("created", "expires"))
        skew = self.max_clock_skew.total_seconds()
        if not created - skew <= self._moment.timestamp() <= expires + skew:
            raise HTTPMessageSignaturesException("not of that time")


def differences() -> tuple[Counter[str], list[tuple[SignedMessage, list[str]]]]:
    """How many messages of each topic there are, and those with what is wrong with them."""
    topics, wrong = Counter[str](), []
    for message in _all():
        topics[message.topic] += 1
        if faults := list(_faults(message)):
            wrong.append((message, faults))
    return topics, wrong


def broken_feeds() -> list[str]:
    """Platforms whose feed is not numbered from 1 to its last without a gap."""
    counted = Platform.objects.annotate(entries=Count("feed"), last=Max("feed__number"))
    return [platform.code for platform in counted if {platform.entries, platform.last or 0} != {platform.feed_number}]


def _all() -> Iterator[SignedMessage]:
    """In short statements, however many there are."""
    rows = SignedMessage.objects.select_related("data_key", "signing_key", "answer_key").order_by("pk")
    page = list(rows[:CHUNK])
    while page:
        yield from page
        page = list(rows.filter(pk__gt=page[-1].pk)[:CHUNK])


def _faults(message: SignedMessage) -> Iterator[str]:
    try:
        body = message.plain_body
    except SealBroken:
        yield "body"
        return
    asked = Request("POST", message.url, message.headers, body)
    if not _is_digest(message, body):
        yield "digest"
    if not _is_signed(asked, message.signing_key, message.sender_id or "hub", message.received_at):
        yield "signature"
    if message.answer is not None and message.answer_key:
        answer = Response(200, asked, message.answer_headers or {}, message.answer.encode())
        if not (
            _is_answer(message, answer.body) and _is_signed(answer, message.answer_key, "hub", message.received_at)
        ):
            yield "answer"


def _is_digest(message: SignedMessage, body: bytes) -> bool:
    """Do the row's columns say what the body says?"""
    try:
        envelope = messages.read_envelope(body)
        told = (envelope.id, envelope.topic, envelope.version, messages.digest(envelope))
    except WireError:
        return False
    subject = envelope.body.get("record_id" if envelope.topic == Topic.RECORD_REPORTED else "transfer_id")
    known = (message.id, message.topic, message.version, message.digest)
    return told == known and uuid.UUID(str(subject)) == message.subject_id


def _is_answer(message: SignedMessage, body: bytes) -> bool:
    """Does the row's column say what the answer says?"""
    try:
        answer = Answer.read(body)
    except WireError:
        return False
    return (answer.id, answer.code) == (message.id, message.code)


def _is_signed(said: Request | Response, key: SigningKey, owner: str, moment: dt.datetime) -> bool:
    """By the owner's key, which counted then, over the components that the wire wants."""
    if owner_of(key.pk) != owner or moment < key.valid_from - WIRE.skew or not is_canonical(said, scheme=WIRE):
        return False
    if key.valid_until is not None and moment > key.valid_until + WIRE.skew:
        return False
    try:
        proven = _AsOf(key, moment).verify(
            said,
            max_age=None,
            expect_tag=WIRE.tag,
            expect_label=WIRE.label,
            require_components=WIRE.components(said),
            body=said.body,
        )
    except HTTPMessageSignaturesException:
        return False
    return [result.parameters["keyid"] for result in proven] == [key.pk]
