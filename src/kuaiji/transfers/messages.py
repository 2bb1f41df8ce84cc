"""What this platform says about transfers. Rendered from rows that do not change, so that it is the same again."""

import base64
import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, cast

from kuaiji.accountants.enums import SectionSlug, VersionKind
from kuaiji.accountants.models import RecordVersion
from kuaiji.accountants.reporting.reports import archive_2_of, archive_of, person_of, sections_2_of, sections_of
from kuaiji.accountants.sections.answers import PICTURES
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.services import read_attachment
from kuaiji.common.profile import profile
from kuaiji.exchange.models import OutboxMessage
from kuaiji.exchange.topics import Answered, register_topic
from kuaiji.transfers.enums import InState
from kuaiji.transfers.models import RefusedAttempts, Release, TransferCode, TransferIn, TransferOut
from kuaiji.transfers.services.codes import proofs_of
from kuaiji_wire.archive import PastVersion, Purpose
from kuaiji_wire.archive_2 import PastVersion2
from kuaiji_wire.messages import (
    AnyTransferReleased,
    Topic,
    TransferAttemptsRefused,
    TransferClaimed,
    TransferClaimRejected,
    TransferCodeRenewed,
    TransferReceived,
    TransferReleased,
    TransferReleased2,
    TransferReturned,
    TransferWithdrawn,
)
from kuaiji_wire.people import Person
from kuaiji_wire.proofs import ClaimProofs

MOST_VERSIONS = 1000  # of the wire; the newest of a longer history


def register(answered: Mapping[Topic, Answered]) -> None:
    """Tell the exchange how messages about transfers are written, and what their answers do."""
    for topic, render in _RENDER.items():
        register_topic(topic, render=render, answered=answered[topic])


def released(message: OutboxMessage) -> AnyTransferReleased:
    """审核通过: the whole record as it stood then, with its history and its pictures."""
    row = _out(message)
    versions = RecordVersion.objects.filter(record=row.record_id, number__lte=row.version).select_related("person_key")
    history = list(versions.order_by("-number")[:MOST_VERSIONS])[::-1]
    for version in history:
        version.person_key = row.person_key  # one key to unwrap, not one a version
    newest = history[-1]
    said: dict[str, Any] = {
        "transfer_id": row.pk,
        "record_id": _id(row.record_id),
        "person": person_of(newest),
        "origin": profile().code,
        "destination": row.destination_id,
        "destination_division": row.destination_division or None,
        "reason": _line(row.reason),
        "approved_at": _set(row.reviewed_at),
        "pictures": _pictures(newest),
    }
    if message.wire_version == 1:
        past = tuple(_past(version) for version in history)
        return TransferReleased(**said, archive=archive_of(newest), history=past)
    past_2 = tuple(_past_2(version) for version in history)
    proofs = proofs_of(row.pk, renewal=1)
    return TransferReleased2(**said, archive=archive_2_of(newest), history=past_2, proofs=proofs)


def code_renewed(message: OutboxMessage) -> TransferCodeRenewed:
    """新的调转码; the version of the message is the renewal."""
    made = TransferCode.objects.select_related("person_key").get(transfer=message.subject_id, renewal=message.version)
    return TransferCodeRenewed(
        transfer_id=message.subject_id, at=made.made_at, proofs=ClaimProofs.model_validate(made.proofs)
    )


def withdrawn(message: OutboxMessage) -> TransferWithdrawn:
    return TransferWithdrawn(transfer_id=_out(message).pk, at=message.created_at, reason="本人撤回")


def claimed(message: OutboxMessage) -> TransferClaimed:
    row = _in(message)
    return TransferClaimed(
        transfer_id=row.transfer_id,
        claim_id=row.pk,
        person=Person.from_flat(row.person),
        destination_division=row.division_code or None,
        claimed_at=row.claimed_at,
    )


def claim_rejected(message: OutboxMessage) -> TransferClaimRejected:
    """The claim did not pass, or one that is better proven took its place."""
    row = _in(message)
    return TransferClaimRejected(
        transfer_id=row.transfer_id,
        claim_id=row.pk,
        at=_set(row.reviewed_at),
        code="cancelled" if row.state == InState.DISPLACED else "review_refused",
        reason=_line("；".join([*(reason["words"] for reason in row.reasons), *([row.note] if row.note else [])])),
    )


def received(message: OutboxMessage) -> TransferReceived:
    """The review of a claim passed."""
    row = _in(message)
    return TransferReceived(
        transfer_id=row.transfer_id, claim_id=row.pk, record_id=row.record_id, at=_set(row.reviewed_at)
    )


def returned(message: OutboxMessage) -> TransferReturned:
    """This platform does not take the person."""
    release = Release.objects.select_related("person_key").get(pk=message.subject_id)
    return TransferReturned(
        transfer_id=release.pk, at=message.created_at, code="destination_refused", reason=_line(release.refusal or "")
    )


def attempts_refused(message: OutboxMessage) -> TransferAttemptsRefused:
    """Claims that could not prove themselves; the version of the message is its number."""
    row = RefusedAttempts.objects.get(release=message.subject_id, number=message.version)
    return TransferAttemptsRefused(
        transfer_id=message.subject_id,
        since=row.since,
        until=row.until,
        wrong_codes=row.wrong_codes,
        wrong_divisions=row.wrong_divisions,
        is_closed_to_others=row.is_closed_to_others,
    )


_RENDER = {
    Topic.TRANSFER_RELEASED: released,
    Topic.TRANSFER_WITHDRAWN: withdrawn,
    Topic.TRANSFER_CLAIMED: claimed,
    Topic.TRANSFER_CLAIM_REJECTED: claim_rejected,
    Topic.TRANSFER_RECEIVED: received,
    Topic.TRANSFER_RETURNED: returned,
    Topic.TRANSFER_CODE_RENEWED: code_renewed,
    Topic.TRANSFER_ATTEMPTS_REFUSED: attempts_refused,
}


# The wire has no kind of a past version for these: what a bureau has decided about the record stands as 信息更正.
TOLD_AS = dict.fromkeys((VersionKind.ENDED.value, VersionKind.REOPENED.value), VersionKind.CORRECTED.value)


def _past(version: RecordVersion) -> PastVersion:
    return PastVersion(**_made(version), sections=sections_of(version))


def _past_2(version: RecordVersion) -> PastVersion2:
    return PastVersion2(**_made(version), sections=sections_2_of(version))


def _made(version: RecordVersion) -> dict[str, Any]:
    """A version under the name of the platform that made it."""
    return {
        "platform": version.platform or profile().code,
        "number": version.origin_number or version.number,
        "kind": TOLD_AS.get(version.kind, version.kind),
        "section": version.section,
        "actor_kind": version.actor_kind,
        "made_at": version.at,
        "division_code": version.content["division_code"],
        "person": person_of(version),
    }


def _pictures(version: RecordVersion) -> dict[Purpose, str]:
    named: dict[str, Purpose] = {
        str(version.content[slug][name]): cast("Purpose", name)
        for slug in SectionSlug
        for name in PICTURES.get(slug, ())
        if version.content[slug].get(name)
    }
    rows = Attachment.objects.filter(pk__in=named).select_related("person_key")
    return {named[str(row.pk)]: base64.b64encode(read_attachment(row)).decode() for row in rows.order_by("purpose")}


def _out(message: OutboxMessage) -> TransferOut:
    return TransferOut.objects.select_related("person_key").get(pk=message.subject_id)


def _in(message: OutboxMessage) -> TransferIn:
    return TransferIn.objects.select_related("person_key").get(pk=message.subject_id)


def _line(text: str) -> str:
    """One line of at most 500 characters, as the wire wants it."""
    return " ".join(text.split())[:500]


def _set(moment: dt.datetime | None) -> dt.datetime:
    """The time of the review, without which nothing is said."""
    assert moment
    return moment


def _id(value: object) -> uuid.UUID:
    return uuid.UUID(str(value))
