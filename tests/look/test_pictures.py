"""js/pictures.js in a real browser under the real content policy: shrunk, shown, cropped before anything is sent."""

import io
import random
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django import forms
from django.contrib.staticfiles import finders
from django.template import engines
from django.test import RequestFactory
from PIL import Image
from playwright.sync_api import Page, Route, expect

from kuaiji.accountants.sections.forms.base import file_field
from kuaiji.attachments.pictures.cropping import CropFrame, default_frame, move
from kuaiji.attachments.views import BUTTONS
from kuaiji.common.forms import Form
from kuaiji.common.middleware import HEADERS
from people.persons import make_picture
from tests.support.browser_journeys import AXE

pytestmark = pytest.mark.usefixtures("template")  # preparing the house collects the static files

SITE = "http://localhost"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
TEMPLATE = """{% extends "page_narrow.html" %}{% load kuaiji static %}{% block title %}照片{% endblock %}
{% block heading %}<h1 class="k-heading">照片</h1>{% endblock %}
{% block content %}<form class="k-card" method="post" enctype="multipart/form-data" novalidate>
{% field form.photo %}{% field form.side %}{% field form.proof %}
<div class="k-actions"><button class="btn btn-primary" name="action" value="save">保存</button></div></form>
{% endblock %}
{% block scripts %}<script type="module" src="{% static 'kuaiji/js/pictures.js' %}"></script>{% endblock %}"""
CHOSEN = """async name => { const file = document.getElementsByName(name)[0].files[0];
  if (!file) return null;
  const picture = await createImageBitmap(file).catch(() => ({}));
  return [file.name, file.type, file.size, picture.width, picture.height]; }"""
CORNER = """async name => { const picture = await createImageBitmap(document.getElementsByName(name)[0].files[0]);
  const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
  pen.drawImage(picture, 0, 0);
  return [...pen.getImageData(0, 0, 1, 1).data]; }"""


class Papers(Form):
    photo = file_field("证件照", help_text="JPG 或 PNG，10 MB 以内")
    side = file_field("身份证人像面")
    proof = forms.FileField(
        label="调转证明",
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg", "data-max-bytes": str(200_000)}),
    )


Papers.base_fields["photo"].widget.attrs["data-crop"] = True


class Site:
    """The page and static files as the platform would serve them; posts are counted."""

    def __init__(self, page: Page) -> None:
        self.posts = 0
        html = engines["django"].from_string(TEMPLATE).render({"form": Papers()}, RequestFactory().get("/page/"))
        self.html, self.page = html, page
        page.route(f"{SITE}/**", self._answer)
        page.goto(f"{SITE}/page/")

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            file = Path(finders.find(re.sub(r"\.[0-9a-f]{12}(?=\.)", "", path.removeprefix("/static/"))) or "")
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
            return
        self.posts += route.request.method == "POST"
        route.fulfill(body=self.html, headers={"content-type": "text/html; charset=utf-8", **HEADERS})

    def choose(self, field: str, data: bytes, name: str = "IMG_1.jpg", kind: str = "image/jpeg") -> str:
        """Choose a file; what the page then says of it."""
        control = self.page.locator(f'[name="{field}"]')
        control.set_input_files({"name": name, "mimeType": kind, "buffer": data})
        note = control.locator("xpath=following-sibling::p[@role='status']")
        expect(note).to_have_text(re.compile("提交后上传|没有选上"))
        return note.inner_text()

    def chosen(self, field: str) -> Any:
        """Name, type, bytes, width and height of what the form would send."""
        return self.page.evaluate(CHOSEN, field)

    def frame(self) -> CropFrame | None:
        """What is posted about the photo's frame; None while it is as proposed."""
        values = [self.page.locator(f'[name="photo_{part}"]').input_value() for part in CropFrame._fields]
        return CropFrame(*map(int, values)) if all(values) else None


@pytest.fixture
def site(page: Page) -> Site:
    return Site(page)


def saved(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def noise(width: int, height: int, **options: Any) -> bytes:
    return saved(Image.effect_noise((width, height), 120).convert("RGB"), **options)


def test_a_picture_of_twelve_megabytes_goes_small(site: Site) -> None:
    data = make_picture(random.Random(1), 4000, 3000) + bytes(12 << 20)  # what follows a picture, browsers do not read
    said = site.choose("side", data)
    name, kind, size, width, height = site.chosen("side")
    assert (name, kind, width, height) == ("IMG_1.jpg", "image/jpeg", 2400, 1800)
    assert size < 10 << 20
    assert said == (f"已选择 IMG_1.jpg（{len(data) / 1048576:.1f} MB，已缩小为 {-(-size // 1024)} KB），提交后上传")
    expect(site.page.get_by_role("img", name="身份证人像面预览")).to_be_visible()


def test_a_lying_picture_goes_upright(site: Site) -> None:
    lying = Image.new("RGB", (3000, 2000), "white")
    lying.paste("red", (0, 0, 1500, 2000))  # upright its upper half is red
    exif = Image.Exif()
    exif[0x0112] = 6
    site.choose("side", saved(lying, exif=exif))
    assert site.chosen("side")[3:] == [1600, 2400]
    red, green, *_ = site.page.evaluate(CORNER, "side")
    assert red > 200 and green < 60


@pytest.mark.parametrize("size", [(300, 400), (2400, 1800)])
def test_what_is_small_enough_goes_as_it_is(site: Site, size: tuple[int, int]) -> None:
    data = make_picture(random.Random(1), *size)
    said = site.choose("side", data, "照片.jpg")
    assert site.chosen("side") == ["照片.jpg", "image/jpeg", len(data), *size]
    assert said == f"已选择 照片.jpg（{-(-len(data) // 1024)} KB），提交后上传"


def test_what_is_see_through_becomes_white(site: Site) -> None:
    site.choose("proof", saved(Image.new("RGBA", (700, 700), (0, 0, 0, 0)), "PNG"), "a.png", "image/png")
    assert site.chosen("proof")[:2] == ["a.jpg", "image/jpeg"]
    assert site.page.evaluate(CORNER, "proof") == [255, 255, 255, 255]


def test_a_long_strip_keeps_what_is_asked_across(site: Site) -> None:
    site.choose("side", make_picture(random.Random(1), 9000, 700))
    assert site.chosen("side")[4] == 600


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [(b"%PDF-1.7 ...", "a.pdf", "application/pdf"), (b"\0\0\0\x18ftypheic....", "a.heic", "image/heic")],
)
def test_what_the_browser_cannot_open_goes_as_it_is(site: Site, data: bytes, name: str, kind: str) -> None:
    site.choose("side", data, name, kind)
    assert site.chosen("side")[:3] == [name, kind, len(data)]


def test_too_much_that_cannot_be_shrunk_is_not_chosen(site: Site) -> None:
    said = site.choose("proof", bytes(300_000), "a.heic", "image/heic")
    assert said == "这个文件 293 KB，超过 196 KB，没有选上，请换一个小一些的"
    assert site.chosen("proof") is None
    note = site.page.locator('[name="proof"]').locator("xpath=following-sibling::p[@role='status']")
    assert note.get_attribute("class") == "k-error"


def test_a_field_that_takes_jpeg_only_gets_one_within_its_limit(site: Site) -> None:
    data = noise(600, 500, quality=95)
    assert len(data) > 200_000
    site.choose("proof", data)
    assert site.chosen("proof")[2] <= 200_000


def test_pressed_early_the_form_waits_for_the_picture(site: Site) -> None:
    site.page.locator('[name="side"]').set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": make_picture(random.Random(1), 4000, 3000)}
    )
    with site.page.expect_navigation():
        site.page.get_by_role("button", name="保存").click()
    assert site.posts == 1


@pytest.fixture
def photo(site: Site) -> bytes:
    data = make_picture(random.Random(3), 1200, 1600)
    site.choose("photo", data)
    return data


def test_the_crop_begins_as_the_server_would_cut(site: Site, photo: bytes) -> None:
    assert site.frame() is None
    site.page.get_by_role("button", name="放大").click()
    site.page.get_by_role("button", name="缩小").click()
    found, proposed = site.frame(), default_frame(1200, 1600)
    assert found is not None and all(abs(a - b) <= 1 for a, b in zip(found, proposed, strict=True))


@pytest.mark.parametrize("action", list(BUTTONS))
def test_buttons_and_keys_move_as_the_pages_of_the_server_do(site: Site, photo: bytes, action: str) -> None:
    label, moved = BUTTONS[action]
    keys = {"up": "ArrowUp", "down": "ArrowDown", "left": "ArrowLeft", "right": "ArrowRight"}
    site.page.get_by_role("button", name="放大").click()
    start = move(default_frame(1200, 1600), "smaller", 1200, 1600)
    canvas = site.page.get_by_role("application")
    site.page.get_by_role("button", name=label).click()
    expected = move(start, moved, 1200, 1600)
    found = site.frame()
    assert found is not None and all(abs(a - b) <= 2 for a, b in zip(found, expected, strict=True))
    canvas.focus()
    site.page.keyboard.press(keys.get(action, "+" if action == "zoom_in" else "-"))
    again = move(expected, moved, 1200, 1600)
    found = site.frame()
    assert found is not None and all(abs(a - b) <= 3 for a, b in zip(found, again, strict=True))


def test_a_drag_moves_the_picture_with_the_finger(site: Site, photo: bytes) -> None:
    for _ in range(5):
        site.page.get_by_role("button", name="放大").click()
    before = site.frame()
    box = site.page.get_by_role("application").bounding_box()
    assert box and before
    site.page.mouse.move(box["x"] + 100, box["y"] + 100)
    site.page.mouse.down()
    site.page.mouse.move(box["x"] + 120, box["y"] + 100, steps=3)
    site.page.mouse.up()
    after = site.frame()
    assert after is not None
    assert (after.top, after.width) == (before.top, before.width)
    assert abs(before.left - after.left - 20 / box["width"] * before.width) <= 2


PINCH = """canvas => { const box = canvas.getBoundingClientRect(), y = box.y + 100;
  canvas.setPointerCapture = () => {};
  const at = (type, pointerId, x) =>
    canvas.dispatchEvent(new PointerEvent(type, {pointerId, clientX: box.x + x, clientY: y}));
  at('pointerdown', 1, 100); at('pointerdown', 2, 150); at('pointermove', 1, 75); at('pointermove', 2, 175);
  at('pointerup', 1, 75); at('pointerup', 2, 175); }"""


def test_two_fingers_pull_the_picture_larger(site: Site, photo: bytes) -> None:
    site.page.get_by_role("application").evaluate(PINCH)
    found = site.frame()
    assert found is not None and abs(found.width - default_frame(1200, 1600).width / 2) <= 2


def test_the_edge_is_said(site: Site, photo: bytes) -> None:
    site.page.get_by_role("button", name="放大").click()
    for _ in range(3):
        site.page.get_by_role("button", name="左移").click()
    expect(site.page.get_by_text("已到边缘，不能再左移")).to_be_visible()
    site.page.get_by_role("button", name="右移").click()
    expect(site.page.get_by_text("已到边缘")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 390])
def test_the_crop_fits_and_axe_finds_nothing(site: Site, width: int) -> None:
    site.page.set_viewport_size({"width": width, "height": 844})
    site.choose("photo", make_picture(random.Random(3), 1200, 1600))
    site.choose("side", make_picture(random.Random(4), 1600, 1000))
    assert site.page.evaluate("document.documentElement.scrollWidth") <= width
    site.page.evaluate(AXE)
    faults = site.page.evaluate("axe.run().then(found => found.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
    assert faults == []
    pads = site.page.locator(".k-pad button").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert min(pads) >= 44
