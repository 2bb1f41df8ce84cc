"""JSON in one way only, and the place of the first fault told where it is not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.examapi.protocol.strict_json import DEEPEST, Malformed, fault_of, load

SURROGATE, PAIR = r'"\ud83d"', r'"\ud83d\ude00"'
FAULTS = [
    (b"", "not_json", 0),
    (b"  ", "not_json", 2),
    (b"{", "not_json", 1),
    (b'{"a"}', "not_json", 4),
    (b'{"a":1,}', "not_json", 7),
    (b"[1,]", "not_json", 3),
    (b"[1 2]", "not_json", 3),
    (b'{"a":1 "b":2}', "not_json", 7),
    (b"{'a':1}", "not_json", 1),
    (b'{"a":NaN}', "not_json", 5),
    (b'{"a":-Infinity}', "not_json", 5),
    (b'{"a":01}', "not_json", 6),
    (b'{"a":+1}', "not_json", 5),
    (b'{"a":"\n"}', "not_json", 5),
    (b'{"a":"\\x"}', "not_json", 5),
    (b'{"a":tru}', "not_json", 5),
    (b"\xef\xbb\xbf{}", "not_json", 0),
    (b'{"a":1}{}', "trailing_text", 7),
    (b'{"a":1} x', "trailing_text", 8),
    (b'{"a":1,"a":2}', "duplicate_name", 7),
    (b'{"a":1,"\\u0061":2}', "duplicate_name", 7),
    (b'[{"b":{"a":1,"a":2}}]', "duplicate_name", 13),
    (b'{"a":"\xff"}', "bad_utf8", 6),
    (b'{"a":"\xed\xa0\x80"}', "bad_utf8", 6),
    ('{"姓":"\x00"}'.encode(), "not_json", 7),
    (f'{{"a":{SURROGATE}}}'.encode(), "lone_surrogate", 5),
    (f"{{{SURROGATE}:1}}".encode(), "lone_surrogate", 1),
    (b"1" * 41, "number_too_long", 0),
    (b'{"a":[1,' + b"9" * 5000 + b"]}", "number_too_long", 8),
]


@pytest.mark.parametrize(("data", "reason", "offset"), FAULTS, ids=[f"{number}" for number in range(len(FAULTS))])
def test_each_fault_is_told_with_its_place(data: bytes, reason: str, offset: int) -> None:
    with pytest.raises(Malformed) as raised:
        load(data)
    assert (raised.value.fault.reason, raised.value.fault.offset) == (reason, offset)


def test_a_place_is_a_line_and_a_column_too() -> None:
    fault = fault_of('{\n "姓名": "张三",\n "姓名": 1}'.encode())
    assert fault is not None and (fault.reason, fault.line, fault.column) == ("duplicate_name", 3, 2)


@pytest.mark.parametrize("bracket", ["[]", '{"a":0}'])
def test_depth_is_told_however_deep(bracket: str) -> None:
    opening, closing = bracket[: -2 if bracket != "[]" else 1] or "[", bracket[-1]
    opening = "[" if bracket == "[]" else '{"a":'
    inner = "0"
    right = (opening * DEEPEST + inner + closing * DEEPEST).encode()
    wrong = (opening * (DEEPEST + 1) + inner + closing * (DEEPEST + 1)).encode()
    assert fault_of(right) is None and load(right)
    found = fault_of(wrong)
    assert found is not None and (found.reason, found.offset) == ("too_deep", len(opening) * DEEPEST)
    endless = fault_of((opening * 100_000).encode())
    assert endless is not None and endless.reason == "too_deep"
    with pytest.raises(Malformed):
        load((opening * 100_000).encode())


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, st.booleans())
def test_what_is_right_is_read_as_everybody_reads_it(value: object, ascii_only: bool) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    if fault_of(data) is None:
        assert load(data) == json.loads(data)


@given(VALUES, st.integers(0, 200), st.sampled_from([b"", b'"', b"}", b",", b"\\", b"\xff", b"0", b" ", b"\\ud800"]))
def test_reading_and_walking_agree(value: object, place: int, piece: bytes) -> None:
    data = json.dumps(value).encode()
    spoilt = data[:place] + piece + data[place + len(piece) :]
    fault, told = fault_of(spoilt), None
    try:
        load(spoilt)
    except Malformed as malformed:
        told = malformed.fault
    assert told == fault or (told is None and fault is not None and fault.reason == "too_deep")
    assert fault is None or 0 <= fault.offset <= len(spoilt)


def test_half_a_character_is_no_character_and_both_are() -> None:
    assert load(PAIR.encode()) == "\U0001f600"
