"""An application in words for the bureau; personal data masked unless it is asked for whole."""

from collections.abc import Iterator

from kuaiji.applications import rules
from kuaiji.applications.display import in_words
from kuaiji.applications.enums import DATES, ApplicationKind, ApplicationState, ArchiveItem, CorrectionField
from kuaiji.applications.models import Application
from kuaiji.applications.services.endings import ending_asked
from kuaiji.applications.services.phone_lost import compared_items, details_of, open_claims
from kuaiji.codelists.services import label
from kuaiji.common import documents, phones
from kuaiji.common.clock import CHINA
from kuaiji.common.dates import KnownDate, format_date

Lines = Iterator[tuple[str, str]]


def subject(application: Application) -> str:
    """Whom it is about, the name masked, and what for."""
    name = application.user.name if application.user else application.details.get("name", "")
    field = f"  {CorrectionField(application.field).label}" if application.field else ""
    return f"{masked(name)}{field}"


def lines(application: Application, *, reveal: bool) -> Lines:
    """Everything a decision needs, label by label."""
    yield "申请编号", application.reference_number
    yield "事项", ApplicationKind(application.kind).label
    yield "状态", ApplicationState(application.state).label
    yield "提交时间", f"{application.submitted_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    yield "最迟答复", format_date(application.due_on)
    if application.kind == ApplicationKind.CORRECTION:
        yield from _correction(application, reveal)
    elif application.kind == ApplicationKind.PHONE_LOST:
        yield from _phone_lost(application, reveal)
    else:
        yield from _by_staff(application, reveal)
    yield from _decided(application)


def _decided(application: Application) -> Lines:
    """Who decided, members or names from before there were any."""
    first, last = application.first_member, application.decided_member
    if first or application.first_reviewer:
        yield "初审", first.name if first else application.first_reviewer
    if last or application.decided_by:
        yield "复核" if first or application.first_reviewer else "经办", last.name if last else application.decided_by
    for reason in application.reasons:
        yield "原因", f"{reason['words']}。{reason['remedy']}"
    if application.reason:
        yield "说明", application.reason


def _correction(application: Application, reveal: bool) -> Lines:
    field, details = CorrectionField(application.field), application.details
    if application.user:
        yield "姓名", application.user.name if reveal else masked(application.user.name)
    yield "更正项目", field.label
    yield "申请时登记的", in_words(field, details["before"], mask=not reveal)
    yield "申请更正为", in_words(field, details["values"], mask=not reveal)
    yield "更正原因", details["reason"] if reveal else f"{len(details['reason'])} 个字，领取后可见"
    yield "证明材料", f"{len(details['proofs'])} 张"
    yield "审核人数", "两人：初审和复核"


def _by_staff(application: Application, reveal: bool) -> Lines:
    details = application.details
    if application.user:
        yield "姓名", application.user.name if reveal else masked(application.user.name)
    if application.kind == ApplicationKind.ENDING:
        ending = ending_asked(application)
        yield "终止原因", str(ending.reason.label)
        yield "自何时起", format_date(ending.on)
    yield "说明", details["words"] if reveal else f"{len(details['words'])} 个字，领取后可见"
    yield "证明材料", f"{len(details['proofs'])} 张"
    yield "发起人", application.begun_member.name if application.begun_member else ""
    yield "审核人数", "两人：初审和复核，都不能是发起人"


def _phone_lost(application: Application, reveal: bool) -> Lines:
    details = details_of(application)
    person, document = details.person, details.person.document
    yield "姓名", person.name if reveal else masked(person.name)
    number = document.number if reveal else documents.mask(document.number)
    yield "证件", f"{label('document_types', document.type)} {number}"
    yield "新手机号", details.phone if reveal else phones.mask_phone(details.phone)
    yield "用户", "姓名、证件与一名用户一致" if application.user else "没有姓名、证件都一致的用户"
    if application.owner_told_at:
        yield "原手机号", f"{application.owner_told_at.astimezone(CHINA):%Y-%m-%d %H:%M} 已发短信提醒"
    elif application.user:
        yield "原手机号", "当天提醒已够多，没有再发"
    compared = compared_items(application)
    for item, same in compared.items():
        typed = f"{_typed(item, application.details['items'][item])}，" if reveal else ""
        yield item.label, f"{typed}{'与档案一致' if same else '与档案不一致'}"
    others = len(open_claims(application.user)) if application.user else 0
    if others > 1:
        yield "注意", f"同一用户有 {others} 份待审核的手机号丢失申请"
    two = rules.needs_two(ApplicationKind.PHONE_LOST, matches=all(compared.values()))
    yield "审核人数", "两人：初审和复核" if two else "一人"


def _typed(item: ArchiveItem, value: str) -> str:
    return KnownDate.from_text(value).words if item in DATES else value


def masked(name: str) -> str:
    """The first sign of a name, and a star for each other."""
    return name[:1] + "*" * (len(name) - 1)
