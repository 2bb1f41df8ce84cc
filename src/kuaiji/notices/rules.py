"""What may be written in a notice, and who may publish it (R9.5, ADR 0143). Pure."""

import datetime as dt

from kuaiji.common.errors import RuleBroken
from kuaiji.notices.markup import faults_of

LONGEST_TITLE = 60
LONGEST_TEXT = 10_000
LONGEST_REASON = 100
FURTHEST = dt.timedelta(days=366)


def check_title(title: str) -> str:
    """The title without blanks around. Raises RuleBroken ``title_missing``, ``too_long`` at ``title``."""
    title = " ".join(title.split())
    if not title:
        raise RuleBroken("title_missing", "请填写标题", "title")
    if len(title) > LONGEST_TITLE:
        raise RuleBroken("too_long", f"标题最多 {LONGEST_TITLE} 个字，现在是 {len(title)} 个", "title")
    return title


def check_text(text: str) -> str:
    """The text with plain line ends. Raises RuleBroken ``text_missing``, ``too_long``, ``text_faulty`` at ``text``."""
    text = "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")
    if not text.strip():
        raise RuleBroken("text_missing", "请填写正文", "text")
    if len(text) > LONGEST_TEXT:
        raise RuleBroken("too_long", f"正文最多 {LONGEST_TEXT} 个字，现在是 {len(text)} 个", "text")
    if fault := faults_of(text):
        raise RuleBroken("text_faulty", fault, "text")
    return text


def check_moment(publish_at: dt.datetime | None, now: dt.datetime) -> None:
    """Raises RuleBroken ``moment_passed``, ``moment_far`` at ``publish_at``."""
    if publish_at is None:
        return
    if publish_at <= now:
        raise RuleBroken("moment_passed", "发布时间已经过去，请填写以后的时间；要立即发布的，不填", "publish_at")
    if publish_at - now > FURTHEST:
        raise RuleBroken("moment_far", f"发布时间最多在 {FURTHEST.days} 天以后", "publish_at")


def check_reason(reason: str) -> str:
    """The reason without blanks around. Raises RuleBroken ``reason_missing``, ``too_long`` at ``reason``."""
    reason = " ".join(reason.split())
    if not reason:
        raise RuleBroken("reason_missing", "请写明撤回的原因，人们会看到", "reason")
    if len(reason) > LONGEST_REASON:
        raise RuleBroken("too_long", f"原因最多 {LONGEST_REASON} 个字，现在是 {len(reason)} 个", "reason")
    return reason
