"""A parked message in words: what 系统 sees, and its body, masked as records are, for 管理 alone (R9.1, ADR 0133)."""

import datetime as dt
import functools
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from kuaiji.accountants.sections.registry import SECTIONS
from kuaiji.applications.staff_display import masked as mask_name
from kuaiji.cases.models import Case
from kuaiji.common import clock, documents
from kuaiji.common.errors import RuleBroken
from kuaiji.desk.deciding.pages import Show, Told
from kuaiji.desk.record.masks import HIDDEN, MASKS
from kuaiji.exchange.models import InboxMessage, OutboxMessage
from kuaiji.exchange.parking import Stuck
from kuaiji.exchange.services import find_message, waiting_behind
from kuaiji.exchange.topics import outgoing_topic
from kuaiji.keys.models import KeyDestroyed
from kuaiji_wire import messages
from kuaiji_wire.errors import WireError
from kuaiji_wire.messages import Topic

VERDICTS = (("retry", "重新发送"), ("drop", "放弃"))
TOPICS: Mapping[str, str] = MappingProxyType(
    {
        Topic.RECORD_REPORTED: "信息采集上报",
        Topic.TRANSFER_RELEASED: "调出放行",
        Topic.TRANSFER_WITHDRAWN: "撤回调出",
        Topic.TRANSFER_CLAIMED: "确认调入",
        Topic.TRANSFER_CLAIM_REJECTED: "调入未通过",
        Topic.TRANSFER_RECEIVED: "已接收",
        Topic.TRANSFER_RETURNED: "退回调出地",
        Topic.TRANSFER_CODE_RENEWED: "换调转码",
        Topic.TRANSFER_ATTEMPTS_REFUSED: "冒领提醒",
    }
)
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "record_id": "档案",
        "transfer_id": "调转",
        "claim_id": "调入申请",
        "person": "人员",
        "previous": "原身份",
        "name": "姓名或名称",
        "document_type": "证件类型",
        "document_country": "签发国",
        "document_number": "证件号码",
        "origin": "调出平台",
        "destination": "调入平台",
        "destination_division": "调入地",
        "reason": "原因",
        "code": "代码",
        "at": "时间",
        "archive": "档案内容",
        "version": "版本",
        "division_code": "归属地区",
        "status": "状态",
        "made_at": "形成时间",
        "collected_at": "采集时间",
        "confirmed_at": "确认时间",
    }
)
_COUNTED = {"pictures": "张图片", "history": "个版本", "proofs": "项凭据"}  # what is never written out here
_PEOPLE = ("person", "previous")
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:[0-9.]+Z$")  # as the wire writes a moment
_LONGEST = 200  # lines of a body


def show_message(*, with_body: bool) -> Show:
    """How a stuck message is told: 系统 reads no body."""

    def show(case: Case, whole: bool) -> Told | None:
        try:
            row = find_message(case.subject_id)
        except RuleBroken:
            return None
        lines = [*_envelope(row), *(_body(row) if with_body else ())]
        hints = [_hint(row, with_body)] if row.is_parked else []
        # The second of two has only to press the first button to agree.
        verdicts = VERDICTS if case.stage == 1 else VERDICTS[::-1]
        return Told("卡住的消息", lines, hints=hints, verdict_words=verdicts, whole_in_hand=False)

    return show


def briefs(cases: Iterable[Case]) -> dict[uuid.UUID, str]:
    """One line for each row of a list, by its subject: which way, what it tells, and why it does not go on."""
    ids = [case.subject_id for case in cases]
    told = InboxMessage.objects.filter(message_id__in=ids).defer("envelope")
    rows: list[Stuck] = [*told, *OutboxMessage.objects.filter(pk__in=ids)]
    return {row.message_id: f"{_direction(row)} · {_topic(row)} · {row.last_error}" for row in rows if row.is_parked}


def _envelope(row: Stuck) -> Iterator[tuple[str, str]]:
    yield "编号", str(row.message_id)
    yield "方向", _direction(row)
    yield "主题", f"{_topic(row)}（{row.topic}）"
    if row.parked_at:
        yield "停放", f"{_moment(row.parked_at)}，{_age(row.parked_at)}"
    yield "原因代码", row.last_error or "无"
    yield "已尝试", f"{row.attempts} 次"
    yield "排在后面", f"{waiting_behind(row)} 条，等它先走"
    if row.dropped_at:
        yield "放弃", _moment(row.dropped_at)
    elif row.done_at:
        yield "办结", _moment(row.done_at)


def _hint(row: Stuck, with_body: bool) -> str:
    if not with_body:
        return "内容只给管理人员看；请先排除原因，再由管理人员重新发送或放弃。"
    if isinstance(row, OutboxMessage):
        return "排除原因后重新发送。放弃后全国平台不会收到这条消息，排在后面的继续；放弃须写明原因，由两人办理。"
    return "排除原因后重新处理。放弃后本平台不再处理这条消息，排在后面的继续；放弃须写明原因，由两人办理。"


def _body(row: Stuck) -> Iterator[tuple[str, str]]:
    """At most so many lines; of a message that cannot be read it is said why."""
    try:
        body, is_known = _read(row)
    except KeyDestroyed:
        yield "内容", "密钥已销毁，读不到"
        return
    except Exception as error:  # noqa: BLE001 - what cannot be written is why it is parked
        yield "内容", f"写不出来（{type(error).__name__}）"
        return
    yield "正文", "在下面，按档案的规则遮盖" if is_known else "本版本不认识，只列出各项的名称"
    for number, (label, words) in enumerate(_lines(body, is_known)):
        if number == _LONGEST:
            yield "其余", "没有列出"
            return
        yield label, words


def _read(row: Stuck) -> tuple[Mapping[str, Any], bool]:
    """The body, and whether it is of a shape that is known: of another it cannot be told what is personal."""
    if isinstance(row, OutboxMessage):
        return outgoing_topic(row.topic).render(row).plain(), True
    envelope = messages.read_envelope(bytes(row.envelope))
    try:
        return messages.parse(envelope).plain(), True
    except WireError:
        return envelope.body, False


def _lines(value: Mapping[str, Any], is_known: bool, above: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    for key, found in value.items():
        path = (*above, key)
        if key in _COUNTED and found:
            yield _label(path), f"{len(found)} {_COUNTED[key]}，不在这里显示"
        elif isinstance(found, Mapping):
            yield from _lines(found, is_known, path)
        elif isinstance(found, list):
            for number, one in enumerate(found, 1):
                inner = one if isinstance(one, Mapping) else {str(number): one}
                yield from _lines(inner, is_known, (*path, str(number)))
        elif found not in (None, ""):
            yield _label(path), _words(path, found) if is_known else HIDDEN


def _words(path: tuple[str, ...], value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    key, above = path[-1], path[-2] if len(path) > 1 else ""
    hide = MASKS[key][1] if key in MASKS else _OF_PERSON.get(key) if above in _PEOPLE else None
    if hide:
        return hide(str(value))
    return _moment(dt.datetime.fromisoformat(value)) if isinstance(value, str) and _AT.match(value) else str(value)


def _label(path: tuple[str, ...]) -> str:
    """人员 · 姓名; the parts of an archive by their last words alone."""
    names = [path[0], path[-1]] if len(path) > 1 else [path[-1]]
    return " · ".join(_WORDS.get(name) or _answers().get(name) or name for name in names)


@functools.cache
def _answers() -> Mapping[str, str]:
    """By the name of an answer, its label in the forms of a record."""
    forms: list[Any] = [
        form for section in SECTIONS for form in (section.form, *(rows.form for _, rows in section.rows.values()))
    ]
    return {name: str(field.label) for form in forms for name, field in form.base_fields.items()}


def _direction(row: Stuck) -> str:
    return "发往全国平台" if isinstance(row, OutboxMessage) else "全国平台发来"


def _topic(row: Stuck) -> str:
    return TOPICS.get(row.topic, row.topic)


def _age(since: dt.datetime) -> str:
    hours = int((clock.now() - since).total_seconds() // 3600)
    return f"已 {hours // 24} 天" if hours >= 48 else f"已 {hours} 小时"


def _moment(at: dt.datetime) -> str:
    return f"{at.astimezone(clock.CHINA):%Y-%m-%d %H:%M}"


_OF_PERSON: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"name": mask_name, "document_number": documents.mask}
)
