"""Reads what pages show of transfers."""

import dataclasses
import uuid

from django.db.models import Exists, OuterRef, QuerySet

from kuaiji.identity.models import User
from kuaiji.regions.models import FinanceBureau, Registry
from kuaiji.regions.services import bureau_of, full_name
from kuaiji.transfers.enums import InRule, OutRule, Road
from kuaiji.transfers.models import ClaimDraft, TransferIn, TransferOut


@dataclasses.dataclass(frozen=True, slots=True)
class RuleResult:
    """One written rule of a review: its title, whether it passed, and why not."""

    title: str
    passed: bool
    words: str


@dataclasses.dataclass(frozen=True, slots=True)
class Coming:
    """What 确认调入 shows: nothing of the archive, for the review has not passed. ``bureau`` of the place where the
    claim goes, as far as it is known."""

    origin: str
    division: str
    road: Road
    bureau: FinanceBureau | None


def transfers_out_of(user: User) -> QuerySet[TransferOut]:
    """All transfers out of ``user``, the newest first, with record, destination, proof and key."""
    rows = TransferOut.objects.select_related("record__user__person_key", "destination", "proof", "person_key")
    return rows.filter(record__user=user)


def has_transfer_out(user_column: str) -> Exists:
    """For a query over people: whether the person in that column has ever asked to move out."""
    return Exists(TransferOut.objects.filter(record__user=OuterRef(user_column)))


def has_transfer_in(user_column: str) -> Exists:
    """For a query over people: whether the person in that column has ever asked to move in."""
    return Exists(TransferIn.objects.filter(user=OuterRef(user_column)))


def out_of(user: User, transfer_id: uuid.UUID) -> TransferOut | None:
    """The transfer out of ``user`` with this id; None for somebody else's and for none."""
    return transfers_out_of(user).filter(pk=transfer_id).first()


def find_transfer_out(transfer_id: uuid.UUID) -> TransferOut | None:
    """A transfer out with its record and person; None where there is none of this id."""
    rows = TransferOut.objects.select_related("record__user__person_key", "destination", "person_key")
    return rows.filter(pk=transfer_id).first()


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
    answers = draft.answers
    return Coming(
        origin=Registry.objects.get(pk=answers["match"]["origin"]).name,
        division=full_name(answers["division_code"]),
        road=Road(answers["road"]),
        bureau=bureau_of(answers["division_code"]),
    )
