"""电话模式: what to tell somebody on the phone, in words to read out, without opening the record."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from kuaiji.accountants.models import Record
from kuaiji.common.phones import mask_phone
from kuaiji.common.profile import profile
from kuaiji.desk.record.guards import Subject
from kuaiji.identity.models import User
from kuaiji.regions.models import FinanceBureau
from kuaiji.standing.display import standing_of

Words = Callable[[dict[str, Any]], str]


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """Who calls, masked, and what to say: where the person stands, since when, what comes next, what waits besides."""

    user: User
    record: Record | None
    page: str
    timeline: str
    as_seen: str
    document: str
    phone: str
    status: str
    since: dt.datetime | None
    division: str
    bureau: FinanceBureau | None
    next: str
    besides: list[str]


def call_of(user: User) -> Call:
    """What to tell ``user``, from what the person's own page says; the caller notes that it was read."""
    standing = standing_of(user)
    subject = Subject(user, standing["record"])
    return Call(
        user=user,
        record=standing["record"],
        page=subject.address(),
        timeline=subject.address("timeline"),
        as_seen=subject.address("as_seen"),
        document=standing["document"],
        phone=mask_phone(user.phone),
        status=standing["status"].label,
        since=_since(standing),
        division=standing["division"],
        bureau=standing["bureau"],
        next=NEXT[standing["next_step"].name](standing),
        besides=list(_besides(standing)),
    )


def _since(standing: dict[str, Any]) -> dt.datetime | None:
    """When the status began, as far as its page says it."""
    moved = standing["standing"]
    if standing["submission"]:
        return standing["submission"].submitted_at  # type: ignore[no-any-return]
    if moved.claim and standing["next_step"].name.startswith("claim"):
        return moved.claim.row.claimed_at  # type: ignore[no-any-return]
    if moved.out and standing["next_step"].name.startswith("transfer"):
        return moved.out.timeline[0].at  # type: ignore[no-any-return]
    return standing["at"]  # type: ignore[no-any-return]


def _collected(standing: dict[str, Any]) -> str:
    current = standing["up_to_date"]
    if current.is_current:
        return f"现在不需要办理什么，信息最新至{current.until:%Y年%-m月%-d日}。信息有变化时，请登录平台及时变更。"
    months = profile().up_to_date_months
    return f"信息超过{months}个月没有更新。请登录平台核对：有变化的请变更，没有变化的请确认；报考前须完成。"


def _out(standing: dict[str, Any]) -> str:
    out = standing["standing"].out
    if out is None:
        return "调出正在办理，结果会发短信告诉您。"
    if out.released:
        return f"调出已通过。请到{out.destination}的平台确认调入；办好以前，本平台的信息不能变更。"
    return f"您申请调出到{out.destination}，正在办理，结果会发短信告诉您，现在不需要办理什么。"


def _left(standing: dict[str, Any]) -> str:
    out = standing["standing"].out
    where = f"{out.destination}的平台" if out else "调入地的平台"
    return f"档案已调出，由{where}管理，请到那里办理。要转回来，请先在那里办理调出。"


# By the step that the own page shows: every one of them has its words (a test asks).
NEXT: Mapping[str, Words] = MappingProxyType(
    {
        "not_started": lambda _: "还没有开始信息采集。请登录平台，点“开始信息采集”，共8步，约10分钟，可以分几次填。",
        "draft": lambda shown: (
            f"填到了第{shown['here'].number}步“{shown['here'].title}”，还没有提交。请登录平台继续填写；"
            f"{profile().draft_days}天不填会清空。"
        ),
        "awaiting_check": lambda _: "已提交，在等待姓名与证件号码核验，现在不需要办理什么，结果会发短信告诉您。",
        "collected": _collected,
        "transferring_out": _out,
        "transferred_out": _left,
        "ended": lambda _: "档案已终止，只能查看，不能变更和调转。要恢复，请本人带证件到档案所在地的财政部门。",
        "claim_under_review": lambda _: "调入正在办理，现在不需要办理什么，结果会发短信告诉您。",
        "claim_refused": lambda _: "调入没有办成。请登录平台查看原因，核对后可以重新办理调入。",
        "to_complete": lambda _: "档案已调入，还要完成采集：请登录平台逐步核对，重填工作信息后提交。报考前须完成。",
    }
)  # fmt: skip


def _besides(standing: dict[str, Any]) -> "list[str]":
    found = [f"{waiting}还没有答复，系统会自动再问。" for waiting in standing["pending_checks"]]
    if standing.get("returned"):
        found.append("上次提交的信息没有通过，已退回。请登录平台查看原因，改正后再提交。")
    if standing["identity_conflict"]:
        found.append("姓名与证件号码核验不一致，请本人核对后更正。")
    if standing["held_elsewhere"]:
        found.append(f"全国平台显示信息由{standing['held_elsewhere'].holder_name}管理，请在那里办理调出。")
    if standing["phone_claims"]:
        found.append("有一件“手机号丢失”在等待审核。")
    if standing["waits"]:
        found.append("改名正在等待核验。")
    return found
