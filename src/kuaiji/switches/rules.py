"""What each switch stops, and what may be written about it (R9.5, ADR 0141). Pure."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from kuaiji.audit.enums import OperationKind
from kuaiji.common.errors import RuleBroken
from kuaiji.switches.enums import SwitchName

LONGEST_REASON = 100
LONGEST = dt.timedelta(days=14)

# Goes on whatever is on: without these nobody could turn a switch off, or get a stranger out of an account.
NEVER_STOPPED = frozenset(
    {
        OperationKind.SWITCHING,
        OperationKind.SESSION_ENDING,
        OperationKind.STAFF_SECURING,
        OperationKind.PERSON_SHOWING,
    }
)
STOPPED: Mapping[SwitchName, frozenset[OperationKind]] = MappingProxyType(
    {
        SwitchName.READ_ONLY: frozenset(OperationKind) - NEVER_STOPPED,
        SwitchName.NO_REGISTRATION: frozenset({OperationKind.REGISTERING}),
        SwitchName.NO_TRANSFER: frozenset({OperationKind.TRANSFER_OUT, OperationKind.TRANSFER_CLAIMING}),
        SwitchName.HUB_PAUSED: frozenset(),  # the exchange asks itself; what people send waits, as when the hub is away
    }
)
NEEDS_SECOND = frozenset({SwitchName.READ_ONLY})

WORDS: Mapping[SwitchName, str] = MappingProxyType(
    {
        SwitchName.READ_ONLY: "平台暂时只能查看，不能提交",
        SwitchName.NO_REGISTRATION: "暂停新用户注册",
        SwitchName.NO_TRANSFER: "暂停办理跨省调转",
        SwitchName.HUB_PAUSED: "暂停与全国平台交换信息，已提交的自动等候",
    }
)


def stopping(kind: OperationKind) -> list[SwitchName]:
    """The switches that stop operations of this kind."""
    return [name for name in SwitchName if kind in STOPPED[name]]


def check_reason(reason: str) -> str:
    """The reason without blanks around it. Raises RuleBroken ``reason_missing``, ``too_long`` at ``reason``."""
    reason = " ".join(reason.split())
    if not reason:
        raise RuleBroken("reason_missing", "请写明原因，人们会看到", "reason")
    if len(reason) > LONGEST_REASON:
        raise RuleBroken("too_long", f"原因最多 {LONGEST_REASON} 个字，现在是 {len(reason)} 个", "reason")
    return reason


def check_end(ends_at: dt.datetime, now: dt.datetime) -> None:
    """Raises RuleBroken ``end_passed``, ``end_far`` at ``ends_at``."""
    if ends_at <= now:
        raise RuleBroken("end_passed", "结束时间已经过去，请填写以后的时间", "ends_at")
    if ends_at - now > LONGEST:
        raise RuleBroken("end_far", f"结束时间最多在 {LONGEST.days} 天以后；到时还需要的，再打开一次", "ends_at")
