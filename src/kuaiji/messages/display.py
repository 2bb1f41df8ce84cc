"""A message as its inbox shows it, and the mark of unread ones on every page."""

import dataclasses
import datetime as dt

from django.http import HttpRequest

from kuaiji.messages.catalogue import CATALOGUE
from kuaiji.messages.enums import DeliveryState
from kuaiji.messages.models import Delivery, Message
from kuaiji.sms.enums import TemplateKey

# Why a message did not come, by the code that is kept; another code is the carrier's own.
_REASONS = {
    "phone_invalid": "手机号不可用",
    "phone_blocked": "号码拒收这类短信",
    "phone_limited": "这个号码当天收到的短信已到上限",
    "content": "运营商没有受理",
    "unavailable": "短信通道没有答复",
    "no_phone": "没有绑定手机号",
    "": "短信通道没有答复",
}
# Where one goes on from a message, as the link says it.
_LINKS = {
    "/me/": "看采集状态",
    "/me/security/": "看登录与安全",
    "/me/corrections/": "看申请",
    "/me/history/": "看变更记录",
    "/transfers/out/": "看调出",
    "/transfers/in/proof/": "去上传照片",
    "/changes/": "去变更或确认",
    "/collection/": "去继续填写",
}
_PILLS = {
    DeliveryState.DELIVERED: "ok",
    DeliveryState.FAILED: "bad",
    DeliveryState.PLANNED: "wait",
    DeliveryState.QUEUED: "wait",
}


@dataclasses.dataclass(frozen=True, slots=True)
class DeliveryLine:
    """短信: its state, why it did not come, and whether the number should be looked at."""

    channel: str
    label: str
    pill: str
    why: str
    check_phone: bool


@dataclasses.dataclass(frozen=True, slots=True)
class InboxItem:
    """One message: ``page`` is where one goes on from there, ``link`` the words that lead to it."""

    heading: str
    words: str
    made_at: dt.datetime
    is_new: bool
    page: str
    link: str
    deliveries: tuple[DeliveryLine, ...]


def item_of(message: Message) -> InboxItem:
    """What the page shows of one message, its deliveries at hand."""
    entry = CATALOGUE.get(TemplateKey(message.event)) if message.event in tuple(TemplateKey) else None
    return InboxItem(
        heading=entry.heading if entry else "消息",
        words=message.words or "",
        made_at=message.made_at,
        is_new=message.read_at is None,
        page=entry.page if entry else "",
        link=_LINKS[entry.page] if entry else "",
        deliveries=tuple(line_of(each) for each in message.deliveries.all()),
    )


def line_of(delivery: Delivery) -> DeliveryLine:
    """How a message fared on one channel, in words."""
    state = DeliveryState(delivery.state)
    failed = state == DeliveryState.FAILED
    return DeliveryLine(
        channel=delivery.get_channel_display(),
        label=state.label,
        pill=_PILLS.get(state, ""),
        why=why_not(delivery.reason) if failed else "",
        check_phone=failed and delivery.reason != "unavailable",
    )


def why_not(reason: str) -> str:
    """A code in words."""
    return _REASONS.get(reason) or f"手机可能关机、停机或不在服务区（运营商代码 {reason}）"


def unread_mark(request: HttpRequest) -> str:
    """有未读, or nothing; told from what is loaded with the person on every page."""
    return "有未读" if getattr(request.user, "has_unread", False) else ""
