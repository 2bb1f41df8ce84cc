"""Transfers in words, for the person."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.models import Record
from kuaiji.common.profile import OtherPlatform, profile
from kuaiji.identity.models import User
from kuaiji.regions.models import FinanceBureau
from kuaiji.regions.services import bureau_of, full_name, full_name_in
from kuaiji.transfers.enums import InState, OutState
from kuaiji.transfers.models import TransferCode, TransferIn, TransferOut
from kuaiji.transfers.services.claiming import claim_of
from kuaiji.transfers.services.codes import code_of
from kuaiji.transfers.services.reading import RuleResult, findings_of, transfers_out_of


@dataclasses.dataclass(frozen=True, slots=True)
class Moment:
    """A point of a timeline. ``address`` is where its words lead to, empty where nowhere."""

    title: str
    at: dt.datetime
    words: str = ""
    address: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class ShownOut:
    """A transfer out as the person reads it. ``number`` is 序号, 1 for the oldest."""

    row: TransferOut
    number: int

    @property
    def division(self) -> str:
        return full_name(self.row.division_code)

    @property
    def destination(self) -> str:
        return full_name_in(self.row.destination, self.row.destination_division)

    @property
    def platform(self) -> OtherPlatform | None:
        """Where the destination is found, as far as the profile says."""
        return next((other for other in profile().others if other.code == self.row.destination_id), None)

    @property
    def phones(self) -> list[str]:
        """Phones of the destination's bureau, as far as they are known."""
        bureau = bureau_of(self.row.destination_division)
        return bureau.phones if bureau else []

    @property
    def state(self) -> OutState:
        return OutState(self.row.state)

    @property
    def code(self) -> TransferCode | None:
        """The 调转码 while it can be used; None where the release carries none."""
        return code_of(self.row) if self.state in (OutState.APPROVED, OutState.RELEASED) else None

    @property
    def withdrawing(self) -> bool:
        """Whether the national platform is still to decide about 撤回."""
        return self.row.is_open and self.row.withdraw_asked_at is not None

    @property
    def next_template(self) -> str:
        """The part of the page that says what it waits for and what can be done."""
        return f"transfers/out_next/{'withdrawing' if self.withdrawing else self.state.value}.html"

    @property
    def released(self) -> bool:
        """Whether the destination can claim it now: only then another 调转码 can be had."""
        return self.state == OutState.RELEASED

    @property
    def findings(self) -> list[RuleResult]:
        return findings_of(self.row)

    @property
    def timeline(self) -> list[Moment]:
        """What has happened, the newest first."""
        row = self.row
        passed = self.state != OutState.REJECTED
        happened = [(row.applied_at, "申请调出", f"调入{self.destination}")]
        if row.reviewed_at:
            happened.append((row.reviewed_at, "审核通过" if passed else "审核不通过", ""))
        if row.withdraw_asked_at:
            happened.append((row.withdraw_asked_at, "申请撤回", ""))
        if row.hub_changed_at:
            happened.append((row.hub_changed_at, row.hub_words, "全国平台处理"))
        return [Moment(title, at, words) for at, title, words in sorted(happened, key=lambda one: one[0])][::-1]


def shown(rows: Iterable[TransferOut]) -> list[ShownOut]:
    """Transfers out, the newest first as they come, numbered from the oldest."""
    known = list(rows)
    return [ShownOut(row, len(known) - place) for place, row in enumerate(known)]


@dataclasses.dataclass(frozen=True, slots=True)
class ShownIn:
    """A claim as the person reads it."""

    row: TransferIn

    @property
    def state(self) -> InState:
        return InState(self.row.state)

    @property
    def division(self) -> str:
        return full_name(self.row.division_code)

    @property
    def next_template(self) -> str:
        """The part of the page that says what an open claim waits for; one that is decided has none."""
        return f"transfers/in_next/{self.state.value}.html"

    @property
    def withdrawn(self) -> bool:
        """Whether the person took the transfer back at its origin."""
        return self.state == InState.WITHDRAWN

    @property
    def unproven(self) -> bool:
        """Whether nothing but the bureau could have proven it."""
        return not self.row.is_proven

    @property
    def expired(self) -> bool:
        """Whether nobody finished it in time."""
        return self.state == InState.EXPIRED

    @property
    def failed(self) -> bool:
        """Whether it came to nothing."""
        return not self.row.is_open and self.state != InState.RECEIVED

    @property
    def findings(self) -> list[RuleResult]:
        """The written rules, once the review has decided."""
        return findings_of(self.row) if self.row.findings else []

    @property
    def bureau(self) -> FinanceBureau | None:
        """Who has to know the person, where nothing else proves the claim."""
        return bureau_of(self.row.division_code)


@dataclasses.dataclass(frozen=True, slots=True)
class TransferSummary:
    """What a person has to do with other platforms at this moment; at most one of the two is open."""

    out: ShownOut | None
    claim: ShownIn | None

    def status(self, record: Record | None) -> CollectionStatus | None:
        """采集状态 as far as a transfer or a record says it (R3.9); None before both."""
        if self.claim and self.claim.row.is_open:
            return CollectionStatus.CLAIM_UNDER_REVIEW
        if record is None:
            return None
        if self.out and self.out.row.is_open:
            return CollectionStatus.TRANSFERRING_OUT
        return CollectionStatus(record.status)


NEVER_MOVED = TransferSummary(None, None)


def moved_in(user: User) -> list[Moment]:
    """Each time the record came here from another platform."""
    received = TransferIn.objects.filter(user=user, state=InState.RECEIVED).select_related("origin")
    return [
        Moment(
            "调入完成", row.hub_changed_at or row.claimed_at, f"从{row.origin.name}调入{full_name(row.division_code)}"
        )
        for row in received
    ]


def transfer_summary(user: User, record: Record | None) -> TransferSummary:
    """The newest transfer out of ``user``, and the newest claim unless that transfer came after it."""
    outs, claim = shown(transfers_out_of(user)) if record else [], claim_of(user)
    out = outs[0] if outs else None
    if claim and out and claim.claimed_at < out.row.applied_at:
        claim = None
    return TransferSummary(out, ShownIn(claim) if claim else None)
