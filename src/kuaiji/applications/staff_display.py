"""A request in words for the bureau; personal data masked unless it is asked for whole."""

from collections.abc import Iterator

from kuaiji.applications import rules
from kuaiji.applications.display import in_words
from kuaiji.applications.enums import ApplicationKind, ApplicationState, CorrectionField
from kuaiji.applications.models import Application
from kuaiji.applications.services.phone_lost import compared_items, details_of, open_claims
from kuaiji.codelists.services import label
from kuaiji.common import documents, phones
from kuaiji.common.clock import CHINA
from kuaiji.common.dates import format_date

Lines = Iterator[tuple[str, str]]


def subject(request: Application) -> str:
    """Whom it is about, the name masked, and what for."""
    name = request.user.name if request.user else request.details.get("name", "")
    field = f"  {CorrectionField(request.field).label}" if request.field else ""
    return f"{_masked(name)}{field}"


def lines(request: Application, *, reveal: bool) -> Lines:
    """Everything a decision needs, label by label."""
    yield "申请编号", request.reference_number
    yield "事项", ApplicationKind(request.kind).label
    yield "状态", ApplicationState(request.state).label
    yield "提交时间", f"{request.submitted_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    yield "最迟答复", format_date(request.due_on)
    if request.kind == ApplicationKind.CORRECTION:
        yield from _correction(request, reveal)
    else:
        yield from _phone_lost(request, reveal)
    if request.first_reviewer:
        yield "初审", request.first_reviewer
    if request.decided_by:
        yield "经办", request.decided_by
    if request.reason:
        yield "原因", request.reason


def _correction(request: Application, reveal: bool) -> Lines:
    field, details = CorrectionField(request.field), request.details
    if request.user:
        yield "姓名", request.user.name if reveal else _masked(request.user.name)
    yield "更正项目", field.label
    yield "申请时登记的", in_words(field, details["before"], mask=not reveal)
    yield "申请更正为", in_words(field, details["values"], mask=not reveal)
    yield "更正原因", details["reason"] if reveal else f"{len(details['reason'])} 个字"
    yield "证明材料", f"{len(details['proofs'])} 张"
    yield "审核人数", "两人：初审和复核"


def _phone_lost(request: Application, reveal: bool) -> Lines:
    details = details_of(request)
    yield "姓名", details.name if reveal else _masked(details.name)
    number = details.document_number if reveal else documents.mask(details.document_number)
    yield "证件", f"{label('document_types', details.document_type)} {number}"
    yield "新手机号", details.phone if reveal else phones.mask_phone(details.phone)
    yield "用户", "姓名、证件与一名用户一致" if request.user else "没有姓名、证件都一致的用户"
    if request.owner_told_at:
        yield "原手机号", f"{request.owner_told_at.astimezone(CHINA):%Y-%m-%d %H:%M} 已发短信提醒"
    compared = compared_items(request)
    for item, same in compared.items():
        typed = f"{request.details['items'][item]}，" if reveal else ""
        yield item.label, f"{typed}{'与档案一致' if same else '与档案不一致'}"
    others = len(open_claims(request.user)) if request.user else 0
    if others > 1:
        yield "注意", f"同一用户有 {others} 份待审核的手机号丢失申请"
    two = rules.needs_two(ApplicationKind.PHONE_LOST, matches=all(compared.values()))
    yield "审核人数", "两人：初审和复核" if two else "一人"


def _masked(name: str) -> str:
    return name[:1] + "*" * (len(name) - 1)
