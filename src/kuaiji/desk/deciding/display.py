"""What a bureau decides, in words: masked, and whole for who has it in hand."""

import datetime as dt
import uuid
from collections.abc import Iterator

from kuaiji.applications import staff_display
from kuaiji.applications.enums import ApplicationKind, ApplicationState
from kuaiji.applications.models import Application
from kuaiji.applications.services.reading import find_application, proofs_of
from kuaiji.cases.models import Case
from kuaiji.codelists.services import label
from kuaiji.common import documents, phones
from kuaiji.common.clock import CHINA
from kuaiji.desk.deciding.pages import Told
from kuaiji.exchange.models import OutboxMessage
from kuaiji.messages.enums import DeliveryState
from kuaiji.messages.models import Delivery
from kuaiji.regions.services import full_name
from kuaiji.sms.enums import TemplateKey
from kuaiji.transfers.display import ShownOut
from kuaiji.transfers.enums import IN_CASE, RELEASE_CASE, InState, Road
from kuaiji.transfers.models import Release, TransferIn
from kuaiji.transfers.services.deciding import find_claim, phone_of
from kuaiji.transfers.services.reading import find_transfer_out
from kuaiji.transfers.services.sending_back import is_claimed
from kuaiji_wire.people import Person

HUB_WAITS = "全国平台暂时没有答复，上报的消息在等待，会自动再报；决定不受影响"
SMS_WAITS = "给本人的短信还在等待发送，会自动再发；决定不受影响"


def show_application(case: Case, whole: bool) -> Told | None:
    """A lost phone, or a correction with its proofs."""
    row = find_application(case.subject_id)
    if row is None:
        return None
    return Told(
        heading=str(ApplicationKind(row.kind).label),
        lines=list(staff_display.lines(row, reveal=whole)),
        pictures=proofs_of(row),
        hints=list(_hints(row)),
        waits=_waits(row, case),
    )


def show_transfer(case: Case, whole: bool) -> Told | None:
    """调入待核实 with the pictures of the document, 调出, which the system decides, or 待接收."""
    if case.kind == RELEASE_CASE:
        return _release(case)
    return _claim(case, whole) if case.kind == IN_CASE else _out(case)


def _hints(row: Application) -> Iterator[str]:
    if row.state == ApplicationState.WITHDRAWN:
        yield "本人已撤销这份申请，不用再办理。"
    elif row.kind == ApplicationKind.PHONE_LOST and row.state == ApplicationState.SUBMITTED:
        if row.user is None:
            yield "没有姓名、证件都一致的用户，不能通过。"
        elif row.user and not row.user.is_active:
            yield "用户已注销或停用，不能通过。"
        elif row.owner_told_at:
            yield "原手机号已收到提醒，机主可以登录后撤销；撤销的，本页会写明。"
        else:
            yield "原手机号当天的提醒已够多，没有再发；通过前请联系本人核对。"


def _waits(row: Application, case: Case) -> list[str]:
    """What of a decision is still on its way, once it is done."""
    if not case.closed_at or row.state not in (ApplicationState.APPROVED, ApplicationState.REFUSED):
        return []
    events = (TemplateKey.REQUEST_APPROVED, TemplateKey.REQUEST_REFUSED)
    unsent = Delivery.objects.filter(message__once=str(row.pk), message__event__in=events, state=DeliveryState.QUEUED)
    record = getattr(row.user, "record", None) if row.user and row.kind == ApplicationKind.CORRECTION else None
    untold = record and OutboxMessage.objects.open().filter(stream_id=record.pk)
    return [*([SMS_WAITS] if unsent.exists() else []), *([HUB_WAITS] if untold and untold.exists() else [])]


def _claim(case: Case, whole: bool) -> Told | None:
    row = find_claim(case.subject_id)
    if row is None:
        return None
    pictures = [picture for picture in (row.front, row.back) if picture]
    hints = []
    if row.state == InState.TO_VERIFY:
        if not pictures:
            hints.append("本人还没有上传证件照片。可以等待，也可以请本人带证件到窗口。")
        hints.append(
            "调出地的档案仍是封存的，核实通过、系统审核后才能看到。请核对照片上的姓名和号码与下面填写的是否一致。"
        )
    return Told("调入待核实", list(_claim_lines(row, whole)), pictures, hints, _claim_waits(row))


def _claim_lines(row: TransferIn, whole: bool) -> Iterator[tuple[str, str]]:
    person, phone = Person.from_flat(row.person), phone_of(row)
    number = person.document.number
    yield "编号", row.number
    yield "状态", str(InState(row.state).label)
    yield "姓名", person.name if whole else staff_display.masked(person.name)
    kind = label("document_types", person.document.type)
    yield "证件", f"{kind} {documents.grouped(number) if whole else documents.mask(number)}"
    yield "手机号", f"{phone if whole else phones.mask_phone(phone)}（已用验证码验证）"
    yield "调出地", row.origin.name
    yield "调入地", full_name(row.division_code)
    yield "确认时间", _moment(row.claimed_at)
    yield "凭据", str(Road(row.road).label)
    if row.pictures_at:
        yield "证件照片", f"{_moment(row.pictures_at)} 上传"
    for reason in row.reasons:
        yield "原因", f"{reason['words']}。{reason['remedy']}"
    if row.reasons and row.note:
        yield "说明", row.note


def _claim_waits(row: TransferIn) -> list[str]:
    untold = OutboxMessage.objects.open().filter(subject_id=row.pk)
    return [HUB_WAITS] if row.state != InState.TO_VERIFY and untold.exists() else []


def _out(case: Case) -> Told | None:
    row = find_transfer_out(case.subject_id)
    if row is None:
        return None
    shown = ShownOut(row, 1)
    lines = [
        ("编号", row.number),
        ("当前状态", str(shown.state.label)),
        ("全国平台处理状态", row.hub_words),
        ("姓名", staff_display.masked(row.record.user.name)),
        ("调出地", shown.division),
        ("调入平台", shown.destination),
        ("申请时间", _moment(row.applied_at)),
        *((moment.title, f"{_moment(moment.at)} {moment.words}".strip()) for moment in shown.timeline),
        *((found.title, "通过" if found.passed else found.words) for found in shown.findings if row.reviewed_at),
    ]
    untold = OutboxMessage.objects.open().filter(stream_id=uuid.UUID(str(row.record_id)))
    return Told("调出", lines, hints=["调出由系统审核，这里只能查看。"], waits=[HUB_WAITS] if untold.exists() else [])


def _release(case: Case) -> Told | None:
    """Nobody here knows whose the archive is, so nothing of it is shown, whoever has the case in hand."""
    row = Release.objects.select_related("origin", "person_key").filter(pk=case.subject_id).first()
    if row is None:
        return None
    lines = [
        ("编号", str(row.pk)),
        ("调出地", row.origin.name),
        ("调入地", full_name(row.division_code) if row.division_code else "未写明"),
        ("收到", _moment(row.arrived_at)),
        ("本人确认", "已确认，由审核决定" if is_claimed(case.subject_id) else "还没有"),
    ]
    if row.ended_at:
        lines.append(("结束", _moment(row.ended_at)))
    elif row.refusal:
        lines.append(("退回", "已提交全国平台，由其确认"))
    hints = [
        "档案是封存的，本人确认调入后由系统审核。本平台不接收的，可以退回调出地：两名管理人员决定，原因会告诉本人。"
    ]
    untold = OutboxMessage.objects.open().filter(subject_id=row.pk)
    return Told(
        "待接收",
        lines,
        hints=hints if case.closed_at is None else [],
        waits=[HUB_WAITS] if untold.exists() else [],
        verdict_words=(("return", "退回调出地"),),
        due=f"{case.due_on:%Y-%m-%d} 以前没有确认的，由全国平台退回。",
        whole_in_hand=False,
    )


def _moment(at: dt.datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"
