"""Comparing the pages of two versions: what is left out, and that nothing else is."""

import datetime as dt
from pathlib import Path

import httpx
import pytest

from kuaiji.common import documents
from kuaiji.common.documents import DocumentType
from prove import pages
from prove.support.walk import normal, people
from prove.support.walk.browser import Kept, Stuck, Visitor, forms_of

TODAY = dt.date(2026, 11, 21)
ONE, OTHER = "0b0b7dd2-6d24-4b5c-9d53-5d6f6e8f1a01", "7f1de0a4-22a1-4c6e-8f0e-0d9f8f6b2c02"


def normalised(text: str) -> str:
    return normal.normal(text, today=TODAY, names={"http://127.0.0.1:20000": "«first»", "127.0.0.1:20000": "«first»"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('name="csrfmiddlewaretoken" value="abcDEF1"', 'name="csrfmiddlewaretoken" value="«token»"'),
        (f"/a/{ONE}/ /a/{OTHER}/ /a/{ONE}/", "/a/«id 1»/ /a/«id 2»/ /a/«id 1»/"),
        (f"?next=%2Fattachments%2F{ONE}%2F", "?next=%2Fattachments%2F«id 1»%2F"),
        ("编号 GD-2026-1234-5678", "编号 «number»"),
        ("GD-SQ-2026-1234-5678", "«number»"),
        ("8K2M-4QXT-9D0R-7WAB-3HCN", "«check code»"),
        ("?check_code%3DDF4X-R47V-VCZH-MWBV-877R", "?check_code%3D«check code»"),
        ('value="df4x-r47v-vczh-mwbv-877r"', 'value="«check code»"'),
        ('href="/static/kuaiji/css/theme.0123456789ab.css"', 'href="/static/kuaiji/css/theme.css"'),
        ("2026年11月21日 9:05", "«today+0» «time»"),
        ("2026-12-01 前答复", "«soon» 前答复"),
        ("2027年11月21日前为最新", "«today+365»前为最新"),
        ("已于11月21日9:05更换", "已于«today+0»«time»更换"),
        ("除了您自己（74 次），没有人", "除了您自己（«times» 次），没有人"),
        ("2026-11-21T09:05:07.123456+08:00", "«moment»"),
        (
            'name="sms_code" class="k-input" value="916722" id="x"',
            'name="sms_code" class="k-input" value="«code»" id="x"',
        ),
        ('data-seconds-left="59"', 'data-seconds-left="«seconds»"'),
        ("请 14 分钟后再试", "请 «a while»后再试"),
        ("http://127.0.0.1:20000/me/", "«first»/me/"),
        ('value="k3JfQ9-zXc7_Lm2Pq8Rt5Vw1Yb4N"', 'value="«secret»"'),
    ],
)
def test_what_differs_with_every_run_gets_a_name(text: str, expected: str) -> None:
    assert normalised(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "1988年6月20日",
        "2026年11月3日",
        "每年5月1日起",
        "10分钟内有效",
        "440000199003070016",
        "927157497R5NQ72J9N",
        "020-81899453",
        "k-summary k-banner-for-a-transfer-out",
        "/collection/employment/",
        "第 3 版",
    ],
)
def test_what_a_person_reads_stays(text: str) -> None:
    assert normalised(text) == text


def test_a_code_is_left_out_of_a_message_and_a_phone_is_not() -> None:
    told = normal.message("123456为您的注册验证码，尾号 01 的 13800001001", today=TODAY)
    assert told == "«code»为您的注册验证码，尾号 01 的 13800001001"


def test_a_picture_is_told_by_a_digest_that_stays() -> None:
    one, other = (httpx.Response(200, content=body, headers={"Content-Type": "image/jpeg"}) for body in (b"1", b"2"))
    told = [Kept.text_of(picture) for picture in (one, other)]
    assert told[0].startswith("1 bytes, digest ") and told[0] != told[1]
    assert [normalised(text) for text in told] == told


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("<p>你好</p>\n\n  <p>再见</p>", "<p>你好</p><p>再见</p>", True),
        ("<p>\n你好\n</p>", "<p>你好</p>", True),
        ('<a  href="/">去</a>', '<a href="/" >去</a>', True),
        ("<p>到 <b>深圳</b></p>", "<p>到<b>深圳</b></p>", False),
        ("<textarea>一\n二</textarea>", "<textarea>一 二</textarea>", False),
        ("<p>你好</p>", "<p>您好</p>", False),
        ('<input value="1">', '<input value="2">', False),
    ],
)
def test_only_white_space_that_does_not_show_is_left_out(one: str, other: str, same: bool) -> None:
    assert (normal.shown(one) == normal.shown(other)) == same


PAGE = """
<form action="/elder/"><input name="q" value="x"></form>
<form method="post">
<input type="hidden" name="csrfmiddlewaretoken" value="t"><input name="name" value="陈示例">
<input type="radio" name="is" value="1"><input type="radio" name="is" value="2" checked>
<input type="checkbox" name="not">
<select name="place"><option value="">请选择<option value="440103" selected>荔湾区</select>
<template><input name="rows-__prefix__-name"></template><textarea name="why">
原因</textarea><button name="action" value="save">保存</button>
</form>
<form method="post" action="/logout/"></form>
"""


def test_a_form_is_sent_as_it_stands() -> None:
    form, out = forms_of(PAGE)
    assert form.values == {
        "csrfmiddlewaretoken": "t",
        "name": "陈示例",
        "is": "2",
        "place": "440103",
        "why": "原因",
    }
    assert form.hidden == {"csrfmiddlewaretoken": "t"}
    assert (out.action, out.values) == ("/logout/", {})


def kept(folder: Path, **texts: str) -> Path:
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(f"GET /{name}/\nstatus 200\ncontent-type: text/html\n\n{text}", "utf-8")
    return folder


def test_the_same_pages_compare_equal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = kept(tmp_path / "one", home="<p>你好</p>\n<p>再见</p>")
    other = kept(tmp_path / "other", home="<p>你好</p><p>再见</p>")
    assert pages.compare(one, other) == 0
    assert '"states": 1, "pages": 1, "differ": 0, "missing": 0' in capsys.readouterr().out


def test_a_page_that_differs_is_printed_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = kept(tmp_path / "one", home="<p>你好</p>"), kept(tmp_path / "other", home="<p>您好</p>")
    assert pages.compare(one, other) == 1
    out = capsys.readouterr().out
    assert "-你好" in out and "+您好" in out and "home.txt" in out


def test_a_status_that_differs_fails(tmp_path: Path) -> None:
    one, other = kept(tmp_path / "one", home=""), kept(tmp_path / "other", home="")
    changed = other / "home.txt"
    changed.write_text(changed.read_text("utf-8").replace("200", "404"), "utf-8")
    assert pages.compare(one, other) == 1


def test_a_missing_page_fails_and_so_does_nothing_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = kept(tmp_path / "one", home="", me=""), kept(tmp_path / "other", home="")
    assert pages.compare(one, other) == 1
    assert f"only in {one}: me.txt" in capsys.readouterr().out
    assert pages.compare(kept(tmp_path / "none"), kept(tmp_path / "empty")) == 1


def test_an_answer_is_kept_with_its_headers_and_the_page_it_leads_to(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/me/":
            return httpx.Response(302, headers={"Location": "/login/?next=/me/", "Date": "now"})
        return httpx.Response(
            200, text=f"<p>{ONE}</p>", headers={"Content-Type": "text/html", "Cache-Control": "no-store"}
        )

    visitor = Visitor(Kept(tmp_path / "kept", {}), "http://platform.example", "open")
    visitor.client = httpx.Client(base_url="http://platform.example", transport=httpx.MockTransport(answer))
    visitor.open("/me/", "me")
    first, then = ((tmp_path / "kept" / f"open-{name}.txt").read_text("utf-8") for name in ("me", "me-then"))
    assert first == "GET /me/\nstatus 302\nlocation: /login/?next=/me/\n\n"
    assert then == (
        "GET /login/?next=/me/\nstatus 200\ncontent-type: text/html\ncache-control: no-store\n\n<p>«id 1»</p>"
    )
    with pytest.raises(Stuck, match="kept twice"):
        visitor.open("/me/", "me")


def test_the_walkers_are_right_by_the_rule_and_all_different() -> None:
    everybody = [person for person in vars(pages).values() if isinstance(person, people.Person)]
    cards = [person.number for person in everybody if person.document_type == "01"]
    assert len(everybody) == 9
    assert all(documents.check(DocumentType.RESIDENT_ID, number, today=TODAY).number == number for number in cards)
    assert all(number.startswith("440000") for number in cards)
    assert len({person.number for person in everybody}) == len({person.phone for person in everybody}) == 9
