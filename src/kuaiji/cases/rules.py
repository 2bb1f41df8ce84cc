"""Who holds a case, who may take it, and when a decision takes effect: over plain values."""

import datetime as dt
import re
import unicodedata
import uuid
from collections.abc import Collection

from kuaiji.cases.enums import Verdict
from kuaiji.common.errors import RuleBroken

HOLD = dt.timedelta(minutes=30)  # without a post or a saved draft of words
WINDOW = dt.timedelta(minutes=10)  # in which a decision is taken back by its maker
RETRY = dt.timedelta(minutes=1)  # until what broke down is carried out again
MOST_ROWS = 50  # of one page of a list
MOST_AT_ONCE = 20  # of 领取一批
LONGEST_WORDS = 500  # own words of a decision
LONGEST_HAND_UP = 200  # the word that goes along to the level above
OTHER = "other"  # the reason that says nothing without own words
_SEPARATORS = re.compile(r"[\s\-_.·—－]")
_NUMBERS = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15}|(?:86)?1[3-9]\d{9})(?!\d)")


def is_held(holder_id: uuid.UUID | None, touched_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether the name on a case still counts at ``now``."""
    return holder_id is not None and touched_at is not None and touched_at > now - HOLD


def effective_at(made_at: dt.datetime, *, window: bool, at_once: bool) -> dt.datetime:
    """From when on a decision made by all who have to make it is carried out ([decided] 10 minutes, or 立即生效)."""
    return made_at + WINDOW if window and not at_once else made_at


def has_personal_number(words: str) -> bool:
    """Whether something in ``words`` reads as an ID number (18 or 15 digits) or as a mobile phone, however written."""
    return bool(_NUMBERS.search(_SEPARATORS.sub("", unicodedata.normalize("NFKC", words))))


def check_words(words: str, *, most: int = LONGEST_WORDS, must: bool = False) -> None:
    """Own words of staff, which people read. Raises RuleBroken ``words_missing``, ``words_too_long``,
    ``words_with_number``, all at the field ``words``."""
    if must and not words.strip():
        raise RuleBroken("words_missing", "请写明说明", "words")
    if len(words) > most:
        raise RuleBroken("words_too_long", f"说明写了 {len(words)} 字，不能超过 {most} 字，请删减", "words")
    if has_personal_number(words):
        raise RuleBroken("words_with_number", "说明里不能写证件号码或手机号，请删去号码", "words")


def check_reasons(verdict: Verdict, reasons: Collection[str], words: str) -> None:
    """A return says why (field2 §3.2). Raises RuleBroken ``reason_missing`` at ``reasons``, ``words_missing``."""
    if verdict == Verdict.RETURN and not reasons:
        raise RuleBroken("reason_missing", "退回要选至少一条原因", "reasons")
    if verdict in (Verdict.DROP, Verdict.SETTLE) or OTHER in reasons:
        check_words(words, must=True)
