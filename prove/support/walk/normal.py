"""Pages as text that two runs share: what differs with every run gets a name, white space that does not show goes."""

import datetime as dt
import re
from html import escape

NEAR, SOON, YEAR = 1, 40, 400  # days from today; what lies longer back is no date of this run
_UUID = re.compile(r"(?:\b|(?<=%2F))[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_SECRET = re.compile(r"(?<![\w/+=-])(?=[\w/+-]*\d)(?=[\w/+-]*[a-z])(?=[\w/+-]*[A-Z])[\w/+-]{24,}={0,2}(?![\w/+=-])")
_REPLACED = (
    (re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*'), r"\1«token»"),
    (re.compile(r'(name="sms_code"[^>]* value=")\d{6}"'), r'\1«code»"'),
    (re.compile(r"(/static/[^\"' )]+?)\.[0-9a-f]{12}(\.[a-z0-9]+)"), r"\1\2"),
    (re.compile(r"\b[A-Z]{2}(?:-[A-Z]{2})?-\d{4}-\d{4}-\d{4}\b"), "«number»"),
    (
        re.compile(r"(?i:(?:\b|(?<=%3D))(?=[a-z-]*\d)[0-9A-HJ-NP-TV-Z]{4}(?:-[0-9A-HJ-NP-TV-Z]{4}){4}\b)"),
        "«check code»",
    ),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:[+-]\d\d:?\d\d|Z)?"), "«moment»"),
    (re.compile(r"(data-seconds-left=\")\d+"), r"\1«seconds»"),
    (re.compile(r"请 ?\d+ ?(?:秒|分钟|小时)"), "请 «a while»"),
    (re.compile(r"\d+ ?秒"), "«seconds»秒"),
    (re.compile(r"您自己（\d+ 次）"), "您自己（«times» 次）"),  # the walk looks again until something has come
    (re.compile(r"(?<!\d)(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?!\d)"), "«time»"),
    (re.compile(r"\b(?=\d*[a-f])[0-9a-f]{16,}\b"), "«hex»"),
    (_SECRET, "«secret»"),
)
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
_DATES = (
    re.compile(r"(?<!\d)(20\d\d)年(\d{1,2})月(\d{1,2})日"),
    re.compile(r"(?<![\d-])(20\d\d)-(\d\d)-(\d\d)(?![\d-])"),
)
_DAY_OF_YEAR = re.compile(r"(?<![\d年])(\d{1,2})月(\d{1,2})日")
_KEPT_SPACE = re.compile(r"(<(pre|textarea)\b.*?</\2>)", re.DOTALL | re.IGNORECASE)
_BLOCKS = (
    "html|head|body|meta|link|title|script|header|footer|main|nav|section|article|aside|div|p|h[1-6]|ul|ol|li|dl|dt|dd"
    "|table|thead|tbody|tr|th|td|caption|form|fieldset|legend|details|summary|option|optgroup|template|hr|br|figure"
)
_BESIDE_BLOCK = re.compile(rf" ?(</?(?:{_BLOCKS})\b[^>]*>) ?", re.IGNORECASE)
_IN_TAG = re.compile(r" (?=/?>)")


def normal(text: str, *, today: dt.date, names: dict[str, str] | None = None) -> str:
    """``text`` without what no two runs share. ``names``: words of this run and what stands in their place.

    Identifiers are numbered in the order of the page, so that one in a wrong place still shows.
    """
    for word, name in (names or {}).items():
        text = text.replace(word, name).replace(escape(word), name)
    for pattern, name in _REPLACED[:1]:
        text = pattern.sub(name, text)
    seen: dict[str, str] = {}
    text = _UUID.sub(lambda found: seen.setdefault(found[0], f"«id {len(seen) + 1}»"), text)
    for pattern, name in _REPLACED[1:]:
        text = pattern.sub(name, text)
    for pattern in _DATES:
        text = pattern.sub(lambda found: _day(found, today), text)
    return _DAY_OF_YEAR.sub(lambda found: _day(found, today), text)


def message(text: str, *, today: dt.date, names: dict[str, str] | None = None) -> str:
    """A text message: as ``normal``, and without its code."""
    return _CODE.sub("«code»", normal(text, today=today, names=names))


def shown(text: str) -> list[str]:
    """The lines to compare: a tag or the words between two on each, white space only where it shows."""
    parts = _KEPT_SPACE.split(text)
    lines: list[str] = []
    for at, part in enumerate(parts):
        if at % 3 == 1:  # white space shows here
            lines += part.splitlines()
        elif at % 3 == 0:
            collapsed = _IN_TAG.sub("", re.sub(r"\s+", " ", part))
            collapsed = _BESIDE_BLOCK.sub(r"\1", collapsed)
            lines += [line for line in re.split(r"(<[^>]*>)", collapsed) if line]
    return lines


def _day(found: re.Match[str], today: dt.date) -> str:
    """The distance of a date from today. Within weeks it is not told, for working days are counted; without a year
    only today and its neighbours are meant."""
    numbers = [int(number) for number in found.groups()]
    try:
        days = (dt.date(*([today.year] * (len(numbers) == 2) + numbers)) - today).days
    except ValueError:
        return found[0]
    if not -NEAR <= days <= (YEAR if len(numbers) == 3 else NEAR):
        return found[0]
    return "«soon»" if NEAR < days <= SOON else f"«today{days:+}»"
