"""操作指引: its pictures show what pages say today, its pages are what the chapters say, everybody can read them.

When a test here says so, run ``make guide``, look at the pictures, and mend the words in ``docs/guide`` where they
speak of what has changed.
"""

from collections.abc import Iterator

import pytest
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, Page

from guide import pages
from guide.__main__ import MOST_BYTES
from guide.camera import MOST_BYTES as MOST_BYTES_EACH
from guide.camera import Camera, Picture, digest
from guide.desk import DESK_SCREEN, DeskGuide
from guide.pages import ALL, PICTURES, Wrong, fragment, noted, pictures_of, source, template
from guide.receipts import ReceiptGuide
from guide.transfers import TransferGuide
from guide.walk import PHONE, Guide
from kuaiji.accountants.enums import EmploymentStatus
from kuaiji.accountants.sections import field_matrix
from kuaiji.common.profile import load
from kuaiji.portal.guide import CHAPTERS, Chapter, chapters
from people import browsers
from people.houses.stack import Stack
from tests.support.browser_journeys import AXE
from tests.support.profiles import served_as

REMEDY = "run `make guide`, then look at the pictures and the words of docs/guide"
ADDRESSES = ["/guide/", *(f"/guide/{chapter.slug}/" for chapter in chapters())]
DESK = "/staff/guide/"
EVERY_CHAPTER = pytest.mark.parametrize("chapter", ALL, ids=lambda chapter: chapter.slug)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    yield from browsers.opened_page(browser, **PHONE)


@pytest.fixture
def wide(browser: Browser) -> Iterator[Page]:
    yield from browsers.opened_page(browser, **DESK_SCREEN)


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Page]:
    yield from browsers.opened_page(browser, viewport={"width": 320, "height": 640})


@pytest.mark.timeout(300)
def test_pictures_show_what_the_pages_say(stack: Stack, other_platform: str, phone: Page, wide: Page) -> None:
    camera, desk = Camera(phone, None), Camera(wide, None)
    Guide(camera, stack.platform).walk()
    ReceiptGuide(camera, other_platform).walk()
    TransferGuide(camera, stack.platform, other_platform).walk()
    DeskGuide(desk, stack).walk()
    taken = camera.taken | desk.taken
    told = {name: (picture.words, picture.marks) for name, picture in taken.items()}
    kept = {name: (picture.words, picture.marks) for name, picture in noted().items()}
    assert sorted(name for name in told.keys() | kept.keys() if told.get(name) != kept.get(name)) == [], REMEDY


def test_every_picture_is_there_light_and_shown() -> None:
    files = {file.stem: file for file in PICTURES.iterdir()}
    shown = [name for chapter in ALL for name in pictures_of(source(chapter).read_text(encoding="utf-8"))]
    assert files.keys() == noted().keys() == set(shown) and len(shown) == len(files), REMEDY
    assert sum(file.stat().st_size for file in files.values()) <= MOST_BYTES
    for name, picture in noted().items():
        assert files[name].stat().st_size <= MOST_BYTES_EACH, name
        with Image.open(files[name]) as image:
            assert image.size == (2 * picture.width, 2 * picture.height), REMEDY


@EVERY_CHAPTER
def test_pages_are_what_the_chapters_say(chapter: Chapter) -> None:
    assert template(chapter).read_text(encoding="utf-8") == fragment(chapter, noted()), REMEDY


def test_the_table_of_the_work_step_is_the_field_matrix() -> None:
    told = [
        [label, "、".join(field.label for field in field_matrix.FIELDS if status in field.statuses)]
        for status, label in EmploymentStatus.choices
    ]
    text = source(CHAPTERS[1]).read_text(encoding="utf-8")
    assert [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")][1:] == told


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("# 别的\n", "begins with another title"),
        ('# 注册\n\n![一](../../nowhere/home.webp "一")\n\n1. 一。\n', "no picture home"),
        ('# 注册\n\n![一](PICTURES/home.webp "一")\n\n1. 一。\n', "home has 2 marks, the list after it 1 items"),
        ('# 注册\n\n![一](PICTURES/home.webp "一")\n', "home has 2 marks, the list after it 0 items"),
        ("# 注册\n\n**先看：**再填。\n", "not made bold"),
        ("# 注册\n\n[去](/register/)\n", "/register/ is neither a chapter nor the name of a page"),
    ],
)
def test_a_chapter_that_does_not_fit_its_pictures_is_refused(text: str, fault: str) -> None:
    text = text.replace("PICTURES", "../../" + PICTURES.relative_to(pages.ROOT).as_posix())
    with pytest.raises(Wrong, match=fault):
        pages.Writer(CHAPTERS[0], {"home": Picture(390, 900, 2, digest("一"))}).parts(text)


def test_figures_are_masked_and_words_are_not() -> None:
    assert digest("GD-2026-0001，3 天") == digest("GD-2027-0120，15 天") != digest("GD-2026-0001，3 日")
    assert digest("现在的调转码\n7K3M-9QWT") == digest("现在的调转码\nABCD-EFGH") != digest("现在的调转码\nABCD")


@pytest.mark.parametrize("address", [*ADDRESSES, DESK])
def test_everybody_can_read_it(stack: Stack, narrow: Page, address: str) -> None:
    narrow.goto(stack.platform + address)
    narrow.evaluate(AXE)
    for elder in (False, *([True] if address != DESK else [])):
        if elder:
            narrow.get_by_role("link", name="大字版").click()
            narrow.evaluate(AXE)
        assert narrow.evaluate("document.documentElement.scrollWidth") <= 320
        assert narrow.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"] == []
    narrow.evaluate("document.querySelectorAll('img').forEach((image) => { image.loading = 'eager'; })")
    narrow.wait_for_function("() => Array.from(document.images).every((image) => image.complete)")
    assert narrow.evaluate("Array.from(document.images).every((image) => image.naturalWidth > 0)")


@pytest.mark.usefixtures("template")
@pytest.mark.parametrize("slug", ["guangdong", "shenzhen"])
def test_words_of_a_platform_come_from_its_profile(slug: str) -> None:
    ours = load(slug)
    with served_as(slug):
        told = {address: Client().get(address).content.decode() for address in ADDRESSES}
        photo = Client().get("/guide/photo/")
    assert (photo.status_code == 200) == ("/guide/photo/" in told["/guide/"]) == (slug == "shenzhen")
    assert ("凭回执码获取" in told["/guide/collection/"]) == (slug == "shenzhen")
    assert ours.official_address in told["/guide/"] and ours.wechat in told["/guide/"]
    assert ours.title in told["/guide/register/"] and ours.work_question in told["/guide/register/"]
    for address in ADDRESSES[1:]:
        assert ("图片取自同一软件的其他平台" in told[address]) == (slug != "guangdong")


@pytest.mark.django_db
def test_the_home_page_leads_to_it_and_unknown_chapters_are_not_found() -> None:
    assert '<a class="k-door" href="/guide/">' in Client().get("/").content.decode()
    assert Client().get("/guide/nothing/").status_code == 404
    assert Client().post("/guide/").status_code == 405
