"""The SMS gateway and its inbox."""

import json
import re
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from people.houses.standins import Standins

BLOCKED, LIMITED, BROKEN, SLOW = (f"1700000000{last}" for last in "1234")


@pytest.fixture
def client(standins: Standins) -> Iterator[httpx.Client]:
    with standins.client() as client:
        yield client


def message(to: str, /, **changes: Any) -> dict[str, Any]:
    whole = {
        "id": str(uuid.uuid4()),
        "to": to,
        "signature": "广东财政",
        "template_id": "registration_code",
        "params": ["604182", "10"],
        "text": "604182为您的注册验证码，10分钟内有效。\n@kj.example #604182",
    }
    return whole | changes


def inbox(client: httpx.Client, phone: str) -> list[dict[str, str]]:
    answer = client.get("/sms/messages", params={"phone": phone})
    assert answer.status_code == 200
    return list(answer.json())


def test_a_message_arrives(client: httpx.Client) -> None:
    sent = message("13810000001")
    answer = client.post("/sms/messages", json=sent)
    assert answer.status_code == 200
    assert answer.json()["status"] == "accepted"
    assert re.fullmatch(r"SI\d{10}", answer.json()["serial"])
    (arrived,) = inbox(client, "13810000001")
    assert (arrived["to"], arrived["text"]) == ("13810000001", sent["text"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+08:00", arrived["sent_at"])


def test_the_same_message_again_has_one_effect(client: httpx.Client) -> None:
    sent = message("13810000002")
    answers = [client.post("/sms/messages", json=sent).json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert len(inbox(client, "13810000002")) == 1


def test_the_same_message_at_the_same_moment_has_one_effect(client: httpx.Client) -> None:
    sent = message("13810000011")
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: client.post("/sms/messages", json=sent), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["serial"] for answer in answers}) == 1
    assert len(inbox(client, "13810000011")) == 1


def test_an_id_belongs_to_one_message(client: httpx.Client) -> None:
    sent = message("13810000003")
    client.post("/sms/messages", json=sent)
    answer = client.post("/sms/messages", json=sent | {"text": "另一条"})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (409, "id_reused", "id")
    assert len(inbox(client, "13810000003")) == 1


def test_the_newest_fifty_come_first(client: httpx.Client) -> None:
    for count in range(52):
        client.post("/sms/messages", json=message("13810000004", text=f"第{count}条"))
    assert [each["text"] for each in inbox(client, "13810000004")] == [f"第{count}条" for count in range(51, 1, -1)]
    assert inbox(client, "13810000005") == []


@pytest.mark.parametrize(
    ("phone", "status", "code"),
    [(BLOCKED, 422, "phone_blocked"), (LIMITED, 429, "phone_limited"), (BROKEN, 500, "broken")],
)
def test_magic_numbers_are_refused_and_leave_nothing(client: httpx.Client, phone: str, status: int, code: str) -> None:
    answer = client.post("/sms/messages", json=message(phone))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert inbox(client, phone) == []


def test_a_hanging_number_does_not_hang_the_others(client: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        client.post("/sms/messages", json=message(SLOW), timeout=1)
    assert client.post("/sms/messages", json=message("13810000006")).status_code == 200


BAD: list[tuple[str, list[object]]] = [
    ("id", [None, 5, "", "x", "0190AAAA-0000-7000-8000-000000000001"]),
    (
        "to",
        [None, 13810000007, "", "1381000000", "138100000071", "+8613810000007", "23810000007", "１３８１０００００07"],
    ),
    ("signature", [None, "", " ", "长" * 41, "a\x00b"]),
    ("template_id", [None, [], "", "长" * 41]),
    ("params", [None, "604182", {"a": 1}, [1], [""], [None], ["长" * 101], ["a"] * 21]),
    ("text", [None, 5, "", "长" * 501, "a\x00b", "\ud800"]),
]


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in BAD for value in values])
def test_a_bad_field_is_named(client: httpx.Client, field: str, value: object) -> None:
    answer = client.post("/sms/messages", content=json.dumps(message("13810000007", **{field: value})))
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert 0 < len(answer.json()["message"]) <= 30
    assert inbox(client, "13810000007") == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"a"', b"\xff", b"[" * 5000])
def test_a_body_that_is_no_object_is_refused(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/sms/messages", content=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_json")


@pytest.mark.parametrize("query", ["", "?phone=", "?phone=138", "?phone=1381000000%00"])
def test_the_inbox_asks_for_a_whole_number(client: httpx.Client, query: str) -> None:
    answer = client.get(f"/sms/messages{query}")
    assert (answer.status_code, answer.json()["field"]) == (422, "phone")


def test_the_page_shows_what_arrived_and_keeps_text_text(client: httpx.Client, standins: Standins) -> None:
    client.post("/sms/messages", json=message("13810000008", text="<b>甲</b>"))
    client.post("/sms/messages", json=message("13810000009", text="乙"))
    everything = httpx.get(f"{standins.url}/sms/", trust_env=False)
    assert everything.status_code == 200
    assert everything.text.index("【广东财政】乙") < everything.text.index("【广东财政】&lt;b&gt;甲")
    filtered = httpx.get(f"{standins.url}/sms/?phone=13810000008", trust_env=False).text
    assert "13810000008" in filtered
    assert "13810000009" not in filtered


def test_the_page_says_when_there_is_nothing(standins: Standins) -> None:
    assert "还没有收到短信" in httpx.get(f"{standins.url}/sms/?phone=13810000010", trust_env=False).text


@pytest.mark.parametrize("typed", ["138", "%3Cscript%3E", "%00"])
def test_the_page_names_a_bad_number_and_keeps_it(standins: Standins, typed: str) -> None:
    page = httpx.get(f"{standins.url}/sms/?phone={typed}", trust_env=False)
    assert page.status_code == 422
    assert 'id="error-summary"' in page.text
    assert 'id="error-phone"' in page.text
    assert "<script>" not in page.text


def test_the_page_needs_no_script_and_no_inline_style(standins: Standins) -> None:
    page = httpx.get(f"{standins.url}/sms/", trust_env=False)
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page.text)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    (sheet,) = re.findall(r'<link rel="stylesheet" href="([^"]+)">', page.text)
    assert httpx.get(standins.url + sheet, trust_env=False).headers["content-type"].startswith("text/css")
