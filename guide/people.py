"""The made-up people of the guide: the same every time, with document numbers that are nobody's."""

import dataclasses
import datetime as dt
import io
import random

from PIL import Image, ImageDraw

from people import numbers
from people.persons import Files, Person, make_person

NAME = "陈示例"
PHONE = "13800000000"
NEW_PHONE = "13900000000"
BORN = dt.date(1986, 5, 12)
NOBODYS = "440000"  # the province's code: people have their county's
FOUND = "广州市榕树示例第004"


def number(seed: str) -> str:
    """A document number that is nobody's."""
    return numbers.resident_id(random.Random(seed), born=BORN, gender="2", region=NOBODYS)


def someone(name: str = NAME, *, seed: str = "guide", phone: str = PHONE) -> Person:
    """Works in accounting; every answer is as the pictures show it."""
    details = {"name": name, "document_type": "01", "document_number": number(seed), "phone": phone}
    drawn = make_person(random.Random("guide"), status="1", name=name)
    return dataclasses.replace(
        drawn,
        document_number=details["document_number"],
        birth_date=BORN,
        phone=phone,
        details=details,
        sections=SECTIONS,
        files=FILES,
    )


SECTIONS = {
    "personal": {"ethnic_group": "01", "political_status": "13", "email": "chen@example.com"},
    "education": {
        "full_time_level": "21",
        "full_time_degree": "412",
        "full_time_school": "岭南示例大学",
        "full_time_major": "会计学",
        "full_time_graduated_on": "2009-07-01",
    },
    "employment": {
        "accounting_post": "06",
        "accounting_admin_post": "04",
        "accounting_start_date": "2009-07-15",
        "accounting_technical_post": "03",
        "technical_post_appointed_on": "2016-03-01",
    },
    "professional": {
        "abacus_level": "00",
        "qualifications-TOTAL_FORMS": "1",
        "qualifications-0-category": "01",
        "qualifications-0-level": "2",
        "qualifications-0-method": "2",
        "qualifications-0-obtained_on": "2015-09-13",
    },
    "awards": {"awards-TOTAL_FORMS": "1", "awards-0-name": "先进会计工作者", "awards-0-level": "3"},
}


def portrait() -> bytes:
    """Head and shoulders before a white wall."""
    image = Image.new("RGB", (600, 800), "#ffffff")
    draw = ImageDraw.Draw(image)
    draw.ellipse((146, 96, 454, 480), fill="#3b342f")
    draw.rounded_rectangle((240, 430, 360, 680), 50, fill="#e2bfa4")
    draw.ellipse((166, 130, 434, 540), fill="#efcfb6")
    draw.pieslice((156, 100, 444, 400), 180, 360, fill="#3b342f")
    draw.rounded_rectangle((50, 620, 550, 1000), 120, fill="#2f4a6d")
    draw.polygon(((230, 615), (370, 615), (300, 720)), fill="#ffffff")
    return _jpeg(image)


def card(*, front: bool) -> bytes:
    """The shape of an ID card: bars where words would be."""
    image = Image.new("RGB", (856, 540), "#dbe7f1" if front else "#e3e6ea")
    draw = ImageDraw.Draw(image)
    if front:
        for top, width in ((70, 200), (140, 300), (210, 380), (290, 420), (340, 340), (460, 600)):
            draw.rounded_rectangle((60, top, 60 + width, top + 26), 8, fill="#8fa6bb")
        draw.rounded_rectangle((570, 80, 800, 390), 12, fill="#f4f7fa")
        draw.ellipse((630, 120, 740, 260), fill="#b9c7d4")
        draw.pieslice((590, 260, 780, 520), 180, 360, fill="#b9c7d4")
    else:
        draw.ellipse((70, 60, 230, 220), fill="#c0392b")
        draw.ellipse((115, 105, 185, 175), fill="#f2d16b")
        for top, left, width in ((80, 290, 440), (150, 330, 360), (400, 240, 380), (460, 240, 440)):
            draw.rounded_rectangle((left, top, left + width, top + 30), 8, fill="#9aa5b1")
    return _jpeg(image)


def _jpeg(image: Image.Image) -> bytes:
    """As large as from a small camera."""
    out = io.BytesIO()
    image.resize((image.width * 2, image.height * 2)).save(out, "JPEG", quality=95, subsampling=0)
    return out.getvalue()


PROOF = ("证明.jpg", card(front=True), "image/jpeg")
FILES: dict[str, Files] = {
    "personal": {
        "photo": ("照片.jpg", portrait(), "image/jpeg"),
        "id_card_front": ("身份证人像面.jpg", card(front=True), "image/jpeg"),
        "id_card_back": ("身份证国徽面.jpg", card(front=False), "image/jpeg"),
    }
}
