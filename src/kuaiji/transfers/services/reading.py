"""Reads what pages show of transfers."""

import dataclasses
import datetime as dt
import uuid

from django.db.models import QuerySet

from kuaiji.identity.models import User
from kuaiji.regions.models import Registry
from kuaiji.regions.services import full_name
from kuaiji.transfers.enums import InRule, OutRule
from kuaiji.transfers.models import ClaimDraft, TransferIn, TransferOut
from kuaiji.transfers.services.arriving import body_of, open_release


@dataclasses.dataclass(frozen=True, slots=True)
class RuleResult:
    """One written rule of a review: its title, whether it passed, and why not."""

    title: str
    passed: bool
    words: str


@dataclasses.dataclass(frozen=True, slots=True)
class Coming:
    """What 确认调入 shows. ``arrived`` when the archive is here already; nothing of it is shown before it is the
    person's, so this holds counts and dates only."""

    origin: str
    division: str
    arrived: bool
    collected_at: dt.datetime | None
    versions: int
    pictures: int


def transfers_out_of(user: User) -> QuerySet[TransferOut]:
    """All transfers out of ``user``, the newest first, with record, destination, proof and key."""
    rows = TransferOut.objects.select_related("record__user__person_key", "destination", "proof", "person_key")
    return rows.filter(record__user=user)


def out_of(user: User, transfer_id: uuid.UUID) -> TransferOut | None:
    """The transfer out of ``user`` with this id; None for somebody else's and for none."""
    return transfers_out_of(user).filter(pk=transfer_id).first()


def findings_of(row: TransferOut | TransferIn) -> list[RuleResult]:
    """The rules of the review in order; before it all of them, ``words`` empty and not passed."""
    rules = OutRule if isinstance(row, TransferOut) else InRule
    found = {one["rule"]: one for one in row.findings}
    return [
        RuleResult(str(rule.label), bool(one and one["passed"]), one["words"] if one else "")
        for rule in rules
        for one in [found.get(rule.value)]
    ]


def coming_transfer(draft: ClaimDraft) -> Coming:
    """What a verified draft would bring."""
    match = draft.answers["match"]
    release = open_release(uuid.UUID(match["transfer_id"]))
    body = body_of(release) if release else None
    return Coming(
        origin=Registry.objects.get(pk=match["origin"]).name,
        division=full_name(draft.answers["division_code"]),
        arrived=body is not None,
        collected_at=body.archive.collected_at if body else None,
        versions=len(body.history) if body else 0,
        pictures=len(body.pictures) if body else 0,
    )
