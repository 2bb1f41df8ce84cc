"""Values that mean harm or are merely wrong: typed by hand, by a script, or sent past every browser."""

import unicodedata
from collections.abc import Callable, Mapping

PLAIN: Mapping[str, str] = {
    "empty": "",
    "blank": " ",
    "ideographic-blank": "\u3000",
    "unseen": "\u200b\ufeff",
    "breaks": "\r\n\t",
    "nul": "\0",
    "nul-inside": "甲\0乙",
    "bell": "甲\x07乙",
    "ansi": "\x1b[31m甲\x1b[0m",
    "delete": "甲\x7f乙",
    "c1": "甲\x9b乙",
    "next-line": "甲\x85乙",
    "bidi-override": "甲\u202e乙",
    "bidi-isolate": "\u2066甲\u2069",
    "direction-mark": "甲\u200e乙",
    "tag": "甲\U000e0041",
    "annotation": "甲\ufff9乙\ufffa丙\ufffb",
    "joiner": "甲\u200d乙",
    "line-separator": "甲\u2028乙",
    "private": "甲\ue000",
    "private-plane": "甲\U000f0000",
    "unassigned": "甲\u0378",
    "no-character": "甲\ufffe",
    "last-code-point": "甲\U0010ffff",
    "lost-character": "甲\ufffd乙",
    "script": "<script>alert(1)</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "attribute": "' onfocus='alert(1)' autofocus='",
    "closing": "</select></textarea></form><h1>甲",
    "comment": "<!--",
    "entity": "&lt;script&gt;&#60;&amp;",
    "address": "javascript:alert(document.cookie)",
    "sql-table": "'; DROP TABLE identity_user; --",
    "sql-or": "' OR '1'='1",
    "sql-sleep": "'||pg_sleep(5)||'",
    "template": "{{91111*91111}}{{request.user}}",
    "template-tag": '{% include "base.html" %}{% load kuaiji %}',
    "expression": "${91111*91111}#{91111*91111}",
    "format": "%s%n{0.__class__.__init__}",
    "path": "../../../../etc/passwd",
    "windows-path": "..\\..\\boot.ini",
    "file": "file:///etc/passwd",
    "escaped-path": "%2e%2e%2f%00",
    "header": "甲\r\nSet-Cookie: owned=1\r\n\r\n<h1>",
    "shell": "$(id)`id`;id|id&id",
    "xml": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "sheet": "=cmd|' /C calc'!A1",
    "emoji": "👩\u200d👩\u200d👧🀄",
    "flag-of-tags": "🏴\U000e0067\U000e0062\U000e007f",
    "arabic": "محمد علي",
    "hebrew": "שלום",
    "marks": "e" + "\u0301" * 30,
    "flood-of-marks": "e" + "\u0301" * 20_000,
    "full-width-digits": "１２３４５６",
    "arabic-digits": "٢٠١٩",
    "roman": "Ⅳ",
    "superscript": "²",
    "zero": "0",
    "minus": "-1",
    "fraction": "1.5",
    "point": "2019.0",
    "underscores": "20_19",
    "exponent": "1e9",
    "hexadecimal": "0x10",
    "not-a-number": "NaN",
    "infinity": "Infinity",
    "past-32-bits": "2147483648",
    "many-digits": "9" * 5000,
    "no-such-day": "2026-02-30",
    "no-such-month": "20191301",
    "year-zero": "0000-00-00",
    "long-ago": "1899-12-31",
    "future": "2099-01-01",
    "last-day": "9999-12-31",
    "none": "None",
    "null": "null",
    "true": "true",
    "undefined": "undefined",
    "code": "ZZ",
    "numeric-code": "999999",
    "json-object": '{"a": 1}',
    "json-array": '["01"]',
    "very-long": "x" * 100_000,
    "very-long-words": "甲" * 20_000,
}

# Bytes that are no UTF-8: half a surrogate pair, a lone byte, an overlong slash, a character cut in two.
BYTES: Mapping[str, bytes] = {
    "surrogate": b"\xe7\x94\xb2\xed\xa0\x80",
    "stray-bytes": b"\xe7\x94\xb2\xff\xfe",
    "overlong": b"..\xc0\xaf..",
    "cut": b"\xe7\x94\xb2\xe7\x94",
}


def full_width(text: str) -> str:
    """Printable ASCII as a Chinese keyboard types it."""
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


# Pasted along and drawn as nothing: soft hyphen, joiners of every kind, marks and overrides of direction, fillers of
# Hangul, vowels of Khmer, operators, byte order mark, selectors, tags.
UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2066\u2067\u2068\u2069\u206f\u3164\ufe0f\ufeff\uffa0\U000e0001\U000e0041"
)

# What can be done to a value that is right.
CHANGED: Mapping[str, Callable[[str], str]] = {
    "full-width": full_width,
    "blanks-around": lambda right: f" \t{right}\u3000",
    "unseen-inside": lambda right: right[:1] + "\u200b" + right[1:],
    "unseen-everywhere": lambda right: UNSEEN + right + UNSEEN,
    "override-before": lambda right: "\u202e" + right,
    "nul-behind": lambda right: right + "\0",
    "header-behind": lambda right: right + "\r\nX-Owned: 1",
    "script-behind": lambda right: right + "<script>alert(1)</script>",
    "twice": lambda right: right + right,
    "mark-behind": lambda right: right + "\u0301",
    "decomposed": lambda right: unicodedata.normalize("NFD", right),
}


def typed(right: str, limit: int | None) -> dict[str, bytes]:
    """Every hostile value for a field, as it travels: the field takes ``right`` and at most ``limit`` characters."""
    texts = dict(PLAIN) | {name: change(right) for name, change in CHANGED.items()}
    if limit:
        texts |= {"too-long-by-one": "甲" * (limit + 1), "as-long-as-may-be": "甲" * limit}
    return {name: text.encode() for name, text in texts.items()} | dict(BYTES)


NAMES = tuple(typed("1", 1))
