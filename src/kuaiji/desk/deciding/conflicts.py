"""A conflict in words: what was asked about somebody, what the other system says, and what there is to do (R1.4)."""

from collections.abc import Iterator

from kuaiji.applications.staff_display import masked
from kuaiji.cases.models import Case
from kuaiji.codelists.services import label
from kuaiji.common import documents
from kuaiji.common.clock import CHINA
from kuaiji.common.profile import profile
from kuaiji.desk.deciding.pages import Told
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import Check
from kuaiji.identity.partner_checks.rules import remedy_of
from kuaiji.regions.services import full_name

ASK_AGAIN = "ask_again"
VERDICTS = (("settle", "已查明，结案"),)
_SETTLED = "已查明的，写明情况后结案；对方的答复以后有变化，会再次进入待办。"


def show_conflict(case: Case, whole: bool) -> Told | None:
    """Both sides of it; None where nobody is left to ask about."""
    check = Check.objects.select_related("user__person_key").filter(pk=case.subject_id).first()
    if check is None:
        return None
    is_open = check.outcome == CheckOutcome.CONFLICT and not check.settled_at
    hints = [f"{remedy_of(CheckKind(check.kind), check.holder_code)}。", _SETTLED] if is_open else []
    return Told(
        "冲突",
        list(_lines(check, case, whole)),
        hints=hints,
        verdict_words=VERDICTS,
        actions=((ASK_AGAIN, "重新核验"),) if is_open else (),
    )


def _lines(check: Check, case: Case, whole: bool) -> Iterator[tuple[str, str]]:
    person, document = check.user.person, check.user.person.document
    yield "核验", str(CheckKind(check.kind).label)
    yield "姓名", person.name if whole else masked(person.name)
    number = documents.grouped(document.number) if whole else documents.mask(document.number)
    yield "证件", f"{label('document_types', document.type)} {number}"
    yield "本平台", f"{profile().region}，{full_name(case.division_code) if case.division_code else '尚无档案'}"
    yield "对方答复", _said(check)
    if check.checked_at:
        yield "答复时间", f"{check.checked_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    yield "已询问", f"{check.attempts} 次"
    if check.settled_at:
        yield "结案", f"{check.settled_at.astimezone(CHINA):%Y-%m-%d %H:%M}"


def _said(check: Check) -> str:
    if check.outcome != CheckOutcome.CONFLICT:
        return str(CheckOutcome(check.outcome).label)
    if check.kind == CheckKind.IDENTITY:
        return "姓名与证件号码不一致"
    return f"已由{check.holder_name}采集" if check.holder_code else "以另一姓名登记"
