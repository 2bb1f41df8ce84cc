"""The photo service: what it looks at in a picture, what it makes of it, and who may have it once."""

import base64
import concurrent.futures
import io
import re
from collections.abc import Callable

import httpx
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from kuaiji.common.errors import RuleBroken
from kuaiji_standins import portraits
from people.houses.standins import Standins

PERSON = {"name": "示例", "document_number": "440000199003070016"}
USER = {**PERSON, "consumer": "440300:one"}
WALL = "#f4f4f2"


def take(standins: Standins, picture: bytes | None, **fields: str) -> httpx.Response:
    """What the page answers to a picture; without one the drawn person is taken."""
    data = {**PERSON, "action": "sent" if picture is not None else "drawn", **fields}
    files = {"photo": ("a.jpg", picture or b"", "image/jpeg")}
    return httpx.post(f"{standins.url}/photo/", data=data, files=files, trust_env=False)


def code_of(answer: httpx.Response) -> str:
    found = re.fullmatch(r"/photo/([0-9]{12})/", answer.headers["location"])
    assert answer.status_code == 302 and found
    return found[1]


def use(standins: Standins, code: str, **other: str) -> tuple[int, str]:
    with standins.client() as client:
        answer = client.post("/receipts/uses", json={**USER, "code": code, **other})
    return answer.status_code, answer.json().get("code") or answer.json()["photo"]


def plain() -> Image.Image:
    return Image.open(io.BytesIO(portraits.draw_portrait(1, portraits.SIZE))).convert("RGB")


def on_wall(picture: Image.Image, place: tuple[int, int]) -> Image.Image:
    wall = Image.new("RGB", portraits.SIZE, WALL)
    wall.paste(picture, place)
    return wall


def drawn_over(box: tuple[int, int, int, int], colour: str, *, round_: bool = False) -> Image.Image:
    picture = plain()
    draw = ImageDraw.Draw(picture)
    (draw.ellipse if round_ else draw.rectangle)(box, fill=colour)
    return picture


def far_away() -> Image.Image:
    """The shoulders as they were, a head of half the size on them."""
    picture = drawn_over((95, 50, 263, 345), WALL)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((139, 100, 219, 200), fill="#dcab85")
    draw.rectangle((165, 200, 193, 345), fill="#dcab85")
    return picture


WRONG: dict[str, Callable[[], Image.Image]] = {
    "wall_dark": lambda: plain().point([level // 2 for level in range(256)] * 3),
    "wall_uneven": lambda: drawn_over((0, 0, 100, 200), "#888"),
    "wall_tinted": lambda: ImageChops.multiply(plain(), Image.new("RGB", portraits.SIZE, "#ffffc0")),
    "no_shoulders": lambda: drawn_over((0, 0, 358, 441), WALL),
    "head_small": far_away,
    "head_large": lambda: drawn_over((30, 30, 328, 340), "#dcab85", round_=True),
    "head_place": lambda: on_wall(plain(), (60, 0)),
    "light": lambda: drawn_over((105, 90, 253, 300), "#151515", round_=True),
    "blurred": lambda: plain().filter(ImageFilter.GaussianBlur(8)),
    "hair": lambda: drawn_over((112, 100, 246, 186), "#2b2320", round_=True),
}


@pytest.mark.parametrize("reason", WRONG)
def test_what_is_wrong_is_named(reason: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        portraits.check(WRONG[reason]())
    assert refused.value.code == f"photo_{reason}"


@pytest.mark.parametrize("seed", range(6))
def test_a_good_picture_becomes_an_id_photo(seed: int) -> None:
    made = portraits.finished(portraits.draw_portrait(seed, (900, 1400)))
    with Image.open(io.BytesIO(made)) as photo:
        assert (photo.format, photo.size) == ("JPEG", (358, 441))
        assert [round(side / density * 25.4) for side, density in zip(photo.size, photo.info["dpi"], strict=True)] == [
            26,
            32,
        ]
    assert len(made) <= portraits.JPEG_BYTES


def test_a_receipt_is_for_every_way_of_writing_its_persons_name(standins: Standins) -> None:
    code = code_of(take(standins, portraits.draw_portrait(4), name="\u202dO\u2019BRIEN  Ann"))
    assert use(standins, code, name="O'Brien Ann")[0] == 200


def test_a_receipt_is_for_its_person_and_one_use(standins: Standins) -> None:
    code = code_of(take(standins, portraits.draw_portrait(3), document_number="4400 0019 9003 0700 16"))
    page = httpx.get(f"{standins.url}/photo/{code}/", trust_env=False).text
    assert " ".join(re.findall("....", code)) in page
    assert use(standins, code, name="别人") == (403, "receipt_someone_elses")
    assert use(standins, code, document_number="440000198806200035") == (403, "receipt_someone_elses")
    status, photo = use(standins, code)
    assert status == 200
    assert httpx.get(f"{standins.url}/photo/{code}.jpg", trust_env=False).content == base64.b64decode(photo)
    assert use(standins, code) == (200, photo)
    assert use(standins, code, consumer="440300:two") == (409, "receipt_used")
    assert use(standins, "000000000000") == (404, "receipt_unknown")
    assert use(standins, "short") == (422, "bad_form")
    assert use(standins, "999999999992") == (503, "down")


def test_of_many_who_use_a_receipt_at_once_one_gets_it(standins: Standins) -> None:
    code = code_of(take(standins, None))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: use(standins, code, consumer=f"440300:{number}")[0], range(8)))
    assert sorted(answers) == [200] + [409] * 7


@pytest.mark.parametrize(
    ("picture", "fields", "field"),
    [
        (b"", {}, "photo"),
        (b"GIF89a", {}, "photo"),
        (portraits.draw_portrait(0, (300, 370)), {}, "photo"),
        (portraits.draw_portrait(0), {"name": " "}, "name"),
        (portraits.draw_portrait(0), {"document_number": ""}, "document_number"),
    ],
)
def test_a_refusal_names_its_field_and_keeps_what_was_typed(
    standins: Standins, picture: bytes, fields: dict[str, str], field: str
) -> None:
    answer = take(standins, picture, **fields)
    assert (answer.status_code, f'id="error-{field}"' in answer.text) == (422, True)
    kept = {**PERSON, **fields}
    assert all(f'value="{value.strip()}"' in answer.text for value in kept.values())
