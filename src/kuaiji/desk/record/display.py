"""What stands on the pages of a person: the strip that is always in sight, the sections, and who that is without a
record."""

import dataclasses
import datetime as dt
from collections.abc import Collection
from typing import Any

from kuaiji.accountants.enums import CollectionStatus, HoldKind
from kuaiji.accountants.models import Record
from kuaiji.accountants.reading.comparison import RecordPart, parts_of
from kuaiji.accountants.reading.currency import up_to_date
from kuaiji.accountants.services.versions import current_version
from kuaiji.applications.enums import ApplicationKind, ApplicationState, CorrectionField
from kuaiji.applications.models import Application
from kuaiji.applications.services.submitting import applications_of
from kuaiji.codelists.services import label
from kuaiji.collection.progress import progress_of
from kuaiji.collection.soundness import sound_steps
from kuaiji.collection.steps import SECTION_STEPS
from kuaiji.common import clock, documents, phones
from kuaiji.common.dates import format_date
from kuaiji.desk.record.enums import Shown
from kuaiji.desk.record.guards import Subject
from kuaiji.desk.record.lifeline import lifeline_of, told
from kuaiji.desk.record.masks import is_shown, masked
from kuaiji.exams.enums import ExamStatus
from kuaiji.exams.judging.facts import Facts, of_version
from kuaiji.identity.models import User
from kuaiji.keys.models import KeyDestroyed
from kuaiji.regions.services import full_name
from kuaiji.standing.display import standing_of


@dataclasses.dataclass(frozen=True, slots=True)
class Strip:
    """Whom the page is about, in sight on every page of that person. ``marks`` are what a colleague has to know."""

    name: str
    document: str
    phone: str
    status: CollectionStatus
    since: dt.datetime | None
    division: str
    reference_number: str
    until: str
    holds: tuple[str, ...]
    due: tuple[str, ...]
    marks: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Tab:
    """A page about the same person."""

    label: str
    address: str
    here: bool


def standing_now(subject: Subject) -> dict[str, Any]:
    """What the person's own page shows; of somebody whose data was erased what stands in the open."""
    if not subject.is_erased:
        return standing_of(subject.user)
    record = subject.record
    return {
        "status": CollectionStatus(record.status) if record else CollectionStatus.NOT_STARTED,
        "at": None,
        "division": full_name(record.division_code) if record else "",
        "up_to_date": up_to_date(record, clock.today()) if record else None,
        **dict.fromkeys(("identity_conflict", "name_differs_at_hub", "held_elsewhere", "unreported_since")),
        "pending_checks": [],
        "phone_claims": [],
    }


def strip_of(subject: Subject, standing: dict[str, Any], shown: Collection[Shown]) -> Strip:
    """From what the person's own page shows (``standing_of``); the number and the phone masked until asked for."""
    user, record = subject.user, subject.record
    return Strip(
        name=user.name,
        document=document_line(user, masked=not is_shown(Shown.DOCUMENT, shown)),
        phone=phone_line(user, masked=not is_shown(Shown.PHONE, shown)),
        status=standing["status"],
        since=standing["at"],
        division=standing["division"],
        reference_number=record.reference_number if record else "",
        until=_until(standing) if record else "",
        holds=_holds(record),
        due=tuple(_due(user)),
        marks=tuple(_marks(standing)),
    )


def document_line(user: User, *, masked: bool) -> str:
    """居民身份证 and the number; said so where the person's key was destroyed."""
    try:
        number = user.document_number
    except KeyDestroyed:
        return "证件信息已删除"
    shown = documents.mask(number) if masked else documents.grouped(number)
    return f"{label('document_types', user.document_type)} {shown}"


def phone_line(user: User, *, masked: bool) -> str:
    """The bound phone; nothing of somebody who has closed."""
    try:
        phone = user.phone
    except KeyDestroyed:
        return "手机号已删除"
    if not phone:
        return "没有绑定手机号"
    return phones.mask_phone(phone) if masked else phones.grouped(phone)


def tabs_of(subject: Subject, here: str) -> list[Tab]:
    """The pages there are about this person."""
    pages = [("", "档案" if subject.record else "办理情况"), ("timeline", "时间线")]
    if subject.record and subject.record.version > 1:
        pages.append(("versions", "版本对照"))
    pages += [("as_seen", "本人所见")]
    return [Tab(words, subject.address(page), page == here) for page, words in pages]


def record_context(record: Record, shown: Collection[Shown]) -> dict[str, Any]:
    """The sections, masked, and schooling and work over the years."""
    today, version = clock.today(), current_version(record)
    version.person_key = record.person_key  # one key to unwrap
    parts = parts_of(version, today, address=str)
    facts = of_version(Facts(ExamStatus.COLLECTED), version.content)
    return {
        "parts": [RecordPart(part.title, masked(part.groups, shown)) for part in parts],
        "timeline": lifeline_of(facts, today),
        "told": told(facts),
    }


def without_record(user: User) -> dict[str, Any]:
    """How far somebody has come who has no record: account, and the steps of the draft, without an answer in it."""
    progress = progress_of(user)
    sound = sound_steps(progress)
    steps = [
        (step.title, "已填好" if step.slug in sound else "需修改" if step.slug in progress.saved else "未开始")
        for step in SECTION_STEPS
    ]
    return {"draft": progress.draft, "steps": steps if progress.draft else [], "joined_at": user.joined_at}


def _until(standing: dict[str, Any]) -> str:
    current = standing["up_to_date"]
    return format_date(current.until) if current.is_current else f"{format_date(current.until)}已过期"


def _holds(record: Record | None) -> tuple[str, ...]:
    if record is None:
        return ()
    rows = record.holds.filter(lifted_at=None).order_by("since").values_list("kind", "since")
    return tuple(f"{HoldKind(kind).label}（{format_date(clock.day_of(since))}起）" for kind, since in rows)


def _due(user: User) -> list[str]:
    rows = applications_of(user).filter(state=ApplicationState.SUBMITTED).order_by("due_on")
    return [f"{_about(row)}，{format_date(row.due_on)}前答复" for row in rows]


def _about(row: Application) -> str:
    return f"更正{CorrectionField(row.field).label}" if row.field else ApplicationKind(row.kind).label


def _marks(standing: dict[str, Any]) -> list[str]:
    marks = []
    if standing["identity_conflict"]:
        marks.append("姓名与证件号码核验不一致")
    if standing["name_differs_at_hub"]:
        marks.append("全国平台登记的姓名不同")
    if standing["held_elsewhere"]:
        marks.append(f"已在{standing['held_elsewhere'].holder_name}采集")
    marks += [f"{words}：对方系统还没有答复" for words in standing["pending_checks"]]
    if standing["phone_claims"]:
        marks.append("有人申请更换登录手机号")
    if standing["unreported_since"]:
        marks.append("有信息还没有报到全国平台")
    return marks
