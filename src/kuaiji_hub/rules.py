"""The life of a transfer as one table, and what the hub says when it refuses (R5.4, R5.6). Pure.

docs/hub.md shows it: run ``python -m tools.pages`` after a change.
"""

import datetime as dt
import enum

from kuaiji_wire.answers import Refusal, TransferState
from kuaiji_wire.messages import Topic


class Role(enum.StrEnum):
    """Who speaks about a transfer."""

    ORIGIN = "origin"
    DESTINATION = "destination"
    HUB = "hub"


class Refused(Exception):
    """The hub does not do it; the answer says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class Quota(enum.StrEnum):
    """What a platform may do so and so often a day."""

    QUESTIONS = "questions"  # look-ups and transfer matches: each tells whether somebody is known
    FIRST_REPORTS = "first_reports"  # of people whom nobody held: the first who reports holds


# A day's most, where nothing was announced: a share of the people whom the platform holds, or the floor.
QUOTA_FLOOR = 5_000
QUOTA_SHARE = {Quota.QUESTIONS: 20, Quota.FIRST_REPORTS: 50}  # one in so many
QUOTA_NEAR = 0.8  # from here on the log says so


def most_a_day(quota: Quota, *, held: int) -> int:
    """How often a platform that holds so many people may do it on one day."""
    return max(QUOTA_FLOOR, held // QUOTA_SHARE[quota])


_S, _R, _T = TransferState, Refusal, Topic

# Who may say it. The hub itself speaks when a deadline has passed.
SPEAKERS: dict[Topic, frozenset[Role]] = {
    _T.TRANSFER_WITHDRAWN: frozenset({Role.ORIGIN}),
    _T.TRANSFER_CLAIMED: frozenset({Role.DESTINATION}),
    _T.TRANSFER_CLAIM_REJECTED: frozenset({Role.DESTINATION, Role.HUB}),
    _T.TRANSFER_RECEIVED: frozenset({Role.DESTINATION}),
    _T.TRANSFER_RETURNED: frozenset({Role.DESTINATION, Role.HUB}),
    _T.TRANSFER_CODE_RENEWED: frozenset({Role.ORIGIN}),
    _T.TRANSFER_ATTEMPTS_REFUSED: frozenset({Role.DESTINATION}),
}
# What only one side has to know: the transfer stays as it is, and its days go on.
NEWS = frozenset({_T.TRANSFER_CODE_RENEWED, _T.TRANSFER_ATTEMPTS_REFUSED})

_ENDED = {
    _S.RECEIVED: _R.ALREADY_RECEIVED,
    _S.WITHDRAWN: _R.ALREADY_WITHDRAWN,
    _S.RETURNED: _R.ALREADY_RETURNED,
}

# What follows: the next state, or the refusal. transfer.released stands outside: it makes a transfer.
TABLE: dict[tuple[TransferState, Topic], TransferState | Refusal] = {
    (_S.RELEASED, _T.TRANSFER_WITHDRAWN): _S.WITHDRAWN,
    (_S.RELEASED, _T.TRANSFER_CLAIMED): _S.CLAIMED,
    (_S.RELEASED, _T.TRANSFER_CLAIM_REJECTED): _R.NOT_CLAIMED,
    (_S.RELEASED, _T.TRANSFER_RECEIVED): _R.NOT_CLAIMED,
    (_S.RELEASED, _T.TRANSFER_RETURNED): _S.RETURNED,
    (_S.CLAIMED, _T.TRANSFER_WITHDRAWN): _S.WITHDRAWN,
    (_S.CLAIMED, _T.TRANSFER_CLAIMED): _R.ALREADY_CLAIMED,
    (_S.CLAIMED, _T.TRANSFER_CLAIM_REJECTED): _S.RELEASED,
    (_S.CLAIMED, _T.TRANSFER_RECEIVED): _S.RECEIVED,
    (_S.CLAIMED, _T.TRANSFER_RETURNED): _R.ALREADY_CLAIMED,
    **{(state, topic): state for state in (_S.RELEASED, _S.CLAIMED) for topic in NEWS},
    **{(state, topic): refusal for state, refusal in _ENDED.items() for topic in SPEAKERS},
}

# How long a state may last, and what the hub then says.
DEADLINES: dict[TransferState, tuple[dt.timedelta, Topic]] = {
    _S.RELEASED: (dt.timedelta(days=90), _T.TRANSFER_RETURNED),
    _S.CLAIMED: (dt.timedelta(days=30), _T.TRANSFER_CLAIM_REJECTED),
}

WORDS: dict[Refusal, str] = {
    _R.HELD_ELSEWHERE: "该人员现由其他平台管理，请先办理跨省调转",
    _R.NOT_HOLDER: "该人员不由贵平台管理，请先核对上报情况",
    _R.NAME_MISMATCH: "姓名与证件号码不一致，请核对后重报",
    _R.DOCUMENT_TAKEN: "该证件号码已属另一份档案，请核对",
    _R.TRANSFER_OPEN: "该人员已有未办结的调转，请先办结或撤回",
    _R.UNKNOWN_DESTINATION: "没有这个调入平台或行政区划，请核对",
    _R.DESTINATION_READS_1: "调入地平台只接收第 1 版报文，请改用第 1 版上报",
    _R.UNKNOWN_TRANSFER: "没有这笔调转，请核对调转编号",
    _R.WRONG_PERSON: "人员与调转申请不符，请核对姓名和证件",
    _R.WRONG_DIVISION: "调入地与调出申请所填不符，请核对",
    _R.OTHER_CLAIM: "现有的调入申请不是这一份，请核对",
    _R.NOT_CLAIMED: "尚无调入申请，请先确认调入",
    _R.ALREADY_CLAIMED: "已有调入申请正在审核，请等待结果",
    _R.ALREADY_RECEIVED: "调入地已接收，不能再办理",
    _R.ALREADY_WITHDRAWN: "调出地已撤回，不能再办理",
    _R.ALREADY_RETURNED: "调转已退回，请重新申请调出",
}
ACCEPTED_WORDS = "已受理"


def next_state(state: TransferState, topic: Topic) -> TransferState:
    """What the transfer becomes. Raises Refused."""
    step = TABLE[state, topic]
    if isinstance(step, Refusal):
        raise Refused(step)
    return step
