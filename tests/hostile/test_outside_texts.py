"""Names, numbers and words as strangers were seen to write them, each at its door: kept as they were meant."""

import unicodedata
from typing import Any

import pytest
from django.test import Client

from kuaiji.accountants.sections import employers
from kuaiji.exchange.partners.employers import Employer
from kuaiji.identity.people.details import Details
from kuaiji.identity.signing_in.services import sign_in_user
from people.hostile.attempts import send, standing_at, undone
from people.hostile.doors import DOORS
from people.hostile.doors.strangers import DETAILS, PASSPORT, SENDING
from people.sign_in_steps import make_owner

pytestmark = pytest.mark.django_db
BY_TITLE = {door.title: door for door in DOORS}

# case: door, field, what was typed, what was meant
MEANT = {
    "OC03 blank in a Chinese name": ("details", "name", "王 明", "王明"),
    "OC04 joiner in a Chinese name": ("details", "name", "李\u200d明", "李明"),
    "OC05 filler in a Chinese name": ("details", "name", "张\u3164伟", "张伟"),
    "OC06 override in front": ("details", "name", "\u202d李明", "李明"),
    "OC09 signs of passports": ("details-passport", "name", "RAVI S/O KUMAR", "RAVI S/O KUMAR"),
    "OC15 mark of direction": ("personal-1", "email", "a@example.com\u200e", "a@example.com"),
    "OC16 mark of direction": ("employment-1", "employer_name", "广州示例\u202c有限公司", "广州示例有限公司"),
    "OC17 domain outside ASCII": ("personal-1", "email", "a@faß.de", "a@faß.de"),
    "OC34 stray dot": ("details", "name", "古丽·", "古丽"),
    "OC34 two dots": ("details", "name", "古丽··阿里", "古丽·阿里"),
    "OC35 text mark": ("details", "document_number", f"'{DETAILS['document_number']}", DETAILS["document_number"]),
    "OC35 of a Chinese keyboard": ("details", "phone", "\u2018１３８ ００１３８０００", DETAILS["phone"]),
}


@pytest.mark.parametrize(("title", "name", "typed", "meant"), MEANT.values(), ids=MEANT)
def test_it_is_kept_as_it_was_meant(title: str, name: str, typed: str, meant: str) -> None:
    door = BY_TITLE[title]
    with standing_at(door) as scene:
        answer = send(door, scene, door.right | {name: typed})
        assert (answer.status_code, answer.headers["Location"]) == (302, door.leads)
        assert door.stored(scene, name) == meant


def test_signs_of_passports_stand_on_no_resident_id() -> None:
    door = BY_TITLE["details"]
    with standing_at(door) as scene, undone():
        answer = send(door, scene, DETAILS | SENDING | {"name": "RAVI S/O KUMAR"})
        page = answer.content.decode()
        assert answer.status_code == 422 and 'id="error-name"' in page and "姓名第7个字符不能用" in page
        assert send(door, scene, PASSPORT | SENDING | {"name": "RAVI S/O KUMAR"}).status_code == 302


def test_a_password_of_another_keyboard_signs_in() -> None:
    """OC18."""
    composed = unicodedata.normalize("NFC", "Café 春眠 ếch-99")
    user = make_owner(Details.from_flat(DETAILS), composed)
    typed = unicodedata.normalize("NFD", composed).replace(" ", "\u3000")
    browser = Client()
    answer = browser.post("/login/", {"document_number": f"'{DETAILS['document_number']}", "password": typed})
    assert answer.status_code == 302 and browser.session["_auth_user_id"] == str(user.pk)
    assert sign_in_user(number=DETAILS["document_number"], password=composed) == user


@pytest.mark.parametrize("typed", ["示例\u200b第００１", "\u202a示例　第００１\u202c", " 示例第001 "])
def test_an_employer_is_searched_for_as_meant(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    """OC19."""
    asked: list[str] = []

    class Register:
        def search_employers(self, q: str, limit: int = 10) -> list[Employer]:
            asked.append(q)
            return []

    def register() -> Any:
        return Register()

    monkeypatch.setattr(employers, "employer_search", register)
    door = BY_TITLE["employment-1"]
    with standing_at(door) as scene:
        assert scene.client.get("/collection/employers/", {"q": typed}).status_code == 200
        send(door, scene, door.right | {"employer_name": typed, "action": "search_employer"})
    assert asked == ["示例第001"] * 2


def test_a_bureau_is_found_by_its_whole_name() -> None:
    """OC20."""
    page = Client().get("/directory/", {"q": "广州市番禺区财政局\u200b"}).content.decode()
    assert "番禺区市桥街" in page and "荔湾区华贵路" not in page and 'value="广州市番禺区财政局"' in page
