"""What two entries about one thing say of each other, and what is to be done where they differ. Pure.

What is still on its way explains itself: whoever reads the books says so with ``is_moving``.
docs/reconciliation.md shows kinds and repairs: run ``python -m tools.pages`` after a change.
"""

import dataclasses
import datetime as dt
import uuid

from kuaiji.reconciliation.enums import Kind
from kuaiji_wire.answers import ACCEPTED, Refusal, TransferState
from kuaiji_wire.books import HeldRecord, KeptMessage, KnownTransfer, ToldEntry

ENDED = frozenset({TransferState.RECEIVED, TransferState.WITHDRAWN, TransferState.RETURNED})


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """A message of ours as the outbox has it; ``done_at`` once it was answered."""

    message_id: uuid.UUID
    version: int
    digest: str
    code: str
    done_at: dt.datetime | None
    is_parked: bool
    is_dropped: bool


@dataclasses.dataclass(frozen=True, slots=True)
class OurRecord:
    """A record here. ``newest`` is the report with the highest version that was queued."""

    version: int
    has_left: bool
    is_incomplete: bool
    newest: Told | None
    is_parked: bool
    is_moving: bool


@dataclasses.dataclass(frozen=True, slots=True)
class OurEntry:
    """An entry of our feed as it was stored."""

    message_id: uuid.UUID
    digest: str


@dataclasses.dataclass(frozen=True, slots=True)
class OurTransfer:
    """A transfer here: the states the hub may have it in (none: it need not know it), and the claim, if one counts."""

    states: frozenset[TransferState]
    claim_id: uuid.UUID | None


def of_record(ours: OurRecord | None, theirs: HeldRecord | None) -> Kind | None:
    """How the two differ about whom we hold."""
    kind = _of_record(ours, theirs)
    if kind is None or ours is None:
        return kind
    if ours.is_moving:
        return None
    return Kind.REPORT_PARKED if ours.is_parked else kind


def _of_record(ours: OurRecord | None, theirs: HeldRecord | None) -> Kind | None:
    if ours is None:
        return Kind.UNKNOWN_HERE
    if ours.has_left:
        return Kind.HELD_THOUGH_LEFT if theirs else None
    if theirs is None:
        return _untaken(ours) or Kind.NOT_REPORTED
    if theirs.version is None and ours.is_incomplete and (ours.newest is None or ours.newest.version < ours.version):
        return None  # received, and nothing made of it yet
    if theirs.version is None or theirs.version < ours.version:
        return _untaken(ours) or Kind.BEHIND
    if theirs.version > ours.version:
        return Kind.AHEAD
    newest = ours.newest
    if newest and newest.version == theirs.version and newest.digest and newest.digest != theirs.digest:
        return Kind.OTHER_CONTENT
    return None


def _untaken(ours: OurRecord) -> Kind | None:
    """Why the newest report changed nothing at the hub."""
    newest = ours.newest
    if newest is None or newest.version < ours.version:
        return None
    if newest.is_dropped:
        return Kind.REPORT_GIVEN_UP
    if newest.code == Refusal.HELD_ELSEWHERE:
        return Kind.HELD_ELSEWHERE
    return Kind.REPORT_REFUSED if newest.code not in ("", ACCEPTED) else None


def of_message(ours: Told | None, theirs: KeptMessage | None, *, begun: dt.datetime) -> Kind | None:
    """How the two differ about a message of ours. ``begun``: the hub's page is not older."""
    if ours is None:
        return Kind.KEPT_BUT_NOT_SENT
    if theirs is None:
        return Kind.SENT_BUT_NOT_KEPT if ours.done_at and ours.done_at < begun else None
    if ours.digest and ours.digest != theirs.digest:
        return Kind.MESSAGE_DIFFERS
    if ours.done_at:
        return Kind.ANSWER_DIFFERS if ours.code != theirs.code else None
    return Kind.ANSWER_UNUSED if ours.is_parked or ours.is_dropped else None


def of_entry(ours: OurEntry | None, theirs: ToldEntry | None) -> Kind | None:
    """How the two differ about a number that we had when the comparison began."""
    if ours is None:
        return Kind.FEED_GAP
    if theirs is None:
        return Kind.FEED_AHEAD
    return None if ours == OurEntry(theirs.message_id, theirs.digest) else Kind.FEED_DIFFERS


def of_transfer(ours: OurTransfer | None, theirs: KnownTransfer | None) -> Kind | None:
    """How the two differ about a transfer."""
    if ours is None:
        return Kind.TRANSFER_UNKNOWN_HERE
    if theirs is None:
        return Kind.TRANSFER_UNKNOWN_THERE if ours.states else None
    if theirs.state not in ours.states:
        return Kind.TRANSFER_STATE_DIFFERS
    if ours.claim_id and ours.claim_id != theirs.claim_id:
        return Kind.TRANSFER_CLAIM_DIFFERS
    return None


AGAIN = frozenset({Kind.NOT_REPORTED, Kind.BEHIND})  # reporting again is safe, and mends it

_REPORT_AGAIN = "重新上报：kuaiji reconcile --repair"
_RESTORED = "核对本平台是否恢复过旧备份，补回其后的数据"
_THEIR_BACKUP = "请全国平台核对是否恢复过旧备份"
_OUR_KEY = "核对本平台的签名密钥是否外泄，必要时更换"
_PARKED = "管理端“卡住的消息”中查看原因，重新发送或放弃"
_BY_HUB = "以全国平台为准：核对两地经办记录后更正本平台"

REPAIRS: dict[Kind, str] = {
    Kind.NOT_REPORTED: _REPORT_AGAIN,
    Kind.BEHIND: _REPORT_AGAIN,
    Kind.AHEAD: _RESTORED,
    Kind.OTHER_CONTENT: "核对本人材料后更正档案，新版本自动上报",
    Kind.UNKNOWN_HERE: _RESTORED,
    Kind.HELD_ELSEWHERE: "请本人到管理其档案的平台办理调出",
    Kind.HELD_THOUGH_LEFT: "核对调转记录，请全国平台更正管理平台",
    Kind.REPORT_REFUSED: "核对本人姓名、证件后更正档案，新版本自动上报",
    Kind.REPORT_PARKED: _PARKED,
    Kind.REPORT_GIVEN_UP: "确认放弃的原因；仍由本平台管理的，更正后再上报",
    Kind.SENT_BUT_NOT_KEPT: _THEIR_BACKUP,
    Kind.KEPT_BUT_NOT_SENT: f"{_RESTORED}；没有恢复过的，{_OUR_KEY}",
    Kind.MESSAGE_DIFFERS: _OUR_KEY,
    Kind.ANSWER_DIFFERS: f"{_THEIR_BACKUP}，以其签名答复为准",
    Kind.ANSWER_UNUSED: _PARKED,
    Kind.FEED_GAP: "核对收件表是否被改动，从备份补回这一号",
    Kind.FEED_DIFFERS: "核对收件表是否被改动，请全国平台核对签名",
    Kind.FEED_AHEAD: _THEIR_BACKUP,
    Kind.TRANSFER_STATE_DIFFERS: _BY_HUB,
    Kind.TRANSFER_CLAIM_DIFFERS: _BY_HUB,
    Kind.TRANSFER_UNKNOWN_THERE: _THEIR_BACKUP,
    Kind.TRANSFER_UNKNOWN_HERE: _RESTORED,
    Kind.HOLD_WITHOUT_TRANSFER: "核对调转记录，确认无在办调出后解除锁定",
    Kind.TRANSFER_WITHOUT_HOLD: "核对调转记录，补上锁定或撤回调出",
}
