"""One picture in several places (OC33): asked once whether it is meant, and never a dead end."""

import random
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import Record, RecordVersion
from kuaiji.accountants.reporting.reports import sections_of
from kuaiji.archives.paper.sheets import sheet_of
from kuaiji.attachments.models import Attachment
from kuaiji.collection.models import StepAnswers
from people.hostile.pictures import segment, with_segments
from people.persons import Person, make_person, make_picture
from people.records.drafts import fill_in, submit
from people.records.users import make_user
from tests.support.record_pages import browser_of, typed

pytestmark = pytest.mark.django_db
PAGE, MEANT = "/collection/personal/", "same_picture_meant"
SIDES = ("photo", "id_card_front", "id_card_back")
WORDS = "是同一张图片。选错的请在上面重新上传；确实要这样，请勾选这一项再保存"


@pytest.fixture
def person() -> Person:
    return make_person(random.Random(1), status="1")


@pytest.fixture
def client(person: Person) -> Client:
    client = Client()
    client.force_login(make_user(person))
    client.post("/collection/notice/", {"truthful": "on"})
    return client


def picture(seed: int = 1) -> bytes:
    return make_picture(random.Random(seed), 600, 800)


def files(*pictures: bytes) -> dict[str, SimpleUploadedFile]:
    """In the places of the page, in their order."""
    return {
        name: SimpleUploadedFile(f"{at}.jpg", data)
        for at, (name, data) in enumerate(zip(SIDES, pictures, strict=False))
    }


def faults(page: str) -> list[str]:
    return [name for name in re.findall(r'id="error-([a-z_]+)"', page) if name != "summary"]


def test_one_picture_in_three_places_is_asked_about_once(client: Client, person: Person) -> None:
    fields = person.sections["personal"]
    asked = client.post(PAGE, fields | files(*[picture()] * 3))
    page = asked.content.decode()
    assert asked.status_code == 422 and faults(page) == [MEANT]
    assert "免冠证件照、身份证人像面、身份证国徽面" + WORDS in page
    assert f'value="{fields["email"]}"' in page and 'type="checkbox"' in page.partition(f'name="{MEANT}"')[0][-300:]
    assert Attachment.objects.filter(claimed_at=None, purpose__in=SIDES).count() == 3  # nothing lost

    assert client.post(PAGE, fields | {MEANT: "on"}).status_code == 302
    assert StepAnswers.objects.get().data[MEANT] is True
    assert "checked" in client.get(PAGE).content.decode().partition(f'name="{MEANT}"')[2][:200]


def test_it_passes_at_once_where_the_answer_comes_along(client: Client, person: Person) -> None:
    sent = person.sections["personal"] | files(*[picture()] * 3) | {MEANT: "on"}
    assert client.post(PAGE, sent).status_code == 302


def test_the_wrong_one_is_exchanged_without_an_answer(client: Client, person: Person) -> None:
    fields = person.sections["personal"]
    one, other, third = picture(1), picture(2), picture(3)
    page = client.post(PAGE, fields | files(one, other, other)).content.decode()
    assert "身份证人像面、身份证国徽面" + WORDS in page and "免冠证件照、" not in page
    exchanged = {"id_card_back": SimpleUploadedFile("b.jpg", third)}
    assert client.post(PAGE, fields | exchanged).status_code == 302
    assert MEANT not in StepAnswers.objects.get().data
    assert MEANT not in client.get(PAGE).content.decode()


def test_what_is_shown_counts_not_the_bytes(client: Client, person: Person) -> None:
    """A chat program has put a comment into the copy."""
    one = picture()
    copy = with_segments(one, segment(0xFE, b"sent by a chat program"))
    page = client.post(PAGE, person.sections["personal"] | files(picture(2), one, copy)).content.decode()
    assert "身份证人像面、身份证国徽面" + WORDS in page


def test_pictures_received_before_their_digests_are_compared_by_bytes(client: Client, person: Person) -> None:
    client.post(PAGE, person.sections["personal"] | files(picture(1), picture(2)))
    Attachment.objects.update(pixels_digest=None)
    back = {"id_card_back": SimpleUploadedFile("b.jpg", picture(2))}
    assert (
        "身份证人像面、身份证国徽面" + WORDS in client.post(PAGE, person.sections["personal"] | back).content.decode()
    )


def test_the_answer_alone_says_nothing(client: Client, person: Person) -> None:
    sent = person.sections["personal"] | files(picture(1), picture(2), picture(3)) | {MEANT: "on"}
    assert client.post(PAGE, sent).status_code == 302
    assert MEANT not in StepAnswers.objects.get().data


def test_one_picture_shows_different_digests_for_different_people(client: Client, person: Person) -> None:
    other = Client()
    other.force_login(make_user(seed=2))
    other.post("/collection/notice/", {"truthful": "on"})
    for each in (client, other):
        each.post(PAGE, files(picture(1), picture(2)))
    digests = Attachment.objects.filter(purpose="id_card_front").values_list("pixels_digest", flat=True)
    assert len({bytes(digest or b"") for digest in digests}) == 2


def test_what_was_meant_is_submitted_and_told_to_nobody_else(client: Client, person: Person) -> None:
    user = make_user(make_person(random.Random(5), status="1"))
    whole = make_person(random.Random(5), status="1")
    fill_in(user, whole)
    browser = Client()
    browser.force_login(user)
    assert browser.post(PAGE, whole.sections["personal"] | files(*[picture()] * 3) | {MEANT: "on"}).status_code == 302
    record = submit(user)
    version = RecordVersion.objects.get(record=record)
    assert version.content[SectionSlug.PERSONAL][MEANT] is True
    assert MEANT not in str(sections_of(version).plain())
    assert MEANT not in [line.name for block in sheet_of(record, version).blocks for row in block.rows for line in row]


def test_a_change_asks_too(client: Client, person: Person) -> None:
    user = make_user(make_person(random.Random(5), status="1"))
    whole = make_person(random.Random(5), status="1")
    fill_in(user, whole)
    browser = Client()
    browser.force_login(user)
    browser.post(PAGE, whole.sections["personal"] | files(picture(1), picture(2), picture(3)))
    record: Record = submit(user)
    fields = typed(record, "personal", {"email": "new@example.com"})
    owner = browser_of(record)
    asked = owner.post("/changes/personal/", fields | {"id_card_back": SimpleUploadedFile("b.jpg", picture(2))})
    page = asked.content.decode()
    assert asked.status_code == 422 and faults(page) == [MEANT] and 'value="new@example.com"' in page
    assert owner.post("/changes/personal/", fields | {MEANT: "on"}).status_code == 302
    assert RecordVersion.objects.filter(record=record).latest("number").content[SectionSlug.PERSONAL][MEANT] is True
