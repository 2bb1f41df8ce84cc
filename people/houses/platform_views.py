"""What a test sees of the people who move, in a process of one platform (see ``platform_commands``)."""

import contextlib
import uuid
from collections import Counter
from typing import Any

from kuaiji.accountants.models import ExamRow, Hold, Record
from kuaiji.accountants.services.versions import current_version
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.services import read_attachment
from kuaiji.common.keyring import SealBroken
from kuaiji.exchange.models import InboxMessage, OutboxMessage
from kuaiji.identity.models import User
from kuaiji.identity.passwords.hashing import verify_any
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.models import OutgoingSms
from kuaiji.transfers.enums import InState
from kuaiji.transfers.models import Release, TransferIn, TransferOut
from kuaiji.transfers.services import codes
from kuaiji.transfers.services.arriving import body_of

PASSWORD = "mulan-9-tigers-on-the-hill"


def record_of(*, user: str) -> dict[str, Any]:
    """What this platform has of somebody."""
    record = Record.objects.filter(user_id=uuid.UUID(user)).select_related("person_key").first()
    if record is None:
        return {}
    chain = list(record.versions.order_by("number").values_list("number", "kind", "platform", "origin_number"))
    exam = ExamRow.objects.get(record=record)
    pictures = Attachment.objects.filter(person_key=record.person_key, claimed_at__isnull=False)
    newest = current_version(record)
    return {
        "record": str(record.pk),
        "status": record.status,
        "exam_status": exam.status,
        "division": record.division_code,
        "version": record.version,
        "chain": [list(one) for one in chain],
        "education": newest.content["education"],
        "employment": newest.content["employment"],
        "locked": Hold.objects.filter(record=record, lifted_at=None).count(),
        "pictures": sorted(row.purpose for row in pictures if _opens(row)),
        "readable": all(version.content["identity"]["name"] for version in record.versions.all()),
    }


def out_of(*, transfer: str) -> dict[str, Any]:
    """A transfer at its origin."""
    row = TransferOut.objects.select_related("person_key").get(pk=transfer)
    found = {one["rule"]: one["passed"] for one in row.findings}
    return {
        "state": row.state,
        "words": [row.get_state_display(), row.hub_words],
        "asked": row.withdraw_asked_at is not None,
        "note": row.note or "",
        "findings": found,
    }


def code_of(*, transfer: str) -> str:
    """The 调转码 that works now; empty where there is none."""
    made = codes.code_of(TransferOut.objects.get(pk=transfer))
    return made.code or "" if made else ""


def attempts_of(*, transfer: str) -> dict[str, Any]:
    """What the origin has heard of claims that could not prove themselves."""
    row = TransferOut.objects.get(pk=transfer)
    return {"refused": row.refused_attempts, "told": row.attempts_told_at is not None}


def released_version(*, transfer: str) -> int:
    """Which version of the record went out."""
    return TransferOut.objects.get(pk=transfer).version or 0


def unclaimed(*, user: str) -> int:
    """Pictures of somebody that belong to no record."""
    return Attachment.objects.filter(person_key__user=uuid.UUID(user), claimed_at=None).count()


def claims_of(*, transfer: str) -> list[str]:
    """The states of all claims on a transfer."""
    return sorted(TransferIn.objects.filter(transfer_id=transfer).values_list("state", flat=True))


def claim_of(*, claim: str) -> dict[str, Any]:
    """A claim at its destination."""
    row = TransferIn.objects.select_related("person_key").get(pk=claim)
    return {
        "state": row.state,
        "road": row.road,
        "note": row.note or "",
        "findings": {one["rule"]: one["passed"] for one in row.findings},
    }


def user_of(*, user: str, password: str = PASSWORD) -> dict[str, Any]:
    """Who signs in, with what; whether ``password`` is theirs."""
    row = User.objects.select_related("person_key").get(pk=user)
    return {
        "name": row.name,
        "phone": row.phone,
        "password": verify_any(password, [row]) is not None,
        "checks": {check.kind: check.outcome for check in row.checks.all()},
        "users": User.objects.count(),
    }


def messages() -> dict[str, int]:
    """How many messages of each template there are."""
    return Counter(OutgoingSms.objects.values_list("template_key", flat=True))


def waiting() -> dict[str, int]:
    """What is not done, to be told and heard."""
    return {
        "outbox": OutboxMessage.objects.open().count(),
        "inbox": InboxMessage.objects.open().count(),
    }


def releases() -> int:
    """How many people are let go to this platform and not here yet."""
    return Release.objects.filter(ended_at=None).count()


def here(*, transfers: list[str]) -> list[str]:
    """Which of these came and can be claimed: nobody has, and they are not over."""
    came = Release.objects.filter(pk__in=transfers, ended_at=None)
    return [
        str(pk) for pk in came.exclude(pk__in=TransferIn.objects.values("transfer_id")).values_list("pk", flat=True)
    ]


def claimant_of(*, transfer: str) -> str:
    """Who claimed a transfer last, if anybody did."""
    newest = TransferIn.objects.filter(transfer_id=transfer).first()
    return str(newest.user_id) if newest else ""


def to_verify(*, transfer: str) -> list[dict[str, str]]:
    """Claims on it that wait for the bureau, and whether the password of ``PASSWORD`` was chosen: who is the owner."""
    rows = TransferIn.objects.select_related("user__person_key", "person_key").filter(state=InState.TO_VERIFY)
    rows = rows.filter(transfer_id=transfer).order_by("claimed_at", "pk")
    return [{"claim": str(row.pk), "password_is": PASSWORD if _chose(row, PASSWORD) else ""} for row in rows]


def holder_of(*, transfer: str, passwords: list[str]) -> dict[str, Any]:
    """Whether somebody here has what came with a transfer, and which of these passwords opens it."""
    claim = TransferIn.objects.filter(transfer_id=transfer, state=InState.RECEIVED).select_related("user").first()
    if claim is None or not Record.objects.of(claim.user).exists():
        return {"record": False, "password": ""}
    opens = [password for password in passwords if verify_any(password, [claim.user])]
    return {"record": True, "password": opens[0] if opens else ""}


def _chose(row: TransferIn, password: str) -> bool:
    holder = User(password=row.credentials["password"]) if row.credentials else row.user
    return verify_any(password, [holder]) is not None


def told_twice() -> int:
    """How many were told the same state of a transfer more often than people have their phone."""
    kinds = ("transfer_out_", "transfer_in_")
    keys = [key for key in TemplateKey if key.startswith(kinds) and key != TemplateKey.TRANSFER_IN_CODE]
    sent = OutgoingSms.objects.filter(template_key__in=keys)
    told = Counter((message.phone, message.template_key) for message in sent.iterator())
    people = Counter(user.phone for user in User.objects.select_related("person_key").iterator())
    return sum(times > people[phone] for (phone, *_), times in told.items() if phone)


def archive_readable(*, transfer: str) -> bool:
    """Whether what came with a transfer can still be opened."""
    release = Release.objects.get(pk=transfer)
    with contextlib.suppress(Exception):
        return bool(body_of(release).history)
    return False


def _opens(picture: Attachment) -> bool:
    with contextlib.suppress(SealBroken):
        return bool(read_attachment(picture))
    return False
