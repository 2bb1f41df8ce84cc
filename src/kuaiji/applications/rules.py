"""Decisions about applications, over plain values."""

import uuid
from collections.abc import Collection, Mapping

from kuaiji.applications.enums import DATES, ApplicationKind, ApplicationState, ArchiveItem
from kuaiji.common.dates import KnownDate
from kuaiji.common.errors import RuleBroken
from kuaiji.common.text import compact


def compare(typed: Mapping[ArchiveItem, str], known: Mapping[ArchiveItem, Collection[str]]) -> dict[ArchiveItem, bool]:
    """Which of the typed items the archive holds. Width, case, blanks and dashes play no part; all else does. Dates
    agree as far as the less precise one goes (ADR 0076)."""
    return {item: any(_same(item, value, one) for one in known.get(item, ())) for item, value in typed.items()}


def needs_two(kind: ApplicationKind, *, matches: bool) -> bool:
    """Whether two people have to approve: 初审 and 复核.

    Always of a correction, an ending and a reopening; of a lost phone where what the applicant knows does not speak
    for them.
    """
    return kind != ApplicationKind.PHONE_LOST or not matches


def check_open(state: ApplicationState) -> None:
    """Raises ``already_decided``."""
    if state != ApplicationState.SUBMITTED:
        raise RuleBroken("already_decided", f"这份申请的状态是“{state.label}”，不能再办理")


def check_second(maker: uuid.UUID, second: uuid.UUID | None, *, needed: bool) -> None:
    """Raises ``second_missing``, and ``same_reviewer``: who did the first review does not do the second."""
    if needed and second is None:
        raise RuleBroken("second_missing", "须由两人审核，请由另一人复核")
    if maker == second:
        raise RuleBroken("same_reviewer", "初审和复核不能是同一人，请由另一人复核")


def check_not_begun(begun: uuid.UUID | None, deciders: Collection[uuid.UUID | None]) -> None:
    """Raises ``begun_by_you``: who began it does not agree to it (ADR 0131)."""
    if begun is not None and begun in deciders:
        raise RuleBroken("begun_by_you", "这件事项由您发起，须由另外两人审核")


def _same(item: ArchiveItem, typed: str, known: str) -> bool:
    if item in DATES:
        return KnownDate.from_text(typed).may_be(KnownDate.from_text(known))
    return _folded(typed) == _folded(known)


def _folded(value: str) -> str:
    return compact(value).casefold()
