"""The one table of messages: event, class, heading, how long it is of use, hours, budget. Pure.

Words and parameters stand under the same names in each profile (``[sms.…]``), which may switch events off
(``messages_off``) and adds none. docs/messages.md shows it; a test compares both. Codes are no messages: they are asked
for, entered and forgotten (identity/sms_codes).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kuaiji.messages.enums import MessageClass
from kuaiji.sms.enums import TemplateKey

DAY = dt.timedelta(days=1)
EARLIEST, LATEST = 9, 20  # hours, China time; reminders go out between them
HIDDEN = "（见办理页）"  # what the inbox shows in the place of a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event. ``heading`` stands over it in the inbox, ``page`` is where one goes on from there.

    ``life``: how long it is worth a message from the moment it is made. ``secret`` parameters are in the message only.
    ``kept`` False: there is nobody left whose inbox it could be in. ``budget``: the most of it a day, for reminders.
    """

    of: MessageClass
    heading: str
    page: str = "/me/"
    life: dt.timedelta = DAY
    secret: frozenset[str] = frozenset()
    kept: bool = True
    budget: int | None = None


def _must(heading: str, page: str = "/me/", *, kept: bool = True, secret: str = "") -> Entry:
    hidden = frozenset({secret} if secret else ())
    return Entry(of=MessageClass.MUST, heading=heading, page=page, kept=kept, secret=hidden)


def _reminder(heading: str, page: str, *, life: dt.timedelta, budget: int) -> Entry:
    return Entry(of=MessageClass.REMINDER, heading=heading, page=page, life=life, budget=budget)


_SECURITY, _OUT = "/me/security/", "/transfers/out/"

CATALOGUE: Mapping[TemplateKey, Entry] = MappingProxyType(
    {
        TemplateKey.PASSWORD_CHANGED: _must("登录密码已修改", _SECURITY),
        TemplateKey.PHONE_CHANGED: _must("手机号已更换", _SECURITY),
        TemplateKey.NEW_BROWSER: _must("在新设备登录", _SECURITY),
        TemplateKey.CLOSED: _must("账号已注销", kept=False),
        TemplateKey.DISPLACED: _must("账号已停止", kept=False),
        TemplateKey.PHONE_LOST_CLAIMED: _must("有人申请更换您的手机号", "/me/corrections/"),
        TemplateKey.REQUEST_APPROVED: _must("申请已通过", "/me/corrections/"),
        TemplateKey.REQUEST_REFUSED: _must("申请未通过", "/me/corrections/"),
        TemplateKey.WAITING_RETURNED: _must("没有通过核验"),
        TemplateKey.TRANSFER_CODE: _must("调出审核通过", _OUT, secret="code"),
        TemplateKey.TRANSFER_CODE_RENEWED: _must("调转码已换新", _OUT, secret="code"),
        TemplateKey.TRANSFER_RELEASED: _must("调出审核通过", _OUT),
        TemplateKey.TRANSFER_ATTEMPTS: _must("有人用您的信息办理调入", _OUT),
        TemplateKey.TRANSFER_CLAIMED: _must("调入地正在审核", _OUT),
        TemplateKey.TRANSFER_CLAIM_REJECTED: _must("调入没有通过", _OUT),
        TemplateKey.TRANSFER_OUT_REFUSED: _must("调出审核不通过", _OUT),
        TemplateKey.TRANSFER_OUT_WITHDRAWN: _must("调出已撤回", _OUT),
        TemplateKey.TRANSFER_OUT_COMPLETED: _must("调出已完成", _OUT),
        TemplateKey.TRANSFER_OUT_RETURNED: _must("调出已退回", _OUT),
        TemplateKey.TRANSFER_IN_PICTURES: _must("调入须上传证件照片", "/transfers/in/proof/"),
        TemplateKey.TRANSFER_IN_RECEIVED: _must("调入审核通过"),
        TemplateKey.TRANSFER_IN_REFUSED: _must("调入没有通过"),
        TemplateKey.TRANSFER_IN_WITHDRAWN: _must("调入已结束"),
        TemplateKey.TRANSFER_IN_EXPIRED: _must("调入已结束"),
        TemplateKey.NAME_CHANGED: _must("姓名已变更", "/me/history/"),
        TemplateKey.COLLECTED: Entry(of=MessageClass.USEFUL, heading="信息采集完成"),
        TemplateKey.CONFIRM_SOON: _reminder("信息快到期限", "/changes/", life=5 * DAY, budget=20_000),
        TemplateKey.DRAFT_ENDS: _reminder("填写的内容快要清除", "/collection/", life=5 * DAY, budget=20_000),
        TemplateKey.UNSENT_ENDS: _reminder("草稿快要清除", "/me/", life=5 * DAY, budget=20_000),
        TemplateKey.EXAM_CLOSING: _reminder("报名前的采集快要截止", "/me/", life=5 * DAY, budget=50_000),
    }
)


def may_be_switched_off(event: TemplateKey) -> bool:
    """By a person or a profile: whatever nobody has to hear."""
    return CATALOGUE[event].of != MessageClass.MUST


def closing_hour(at: dt.datetime) -> dt.datetime:
    """The moment of that day (China time) after which reminders wait for the next."""
    return _o_clock(at, LATEST)


def next_hour(at: dt.datetime) -> dt.datetime:
    """The first moment from ``at`` on (China time) at which reminders may go out."""
    if EARLIEST <= at.hour < LATEST:
        return at
    return _o_clock(at if at.hour < EARLIEST else at + DAY, EARLIEST)


def _o_clock(at: dt.datetime, hour: int) -> dt.datetime:
    return at.replace(hour=hour, minute=0, second=0, microsecond=0)
