"""The registration of the exam: how it asks, what it shows a candidate, and that it hears of what was mended."""

import base64
import dataclasses
import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from people.exam_client import client
from people.houses.loopback import Connection, Loopback, Request, hang, loopback, reply
from people.houses.standins import Standins

NUMBER = "440000199003070016"
PERSON = {"name": "示例", "document_type": "01", "document_number": NUMBER}
TYPED = {"level": "2", "year": "2027", "division": "440100", **PERSON}
KEY = {"keyid": "exam:test", "alg": "hmac-sha256", "secret": base64.b64encode(bytes(range(32))).decode()}
PROVEN = re.compile(r'created=([0-9]+);nonce="([0-9A-Za-z_-]{22,64})"')
ALL_MET = ("collected", "territory", "up_to_date", "no_open_transfer", "schooling", "years")


def answer(**unmet: str) -> dict[str, Any]:
    """Found, all conditions met but those that have a text."""
    verdicts = [
        {
            "condition": name,
            "met": name not in unmet,
            "code": f"{name}_code",
            "text": unmet.get(name, f"{name}符合"),
            "remedy_url": "https://platform.example/changes/employment/" if name in unmet else None,
        }
        for name in ALL_MET
    ]
    said = {"eligible": not unmet, "verdicts": verdicts, "way": "b", "collect_by": "2027-06-30T12:00:00+08:00"}
    return {"outcome": "found", **said, "answered_at": "2026-12-01T00:00:00Z", "answer_id": "a-1"}


def unknown() -> dict[str, Any]:
    said = {"code": "not_known_here", "text": "请在本平台首次办理", "remedy_url": "https://platform.example/register/"}
    return {"outcome": "not_found", **said, "answered_at": "2026-12-01T00:00:00Z", "answer_id": "a-2"}


CODES = itertools.count(440001)  # another platform each time: how far repairs were read is kept by platform
SHORT = answer(years="按本科学历需满4年，至2027年12月31日为3年")


def problem(code: str, title: str, **more: str) -> dict[str, Any]:
    return {"type": f"urn:kuaiji:exam-check:{code}", "title": title, "code": code, "remedy": "请改正", **more}


@dataclasses.dataclass
class Platform:
    """A door that answers as it is told, and lists as mended whom it is told."""

    code: str
    partner: Loopback
    standins: Standins
    mended: list[str] = dataclasses.field(default_factory=list)

    def says(self, status: int, data: dict[str, Any]) -> None:
        answering = reply(status, data)

        def behave(request: Request, connection: Connection) -> None:
            if request.path.startswith("/api/exam/v1/repairs?after="):
                after = int(request.path.rpartition("=")[2])
                listed = [{"reference": each} for each in self.mended[after:]]
                reply(200, {"repairs": listed, "next": str(len(self.mended))})(request, connection)
            else:
                answering(request, connection)

        self.partner.behaviour = behave

    def questions(self) -> list[Request]:
        return [request for request in self.partner.requests if request.method == "POST"]

    def sign_up(self, **typed: str) -> httpx.Response:
        data = {"platform": self.code, **TYPED, **typed}
        return httpx.post(f"{self.standins.url}/exam/", data=data, follow_redirects=True, trust_env=False, timeout=30)

    def again(self, page: httpx.Response) -> httpx.Response:
        return httpx.post(page.url, content=b"", follow_redirects=True, trust_env=False, timeout=30)

    def shown(self, page: httpx.Response) -> str:
        return httpx.get(page.url, trust_env=False, timeout=30).text


@pytest.fixture
def platform(standins: Standins) -> Iterator[Platform]:
    keys = standins.home / "demo-exam-client.json"
    with loopback(hang) as partner:
        made = Platform(f"{next(CODES):06}", partner, standins)
        said = {"code": made.code, "region": "广东省", "address": partner.url}
        keys.write_text(json.dumps([said | KEY]), encoding="utf-8")
        yield made
    keys.unlink()


@pytest.mark.parametrize("algorithm", ["hmac-sha256", "hmac-sm3"])
def test_it_signs_what_it_asks_as_the_page_says(platform: Platform, algorithm: str) -> None:
    key = KEY | {"alg": algorithm}
    keys = platform.standins.home / "demo-exam-client.json"
    keys.write_text(keys.read_text(encoding="utf-8").replace("hmac-sha256", algorithm), encoding="utf-8")
    platform.says(200, SHORT)
    platform.shown(platform.sign_up())
    for request in platform.partner.requests:
        found = PROVEN.search(request.headers["signature-input"])
        assert found
        body = request.body if request.method == "POST" else None
        expected = client.sign(
            key, request.method, request.headers["host"], request.path, body, int(found[1]), found[2]
        )
        assert {name: request.headers.get(name.lower()) for name in expected} == expected
    assert {request.method for request in platform.partner.requests} == {"POST", "GET"}


def test_it_asks_about_one_candidate_with_a_reference_that_tells_nothing(platform: Platform) -> None:
    platform.says(200, answer())
    page = platform.sign_up()
    asked = platform.questions()[0].json()
    reference = asked.pop("reference")
    assert asked == {**PERSON, "exam": {"level": "2", "year": 2027, "division": "440100"}}
    assert str(page.url).endswith(f"/exam/{reference}/")
    platform.sign_up(division="")
    assert platform.questions()[1].json()["exam"] == {"level": "2", "year": 2027}


def test_who_may_register_is_told_so(platform: Platform) -> None:
    platform.says(200, answer())
    page = platform.sign_up()
    assert "<h1>符合报名条件</h1>" in page.text and "需要您处理" not in page.text
    assert NUMBER not in page.text


def test_who_is_refused_sees_why_and_where_to_mend_it_until_it_is_mended(platform: Platform) -> None:
    platform.says(200, SHORT)
    page = platform.sign_up()
    assert "<h1>暂不符合报名条件</h1>" in page.text and "2027年6月30日 12:00" in page.text
    todo = page.text.partition("需要您处理")[2].partition("已经符合")[0]
    assert "按本科学历需满4年，至2027年12月31日为3年" in todo and 'href="https://platform.example/changes/' in todo
    assert todo.count("<li") == 1
    assert "现在您的信息有了更新" not in platform.shown(page)
    platform.mended.append(platform.questions()[0].json()["reference"])
    assert "您之前没有通过核验，现在您的信息有了更新" in platform.shown(page)
    assert "信息已更新，请再次核验" in httpx.get(f"{platform.standins.url}/exam/", trust_env=False).text
    platform.says(200, answer())
    assert "您之前没有通过核验，原因已经解决。" in platform.again(page).text
    assert "现在您的信息有了更新" not in platform.shown(page)


def test_repairs_are_read_on_from_where_they_ended(platform: Platform) -> None:
    platform.says(200, SHORT)
    pages = [platform.sign_up(), platform.sign_up()]
    for page, question in zip(pages, platform.questions(), strict=True):
        platform.mended.append(question.json()["reference"])
        assert "现在您的信息有了更新" in platform.shown(page)
    read = [request.path for request in platform.partner.requests if request.method == "GET"]
    assert f"/api/exam/v1/repairs?after={len(platform.mended)}" in read


@pytest.mark.parametrize(
    ("said", "title", "words"),
    [
        (unknown(), "没有查到您的会计人员信息", "请在本平台首次办理"),
        (unknown() | {"outcome": "name_mismatch", "text": "姓名不符"}, "姓名与会计人员信息不一致", "姓名不符"),
    ],
)
def test_who_is_not_known_is_told_where_to_begin(
    platform: Platform, said: dict[str, Any], title: str, words: str
) -> None:
    platform.says(200, said)
    page = platform.sign_up().text
    assert f"<h1>{title}</h1>" in page and words in page and 'href="https://platform.example/register/"' in page


@pytest.mark.parametrize(
    ("status", "said", "words", "field"),
    [
        (422, problem("no_rules", "没有报考规则", field="exam.year"), "考试年度：没有报考规则，请改正", "year"),
        (
            422,
            problem("too_long", "内容过多", field="name", limit="1至50个字"),
            "内容过多，应为1至50个字，请改正",
            "name",
        ),
        (401, problem("clock_skew", "时间不对"), "时间不对，请改正（401 clock_skew）", None),
        (429, problem("too_fast", "请求过快"), "请求过快，请改正（429 too_fast）", None),
        (503, problem("busy", "系统正忙"), "核验服务暂时没有应答，请稍后再试（exam: status_503）", None),
        (200, {"outcome": "found"}, "核验服务暂时没有应答，请稍后再试（exam: bad_answer）", None),
    ],
)
def test_a_question_that_is_not_answered_keeps_what_was_typed_and_nobody(
    platform: Platform, status: int, said: dict[str, Any], words: str, field: str | None
) -> None:
    platform.says(status, said)
    page = platform.sign_up(name="示例甲")
    assert page.status_code == 422 and words in page.text and 'value="示例甲"' in page.text
    assert (f'id="error-{field}"' in page.text) is (field is not None)
    assert "在这里核验过的" not in page.text or "<b>示例甲</b>" not in page.text


def test_asking_again_in_vain_leaves_what_was_known(platform: Platform) -> None:
    platform.says(200, SHORT)
    page = platform.sign_up()
    platform.says(503, problem("busy", "系统正忙"))
    assert "核验服务暂时没有应答" in platform.again(page).text
    assert "暂不符合报名条件" in platform.shown(page)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"platform": "430000"}, "platform"),
        ({"name": " "}, "name"),
        ({"document_number": ""}, "document_number"),
        ({"level": "4"}, "level"),
        ({"year": "soon"}, "year"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field(platform: Platform, typed: dict[str, str], field: str) -> None:
    page = platform.sign_up(**typed)
    assert (page.status_code, f'id="error-{field}"' in page.text) == (422, True)
    assert platform.questions() == []


def test_without_keys_it_says_that_nobody_can_be_asked(standins: Standins) -> None:
    assert "还没有可以核验的平台" in httpx.get(f"{standins.url}/exam/", trust_env=False).text


def test_the_known_people_are_offered_and_fill_in_the_form(platform: Platform) -> None:
    people = platform.standins.home / "demo-exam-people.json"
    known = [
        {**TYPED, "platform": platform.code, "year": 2027, "name": f"示例{at}", "code": f"code_{at}", "shows": "为什么"}
        for at in range(2)
    ]
    known[1]["division"] = "440304"
    people.write_text(json.dumps(known), encoding="utf-8")
    page = httpx.get(f"{platform.standins.url}/exam/?example=1", trust_env=False).text
    people.unlink()
    assert '<option value="440304" selected>深圳市福田区</option>' in page and "<h2>广东省</h2>" in page
    assert "code_0" in page and 'value="示例1"' in page and f'value="{NUMBER}"' in page


def test_an_unknown_candidate_is_nowhere(standins: Standins) -> None:
    address = f"{standins.url}/exam/0198b9c2-0000-7000-8000-000000000000/"
    assert httpx.get(address, trust_env=False).status_code == 404
