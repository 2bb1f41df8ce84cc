"""Writing, publishing, pinning and withdrawing a notice (R9.5, ADR 0143)."""

import dataclasses
import datetime as dt
import hashlib
import uuid

from django.db import transaction

from kuaiji.audit.services import Operation, record_events
from kuaiji.common.errors import RuleBroken
from kuaiji.common.locks import lock
from kuaiji.notices import rules
from kuaiji.notices.events import NoticePinned, NoticePublished, NoticeSaved, NoticeWithdrawn
from kuaiji.notices.models import Notice
from kuaiji.regions.models import FinanceBureau


@dataclasses.dataclass(frozen=True, slots=True)
class Writer:
    """A member of staff, and the bureau in whose name the member writes."""

    member_id: uuid.UUID
    name: str
    bureau: FinanceBureau


@dataclasses.dataclass(frozen=True, slots=True)
class Wording:
    """What is written. ``publish_at``: None for at once; ``area``: empty for the whole platform."""

    title: str
    text: str
    area: str
    publish_at: dt.datetime | None


@transaction.atomic
def begin(*, operation: Operation, wording: Wording, by: Writer, follows: uuid.UUID | None = None) -> Notice:
    """A draft; with ``follows`` that of a new edition, where one that was begun stands already: that one, unchanged.

    Raises Notice.DoesNotExist for an edition that is not published, and what ``checked`` raises.
    """
    wording = checked(wording, operation.at)
    if follows:
        lock("notice", follows.bytes)
        Notice.objects.public(operation.at).get(pk=follows)
        if begun := Notice.objects.filter(follows=follows).first():
            if begun.withdrawn_at is None:
                return begun
            begun.follows = None  # given up or withdrawn: its place is free
            begun.save(update_fields=["follows"])
    notice = Notice(**dataclasses.asdict(wording), bureau=by.bureau, follows_id=follows)
    _sign(notice, operation, by)
    notice.save(force_insert=True)
    record_events(operation, _saved(notice))
    return notice


@transaction.atomic
def change(*, operation: Operation, notice_id: uuid.UUID, edits: int, wording: Wording, by: Writer) -> Notice:
    """The draft says this now. The same once more changes nothing.

    ``edits`` is the state that the writer saw. Raises RuleBroken ``changed_meanwhile``, ``not_a_draft``, what
    ``checked`` raises, Notice.DoesNotExist.
    """
    wording = checked(wording, operation.at)
    notice = _draft(notice_id)
    same = all(getattr(notice, name) == value for name, value in dataclasses.asdict(wording).items())
    if same:
        return notice
    if notice.edits != edits:
        raise RuleBroken("changed_meanwhile", f"{notice.saved_name}刚刚修改过，您的修改没有保存，请对照两份内容")
    before = (notice.title, notice.text)
    for name, value in dataclasses.asdict(wording).items():
        setattr(notice, name, value)
    notice.edits += 1
    _sign(notice, operation, by)
    notice.save()
    record_events(operation, _saved(notice, *before))
    return notice


@transaction.atomic
def publish(*, operation: Operation, notice_id: uuid.UUID, edits: int, by: Writer) -> Notice:
    """The second person agrees to what stands in the state ``edits``: public at once, or from the moment asked for.

    Once more changes nothing. Raises RuleBroken ``second_is_first``, ``changed_meanwhile``, ``moment_passed``,
    ``not_a_draft``, Notice.DoesNotExist.
    """
    notice = _locked(notice_id)
    if notice.published_at and notice.withdrawn_at is None and notice.agreed_by == by.member_id:
        return notice
    _check_draft(notice)
    if notice.saved_by == by.member_id:
        raise RuleBroken("second_is_first", "须由另一位管理人员发布，不能由写的人自己发布")
    if notice.edits != edits:
        raise RuleBroken("changed_meanwhile", f"{notice.saved_name}刚刚修改过，没有发布；请看过新的内容后再发布")
    rules.check_moment(notice.publish_at, operation.at)
    notice.published_at = notice.publish_at or operation.at
    notice.agreed_by, notice.agreed_name = by.member_id, by.name
    notice.save(update_fields=["published_at", "agreed_by", "agreed_name"])
    event = NoticePublished(subject_id=notice.pk, title=notice.title, published_at=notice.published_at)
    record_events(operation, event)
    return notice


@transaction.atomic
def pin(*, operation: Operation, notice_id: uuid.UUID, pinned: bool) -> None:
    """Above the others, or no longer. The same once more changes nothing. Raises Notice.DoesNotExist, RuleBroken
    ``over`` for one that is withdrawn."""
    notice = _locked(notice_id)
    if notice.withdrawn_at:
        raise RuleBroken("over", f"{notice.withdrawn_name}已经撤回，没有改动")
    if notice.pinned == pinned:
        return
    notice.pinned = pinned
    notice.save(update_fields=["pinned"])
    record_events(operation, NoticePinned(subject_id=notice.pk, pinned=pinned, pinned_before=not pinned))


@transaction.atomic
def withdraw(*, operation: Operation, notice_id: uuid.UUID, reason: str, by: Writer) -> None:
    """Nobody reads it from now on, with a reason that stands in its place; a draft is given up. Once more changes
    nothing. Raises Notice.DoesNotExist, and what ``rules.check_reason`` raises."""
    reason = rules.check_reason(reason)
    notice = _locked(notice_id)
    if notice.withdrawn_at:
        return
    notice.withdrawn_at, notice.withdrawn_name, notice.withdrawal_reason = operation.at, by.name, reason
    notice.save(update_fields=["withdrawn_at", "withdrawn_name", "withdrawal_reason"])
    was_published = notice.published_at is not None
    record_events(operation, NoticeWithdrawn(subject_id=notice.pk, reason=reason, was_published=was_published))


def checked(wording: Wording, now: dt.datetime) -> Wording:
    """The wording tidied. Raises RuleBroken as ``rules.check_title``, ``check_text`` and ``check_moment``."""
    rules.check_moment(wording.publish_at, now)
    title, text = rules.check_title(wording.title), rules.check_text(wording.text)
    return dataclasses.replace(wording, title=title, text=text)


def _locked(notice_id: uuid.UUID) -> Notice:
    return Notice.objects.select_for_update(no_key=True).get(pk=notice_id)


def _draft(notice_id: uuid.UUID) -> Notice:
    notice = _locked(notice_id)
    _check_draft(notice)
    return notice


def _check_draft(notice: Notice) -> None:
    if notice.withdrawn_at:
        raise RuleBroken("not_a_draft", f"{notice.withdrawn_name}已经撤回，没有改动")
    if notice.published_at:
        raise RuleBroken("not_a_draft", f"{notice.agreed_name}已经发布，不能再改；要改的，请发布新版")


def _sign(notice: Notice, operation: Operation, by: Writer) -> None:
    notice.saved_at, notice.saved_by, notice.saved_name = operation.at, by.member_id, by.name


def _saved(notice: Notice, title_before: str = "", text_before: str = "") -> NoticeSaved:
    return NoticeSaved(
        subject_id=notice.pk,
        title=notice.title,
        title_before=title_before,
        area=notice.area,
        text_digest=_digest(notice.text),
        text_digest_before=_digest(text_before) if text_before else "",
        publish_at=notice.publish_at,
        follows=notice.follows_id,
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
