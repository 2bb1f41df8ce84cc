"""Makes the guide (操作指引): walks through a house of its own, takes the pictures, and turns the chapters into pages;
the pictures of the README are taken on the way.

python -m guide
"""

import shutil
import sys
import tempfile
from pathlib import Path

from guide import showcase
from guide.camera import Camera, Picture
from guide.desk import DESK_SCREEN, DeskGuide
from guide.pages import ALL, NOTES, PICTURES, Wrong, as_notes, fragment, pictures_of, source, template
from guide.receipts import ReceiptGuide
from guide.transfers import TransferGuide
from guide.walk import PHONE, Guide
from people import browsers
from people.houses.own_house import own_house

MOST_BYTES = 2_500_000


def main() -> int:
    """Take, write, and say what was made."""
    with tempfile.TemporaryDirectory() as folder:
        taken = take(Path(folder))
        shown = {name for chapter in ALL for name in pictures_of(source(chapter).read_text(encoding="utf-8"))}
        if unused := taken.keys() - shown:
            raise Wrong(f"no chapter shows {', '.join(sorted(unused))}")
        pages = {chapter: fragment(chapter, taken) for chapter in ALL}
        shutil.rmtree(PICTURES, ignore_errors=True)
        shutil.copytree(folder, PICTURES)
    NOTES.write_text(as_notes(taken), encoding="utf-8")
    for chapter, page in pages.items():
        template(chapter).write_text(page, encoding="utf-8")
    size = sum(file.stat().st_size for file in PICTURES.iterdir())
    print(f"{len(ALL)} chapters, {len(taken)} pictures, {size // 1024} KB")
    return 0 if size <= MOST_BYTES else 1


def take(folder: Path) -> dict[str, Picture]:
    """The pictures of one walk through an empty house; those of the README go to their place."""
    taken = {}
    with own_house() as house:
        for browser in browsers.launched():
            for page in browsers.opened_page(browser, **PHONE):
                camera = Camera(page, folder)
                Guide(camera, house.platform).walk()
                showcase.take(browser, page, house.platform)
                ReceiptGuide(camera, house.other).walk()
                TransferGuide(camera, house.platform, house.other).walk()
                taken = camera.taken
            for desk in browsers.opened_page(browser, **DESK_SCREEN):
                camera = Camera(desk, folder)
                DeskGuide(camera, house).walk()
                taken = taken | camera.taken
    return taken


if __name__ == "__main__":
    sys.exit(main())
