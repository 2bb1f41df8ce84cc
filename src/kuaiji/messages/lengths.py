"""How long a message is on a phone. Pure.

Chinese goes out as UCS-2: one message of 70 code units, or parts of 67 (3GPP TS 23.040, 9.2.3.24.1: the header that
joins parts takes three). The signature with its brackets counts.
"""

SINGLE, PART = 70, 67
MOST_SEGMENTS = 2

# The longest that each parameter says.
_LONGEST = {
    "code": "ABCD-EFGH",
    "minutes": "10",
    "time": "12月31日23:59",
    "date": "2026年12月31日",
    "number": "GD-SQ-2026-0000-0123",
    "kind": "手机号丢失申请",
    "place": "新疆生产建设兵团",
    "count": "99",
    "exam": "2026年度初级、高级会计资格",
    "form": "更正证件类型和证件号码",
}


def longest(text: str, *, signature: str) -> str:
    """A message with the longest values it can have, signature included. Raises KeyError for an unknown parameter."""
    return f"【{signature}】{text.format_map(_LONGEST)}"


def segments(message: str) -> int:
    """How many parts ``message`` has on the way: one up to 70 UTF-16 code units, else as many as 67 go into it."""
    units = len(message.encode("utf-16-be")) // 2
    return 1 if units <= SINGLE else -(-units // PART)
