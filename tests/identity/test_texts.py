"""Texts by version: what is due to whom, that it is asked once, and that older ones stay readable."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kuaiji.audit.models import Event
from kuaiji.common import clock
from kuaiji.common.profile import FOLDER, load, profile
from kuaiji.identity.enums import TextKey
from kuaiji.identity.models import Agreement, User
from kuaiji.identity.texts import files
from kuaiji.identity.texts.services import keep_agreement, texts_due
from people.client_visitor import ClientVisitor
from people.sign_in_steps import PASSWORD, make_details, make_owner

pytestmark = pytest.mark.django_db
ONE = make_details("one")
NEWER = """since = 2026-12-01
[[parts]]
heading = "新的一节"
paragraphs = ["{organiser}补充说明。"]
"""


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A newer version of both texts is in force, beside those there have been."""
    for key in TextKey:
        (tmp_path / key).mkdir()
        for path in (files.FOLDER / key).iterdir():
            (tmp_path / key / path.name).write_bytes(path.read_bytes())
        (tmp_path / key / "2026-12.toml").write_text(NEWER, encoding="utf-8")
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    newer = load(profile().slug)
    object.__setattr__(newer, "privacy_version", "2026-12")
    object.__setattr__(newer, "notice_version", "2026-12")
    monkeypatch.setattr(files, "profile", lambda: newer)
    files.text_versions.cache_clear()
    yield
    files.text_versions.cache_clear()


def due(user: User) -> list[tuple[str, str]]:
    return [(text.key, text.version) for text in texts_due(user)]


def sign_in(visitor: ClientVisitor, target: str = "/me/") -> None:
    visitor.open(f"/login/?next={target}")
    visitor.send(document_number=ONE.person.document.number, password=PASSWORD)


def test_every_profile_names_versions_that_there_are() -> None:
    for path in FOLDER.glob("*.toml"):
        ours = load(path.stem)
        assert ours.privacy_version in files.text_versions(TextKey.PRIVACY), path.stem
        assert ours.notice_version in files.text_versions(TextKey.COLLECTION), path.stem


@pytest.mark.parametrize("key", TextKey)
def test_texts_are_whole_and_say_whose_they_are(key: TextKey) -> None:
    for text in files.text_versions(key).values():
        assert text.parts and all(part.paragraphs or part.items for part in text.parts)
        words = str(text)
        assert profile().organiser in words and not re.search(r"\{\w+\}", words)


def test_the_privacy_notice_says_what_the_law_asks_for() -> None:
    """个人信息保护法 articles 17 and 30: who, what for, what, how long, which rights; sensitive data apart."""
    words = str(files.current_text(TextKey.PRIVACY))
    for needed in (profile().organiser, "用来做什么", "敏感个人信息", "会给谁", "保存多久", "您的权利", "注销", "更正"):
        assert needed in words


def test_who_has_gone_on_with_today_s_texts_is_asked_nothing() -> None:
    user = make_owner(ONE)
    assert due(user) == []
    user.agreements.all().delete()
    assert due(user) == [("privacy", profile().privacy_version)]


def test_a_newer_text_is_due_to_whoever_agreed_to_an_older_one(published: None) -> None:
    user = make_owner(ONE)
    assert due(user) == [("privacy", "2026-12")]
    keep_agreement(user=user, key=TextKey.COLLECTION, version="2023-05", at=clock.now())
    assert due(user) == [("privacy", "2026-12"), ("collection", "2026-12")]


def test_a_newer_text_is_shown_once_at_sign_in_before_going_on(published: None) -> None:
    user = make_owner(ONE)
    keep_agreement(user=user, key=TextKey.COLLECTION, version="2023-05", at=clock.now())
    visitor = ClientVisitor()
    sign_in(visitor, "/collection/")
    assert visitor.path == "/notice/"
    page = visitor.page
    assert page and page.status == 200 and page.text.count("新的一节") == 2 and profile().organiser in page.text
    for path in ("/me/", "/collection/", "/collection/notice/"):
        visitor.open(path)
        assert visitor.path == "/notice/", path
    for path in ("/", "/directory/", "/notice/privacy/", "/me/security/", "/me/security/close/"):
        assert visitor.open(path).status == 200 and visitor.path == path
    visitor.open("/notice/")
    visitor.send()
    assert visitor.path == "/collection/" and due(user) == []
    assert {event.data["text"] for event in Event.objects.filter(kind="TextAgreed")} == {"privacy", "collection"}
    visitor.open("/notice/")
    assert visitor.path == "/me/"
    visitor.client.cookies.clear()
    sign_in(visitor)
    assert visitor.path == "/me/"
    assert Agreement.objects.filter(user=user, version="2026-12").count() == 2


def test_what_was_not_shown_is_not_agreed_to(published: None) -> None:
    """The page was open while a version came in force."""
    user = make_owner(ONE)
    visitor = ClientVisitor()
    sign_in(visitor)
    page = visitor.send(shown="privacy:2026-11")
    assert page.status == 422 and "新版本" in page.summary and "新的一节" in page.text
    assert due(user) == [("privacy", "2026-12")]


def test_forms_pictures_and_scripts_on_their_way_are_not_led_away(published: None) -> None:
    make_owner(ONE)
    visitor = ClientVisitor()
    sign_in(visitor)
    client = visitor.client
    assert client.get("/me/", headers={"Sec-Fetch-Dest": "document"}).headers["Location"] == "/notice/"
    assert client.get("/me/", headers={"Sec-Fetch-Dest": "empty"}).status_code == 200
    assert client.get("/me/", headers={"Sec-Fetch-Dest": "image"}).status_code == 200
    assert client.post("/collection/notice/", {"truthful": "on"}).status_code == 403  # the token is missing, no more


def test_who_is_registered_today_has_read_today_s_notice() -> None:
    """The link stands beside the button."""
    visitor = ClientVisitor()
    visitor.open("/register/")
    visitor.send(works_in_accounting="yes", holds_qualification="no")
    page = visitor.page
    assert page and "/notice/privacy/" in page.links and profile().privacy_version in page.text


def test_older_versions_stay_readable(published: None) -> None:
    visitor = ClientVisitor()
    page = visitor.open("/notice/privacy/")
    assert "新的一节" in page.text and "/notice/privacy/2026-11/" in page.links
    page = visitor.open("/notice/privacy/2026-11/")
    assert "敏感个人信息" in page.text and "这是旧版本" in page.text


@pytest.mark.parametrize("path", ["nothing/", "privacy/1999-01/", "privacy/nothing/", "nothing/2026-11/"])
def test_texts_that_never_were(path: str) -> None:
    assert ClientVisitor().open(f"/notice/{path}").status == 404
