"""The pictures of the README: the home page on a desk, and three pages of somebody's record on a phone."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from people import browsers

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
DESK = {"viewport": {"width": 1100, "height": 1180}}
PHONE_PAGES = ("/me/", "/changes/employment/", "/transfers/out/new/")
WIDTH, GAP = 390, 24  # of a phone, between two
BETWEEN = (228, 232, 238)
COLOURS = 128


def take(browser: Browser, phone: Page, address: str) -> None:
    """Both pictures; ``phone`` is signed in and has a record."""
    for desk in browsers.opened_page(browser, **DESK):
        desk.goto(f"{address}/")
        _keep("home", [desk.screenshot(animations="disabled")])
    shots = []
    for path in PHONE_PAGES:
        phone.goto(f"{address}{path}")
        shots.append(phone.screenshot(animations="disabled"))
    _keep("journey", shots)


def _keep(name: str, shots: list[bytes]) -> None:
    images = [Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots]
    if len(images) > 1:
        images = [image.resize((WIDTH, image.height * WIDTH // image.width)) for image in images]
    width = sum(image.width for image in images) + GAP * (len(images) - 1)
    together = Image.new("RGB", (width, max(image.height for image in images)), BETWEEN)
    left = 0
    for image in images:
        together.paste(image, (left, 0))
        left += image.width + GAP
    few = together.quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True)
