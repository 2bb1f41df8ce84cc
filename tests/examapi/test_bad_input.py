"""Bad input has exact answers: each row of the table in docs/exam-api.md (Bad input) is a case here."""

import datetime as dt
import ipaddress
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import OperationalError

from kuaiji.examapi import verification
from kuaiji.examapi.protocol.problems import KINDS, ProblemCode
from kuaiji.examapi.protocol.rates import Buckets
from kuaiji.examapi.protocol.requests import BATCH, OPENAPI, SINGLE
from kuaiji.examapi.proving import BODY_CAP, BOOK
from kuaiji.examapi.verification import Answer
from kuaiji.examchecks.models import ExamCheck
from kuaiji.examchecks.services import lookups
from kuaiji.examchecks.services.clients import revoke_key
from kuaiji.examchecks.services.execution import DatabaseAway
from kuaiji.exams.enums import ExamLevel
from kuaiji_signed.signing import Request, Signer
from people.exam_door import Door, at, created, open_door, said
from people.numbers import resident_id
from people.records.exam_clients import operation

pytestmark = pytest.mark.django_db
NUMBER = "440000199003070016"
QUESTION: dict[str, Any] = {
    "document_type": "01",
    "document_number": NUMBER,
    "name": "示例",
    "exam": {"level": "2", "year": 2027},
}


@pytest.fixture
def door() -> Door:
    return open_door()


def refused(answer: Answer, code: ProblemCode, **members: Any) -> dict[str, Any]:
    """That the answer is this problem, with these members; nothing was written about anybody."""
    told = said(answer)
    assert (answer.status, told["code"], told["status"]) == (KINDS[code].status, code, KINDS[code].status)
    assert dict(answer.headers)["Content-Type"] == "application/problem+json"
    assert told["type"].endswith(code) and told["title"] and told["remedy"]
    assert {name: told.get(name) for name in members} == members
    return told


@pytest.fixture(autouse=True)
def _nothing_is_written() -> Iterator[None]:
    yield
    assert not ExamCheck.objects.exists() or "not_found" in set(ExamCheck.objects.values_list("outcome", flat=True))


SIGNATURES: list[tuple[Callable[[Request], Request], ProblemCode]] = [
    (lambda request: at(request, signature=None), ProblemCode.SIGNATURE_MISSING),
    (lambda request: at(request, signature_input=None), ProblemCode.SIGNATURE_MISSING),
    (lambda request: at(request, signature="sig1=:AAAA:"), ProblemCode.SIGNATURE_MALFORMED),
    (lambda request: at(request, signature_input="sig1=()"), ProblemCode.SIGNATURE_MALFORMED),
    (
        lambda request: at(request, signature_input=request.headers["signature-input"] + ';tag="x"'),
        ProblemCode.SIGNATURE_MALFORMED,
    ),
    (
        lambda request: at(request, signature_input=request.headers["signature-input"].replace("exam-", "exam-0")),
        ProblemCode.KEY_UNKNOWN,
    ),
    (lambda request: replace(request, body=request.body.replace(b"2027", b"2028")), ProblemCode.DIGEST_MISMATCH),
    (lambda request: at(request, content_digest=None), ProblemCode.DIGEST_MISMATCH),
    (lambda request: at(request, content_digest=f"sha-256=:{'A' * 43}=:"), ProblemCode.DIGEST_MISMATCH),
    (lambda request: at(request, signature=f"sig1=:{'A' * 43}=:"), ProblemCode.SIGNATURE_INVALID),
    (lambda request: replace(request, url=request.url.replace(SINGLE, BATCH)), ProblemCode.SIGNATURE_INVALID),
    (lambda request: at(request, host="other.example"), ProblemCode.SIGNATURE_INVALID),
]


@pytest.mark.parametrize(("spoil", "code"), SIGNATURES)
def test_a_question_that_nobody_proves_is_not_answered(
    door: Door, spoil: Callable[[Request], Request], code: ProblemCode
) -> None:
    refused(door.send(spoil(door.request(json.dumps(QUESTION).encode()))), code)


def test_a_key_that_is_unknown_or_was_taken_back_is_told_alike(door: Door) -> None:
    stranger = Door(Signer("exam-0123456789abcdef", door.signer.private_key, door.signer.scheme))
    unknown = refused(stranger.ask(QUESTION), ProblemCode.KEY_UNKNOWN)
    revoke_key(operation=operation(), keyid=door.signer.keyid)
    BOOK.forget()
    assert refused(door.ask(QUESTION), ProblemCode.KEY_UNKNOWN) == unknown


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_clock_that_is_off_is_told_the_time(door: Door, seconds: int) -> None:
    request = door.request(json.dumps(QUESTION).encode())
    moment = created(request) + dt.timedelta(seconds=seconds)
    with time_machine.travel(moment, tick=False):
        told = refused(door.send(request), ProblemCode.CLOCK_SKEW, limit="前后300秒")
    assert told["server_time"] == moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("path", [SINGLE, BATCH])
def test_a_signature_holds_once(door: Door, path: str) -> None:
    candidate = {name: value for name, value in QUESTION.items() if name != "exam"}
    question = QUESTION if path == SINGLE else {"exam": QUESTION["exam"], "candidates": [candidate]}
    request = door.request(json.dumps(question).encode(), path=path)
    assert door.send(request).status == 200
    before = ExamCheck.objects.count()
    refused(door.send(request), ProblemCode.REPLAYED)
    again = door.request(json.dumps(question).encode(), path=path, nonce=_nonce(request))
    refused(door.send(again), ProblemCode.REPLAYED)
    assert ExamCheck.objects.count() == before


def _nonce(request: Request) -> str:
    return request.headers["signature-input"].partition('nonce="')[2].partition('"')[0]


def test_addresses_and_levels_bound_a_client() -> None:
    door = open_door(addresses=["203.0.113.0/24", "2001:db8::/64"], levels=[ExamLevel.JUNIOR])
    request = door.request(json.dumps(QUESTION | {"exam": {"level": "1", "year": 2027}}).encode())
    for outside in ("203.0.114.1", "2001:db8:0:1::1"):
        answer = door.send(request, sender=ipaddress.ip_address(outside))
        refused(answer, ProblemCode.ADDRESS_NOT_ALLOWED, found=outside)
    refused(door.send(request), ProblemCode.ADDRESS_NOT_ALLOWED)
    assert door.send(request, sender=ipaddress.ip_address("203.0.113.9")).status == 200
    other = door.request(json.dumps(QUESTION).encode())
    answer = door.send(other, sender=ipaddress.ip_address("2001:db8::9"))
    refused(answer, ProblemCode.OUT_OF_SCOPE, field="exam.level", found="2", limit="1")


def _unread() -> bytes:
    raise AssertionError("the body was read")


HEADS = [
    ({"content_length": ""}, ProblemCode.LENGTH_REQUIRED),
    ({"content_length": "-1"}, ProblemCode.LENGTH_REQUIRED),
    ({"content_length": "１２"}, ProblemCode.LENGTH_REQUIRED),
    ({"transfer_encoding": "chunked"}, ProblemCode.LENGTH_REQUIRED),
    ({"content_length": str(BODY_CAP + 1)}, ProblemCode.TOO_LARGE),
    ({"content_length": "9" * 40}, ProblemCode.TOO_LARGE),
    ({"content_type": "text/plain"}, ProblemCode.UNSUPPORTED_TYPE),
    ({"content_type": "application/x-www-form-urlencoded"}, ProblemCode.UNSUPPORTED_TYPE),
    ({"content_type": None}, ProblemCode.UNSUPPORTED_TYPE),
]


@pytest.mark.parametrize(("headers", "code"), HEADS)
def test_what_headers_tell_is_refused_before_the_body_is_read(
    door: Door, headers: dict[str, str | None], code: ProblemCode
) -> None:
    request = at(door.request(json.dumps(QUESTION).encode()), **headers)
    refused(door.send(request, read=_unread), code)


def test_as_many_bytes_as_may_be_are_read(door: Door) -> None:
    text = json.dumps(QUESTION).encode()
    assert door.ask(text + b" " * (BODY_CAP - len(text))).status == 200
    refused(door.ask(text + b" " * (BODY_CAP - len(text) + 1)), ProblemCode.TOO_LARGE)


MALFORMED = [
    (b'{"name":"a","name":"b"}', "duplicate_name", 12),
    (b'{"year":NaN}', "not_json", 8),
    (b'{"name":"\xff"}', "bad_utf8", 9),
    (b'{"name":"\\ud800"}', "lone_surrogate", 8),
    (b'{"a":' * 9 + b"1" + b"}" * 9, "too_deep", 40),
    (json.dumps(QUESTION).encode() + b"x", "trailing_text", len(json.dumps(QUESTION))),
    (b"", "not_json", 0),
]


@pytest.mark.parametrize(("body", "reason", "offset"), MALFORMED)
@pytest.mark.parametrize("path", [SINGLE, BATCH])
def test_what_is_no_strict_json_is_told_with_its_place(
    door: Door, path: str, body: bytes, reason: str, offset: int
) -> None:
    told = refused(door.ask(body, path=path), ProblemCode.MALFORMED, reason=reason)
    assert told["position"]["offset"] == offset and "第1行" in told["found"]


MISSING: Any = object()
UNKNOWN, TYPE, VALUE = ProblemCode.FIELD_UNKNOWN, ProblemCode.WRONG_TYPE, ProblemCode.UNKNOWN_VALUE
LONG, SHORT, ABSENT = ProblemCode.TOO_LONG, ProblemCode.TOO_SHORT, ProblemCode.FIELD_MISSING
FIELDS: list[tuple[str, Any, ProblemCode, str]] = [
    ("document_type", MISSING, ABSENT, "没有"),
    ("document_type", 1, TYPE, "数字"),
    ("document_type", "12", VALUE, "12"),
    ("document_type", "身份证", VALUE, "身份证"),
    ("document_number", MISSING, ABSENT, "没有"),
    ("document_number", 440000199003070016, TYPE, "数字"),
    ("document_number", None, TYPE, "null"),
    ("name", MISSING, ABSENT, "没有"),
    ("name", ["示例"], TYPE, "数组"),
    ("name", "", SHORT, "0个字符"),
    ("name", "  ", SHORT, "0个字符"),
    ("name", "名" * 51, LONG, "51个字符"),
    ("reference", 7, TYPE, "数字"),
    ("reference", "", SHORT, "0个字符"),
    ("reference", "r" * 65, LONG, "65个字符"),
    ("reference", "a\tb", ProblemCode.BAD_CHARACTER, "第2个字符"),
    ("reference", "\u200b", ProblemCode.BAD_CHARACTER, "第1个字符"),
    ("document_country", "CHN", VALUE, "CHN"),
    ("phone", "13800000000", UNKNOWN, "phone"),
]
EXAMS: list[tuple[str, Any, ProblemCode, str]] = [
    ("exam", MISSING, ABSENT, "没有"),
    ("exam", [], TYPE, "数组"),
    ("exam.level", MISSING, ABSENT, "没有"),
    ("exam.level", 2, TYPE, "数字"),
    ("exam.level", "4", VALUE, "4"),
    ("exam.level", "0", VALUE, "0"),
    ("exam.year", MISSING, ABSENT, "没有"),
    ("exam.year", "2027", TYPE, "字符串"),
    ("exam.year", 2027.0, TYPE, "数字"),
    ("exam.year", True, TYPE, "布尔值"),
    ("exam.year", 0, VALUE, "0"),
    ("exam.year", 1949, ProblemCode.NO_RULES, "1949"),
    ("exam.division", 440100, TYPE, "数字"),
    ("exam.division", "4401", VALUE, "4401"),
    ("exam.division", "999999", VALUE, "999999"),
    ("exam.subject", "x", UNKNOWN, "subject"),
]


def _with(question: dict[str, Any], field: str, value: Any) -> dict[str, Any]:
    changed: dict[str, Any] = json.loads(json.dumps(question))
    *above, name = field.split(".")
    inner = changed[above[0]] if above else changed
    inner.pop(name, None)
    if value is not MISSING:
        inner[name] = value
    return changed


@pytest.mark.parametrize(("field", "value", "code", "found"), [*FIELDS, *EXAMS])
def test_a_field_that_cannot_be_taken_is_named(
    door: Door, field: str, value: Any, code: ProblemCode, found: str
) -> None:
    told = refused(door.ask(_with(QUESTION, field, value)), code, field=field, found=found)
    assert told["limit"] and told["errors"][0]["field"] == field


@pytest.mark.parametrize(("field", "value", "code", "found"), FIELDS)
def test_in_a_batch_its_place_is_told(door: Door, field: str, value: Any, code: ProblemCode, found: str) -> None:
    right = {name: value for name, value in QUESTION.items() if name != "exam"}
    batch = {"exam": QUESTION["exam"], "candidates": [*[right] * 17, _with(right, field, value), right]}
    refused(door.ask(batch, path=BATCH), code, field=f"candidates[17].{field}", found=found)


@pytest.mark.parametrize(("number", "code", "found"), [(0, SHORT, "0人"), (1001, LONG, "1001人")])
def test_a_batch_has_one_to_a_thousand(door: Door, number: int, code: ProblemCode, found: str) -> None:
    batch = {"exam": QUESTION["exam"], "candidates": [{}] * number}
    refused(door.ask(batch, path=BATCH), code, field="candidates", found=found, limit="1至1000人")


@pytest.mark.parametrize("value", [None, 1, "x", [], [1]])
def test_what_is_no_object_is_told(door: Door, value: Any) -> None:
    for path in (SINGLE, BATCH):
        refused(door.ask(json.dumps(value).encode(), path=path), TYPE)


def test_all_faults_are_told_at_once_and_no_value_of_a_person_is(door: Door) -> None:
    secret = {"name": "某" * 60, "document_number": [NUMBER], "reference": "机密" * 40, "document_type": "01"}
    batch = {"exam": {"level": "9", "year": "x"}, "candidates": [secret] * 30}
    answer = door.ask(batch, path=BATCH)
    told = refused(answer, VALUE, field="exam.level")
    assert [error["field"] for error in told["errors"][:3]] == [
        "exam.level",
        "exam.year",
        "candidates[0].document_number",
    ]
    assert len(told["errors"]) == 20
    text = answer.body.decode()
    assert "某" not in text and NUMBER not in text and "机密" not in text


def test_too_fast_is_told_when_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "_buckets", Buckets(processes=1, now=lambda: 0.0))
    door = open_door(rate=1)
    answers = [door.ask(QUESTION) for _ in range(101)]  # what a client may save up
    assert {answer.status for answer in answers[:100]} == {200}
    refused(answers[100], ProblemCode.TOO_FAST, limit="每秒1")
    assert int(dict(answers[100].headers)["Retry-After"]) >= 1
    assert open_door(name="另一个系统").ask(QUESTION).status == 200


def test_too_busy_is_told_at_once(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = [verification._inside.acquire(blocking=False) for _ in range(verification.MOST_INSIDE)]
    try:
        answer = door.ask(QUESTION)
    finally:
        for _ in filter(None, taken):
            verification._inside.release()
    refused(answer, ProblemCode.BUSY)
    assert dict(answer.headers)["Retry-After"] == "1"
    assert door.ask(QUESTION).status == 200


@pytest.mark.parametrize("error", [DatabaseAway(), OperationalError("440106199001011234")])
def test_a_database_that_is_away_is_told(door: Door, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def away(*args: object) -> None:
        raise error

    monkeypatch.setattr(lookups, "execute", away)
    answer = door.ask(QUESTION)
    refused(answer, ProblemCode.UNAVAILABLE)
    assert dict(answer.headers)["Retry-After"] == "5" and b"4401" not in answer.body


def test_a_fault_of_ours_says_nothing_of_anybody(
    door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object) -> None:
        raise ValueError("440106199001011234")

    monkeypatch.setattr(lookups, "execute", broken)
    answer = door.ask(QUESTION)
    refused(answer, ProblemCode.BROKEN)
    assert b"440106" not in answer.body


def test_other_addresses_and_methods(door: Door) -> None:
    refused(door.ask(QUESTION, path="/api/exam/v1/nothing"), ProblemCode.NOT_FOUND)
    for path, method, allowed in ((SINGLE, "GET", "POST"), (BATCH, "PUT", "POST"), (OPENAPI, "POST", "GET")):
        answer = door.send(door.request(b"", path=path, method=method))
        refused(answer, ProblemCode.METHOD_NOT_ALLOWED, limit=allowed)
        assert dict(answer.headers)["Allow"] == allowed


WRITTEN = ["４４００００199003070016", " 440000 19900307 0016 ", "440000-19900307-0016"]
CROSSED = ["x", "X", "×", "Ｘ", "χ"]


@pytest.mark.parametrize(
    "number", ["440000199003070017", "440000900307001", "", "44000019900307001", "440000199013070016", "x" * 200]
)
def test_a_number_that_cannot_be_one_is_not_found(door: Door, number: str) -> None:
    told = said(door.ask(QUESTION | {"document_number": number}))
    assert (told["outcome"], told["code"]) == ("not_found", "number_invalid")
    assert set(told) == {"outcome", "code", "text", "remedy_url", "ruleset", "answered_at", "answer_id"}


@pytest.mark.parametrize("number", WRITTEN)
def test_a_number_is_read_as_pages_read_it(door: Door, number: str) -> None:
    assert said(door.ask(QUESTION | {"document_number": number}))["code"] == "not_known_here"


@pytest.mark.parametrize("cross", CROSSED)
def test_every_cross_is_an_x(door: Door, cross: str) -> None:
    number = next(each for each in (resident_id(random.Random(seed)) for seed in range(500)) if each.endswith("X"))
    assert said(door.ask(QUESTION | {"document_number": number[:-1] + cross}))["code"] == "not_known_here"


def test_the_page_for_other_teams_names_every_code() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "exam-api.md").read_text(encoding="utf-8")
    table = page.partition("## Bad input")[2].partition("\n## ")[0]
    assert [code for code in ProblemCode if f"`{code.value}`" not in table] == []
