"""获取照片 by 回执码 (R6.1), on the pages of the collection and of the changes, against the real stand-ins."""

import io
import random
import re
from collections.abc import Iterator

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from kuaiji.accountants.services.versions import current_version
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.services import UPLOADS_PER_DAY
from kuaiji.audit.models import Event
from kuaiji.collection.models import StepAnswers
from kuaiji.common.http import Partner
from kuaiji.exchange.partners.receipts import PhotoService
from kuaiji.house.databases import Server
from kuaiji.identity.models import User
from kuaiji_wire.people import Person as OnTheWire
from people.hostile import values
from people.houses.standins import Standins
from people.persons import Person, make_person, make_picture
from people.photo_receipts import receipt_for
from people.records.drafts import attachment, fill_in, submit
from people.records.users import make_user
from tests.support.profiles import served_as
from tests.support.record_pages import browser_of, typed

pytestmark = pytest.mark.django_db

PAGE = "/collection/personal/"
REFUSALS = {
    "000000000000": "没有这个回执码",
    "someone_elses": "登记的是别人",
    "used": "已经用过",
    "expired": "已经过期",
    "999999999992": "暂时连不上",
    "1234-5678，": "没有“,”",
    "123": "回执码应为 6 至 32 位，现在是 3 位",
    "1" * 33: "回执码应为 6 至 32 位，现在是 33 位",
    "": "请输入回执码",
}


@pytest.fixture(autouse=True)
def shenzhen(standins: Standins) -> Iterator[None]:
    with served_as("shenzhen", KUAIJI_RECEIPTS_URL=standins.url, KUAIJI_RECEIPTS_TOKEN=standins.token):
        yield


@pytest.fixture
def person() -> Person:
    made = make_person(random.Random(7), status="1")
    made.sections["employment"]["division_code"] = "440305"
    return made


def at_the_step(person: Person) -> tuple[User, Client]:
    user, client = make_user(person), Client()
    client.force_login(user)
    client.post("/collection/notice/", {"truthful": "on"})
    return user, client


def fetch(client: Client, person: Person, code: str, page: str = PAGE) -> tuple[int, str]:
    answer = client.post(page, person.sections["personal"] | {"photo_receipt_code": code, "action": "fetch_photo"})
    return answer.status_code, answer.content.decode()


def photo_of(user: User) -> Attachment:
    return Attachment.objects.get(person_key=user.person_key, purpose="photo", claimed_at=None)


def test_the_photo_is_shown_kept_and_saved_with_the_step(standins: Standins, person: Person) -> None:
    user, client = at_the_step(person)
    page = client.get(PAGE).content.decode()
    assert "获取照片" in page and 'name="photo"' not in page and "深圳会计信息采集" in page
    code = receipt_for(standins.url, person)
    status, page = fetch(client, person, " ".join(re.findall("....", code)))
    photo = photo_of(user)
    assert status == 200 and f"/attachments/{photo.pk}/" in page and "error-summary" not in page
    assert person.sections["personal"]["email"] in page and code not in page and "/crop/" not in page
    assert (photo.width, photo.height, photo.original) == (358, 441, None)
    shown = client.get(f"/attachments/{photo.pk}/")
    with Image.open(io.BytesIO(shown.content)) as picture:
        assert picture.size == (358, 441)
    assert client.get(f"/attachments/{photo.pk}/crop/").status_code == 404

    for side in ("id_card_front", "id_card_back"):
        attachment(user, side)
    answer = client.post(PAGE, person.sections["personal"])
    assert (answer.status_code, answer.headers["Location"]) == (302, "/collection/education/")
    data = StepAnswers.objects.get(draft__user=user, step="personal").data
    assert data["photo"] == str(photo.pk) and "photo_receipt_code" not in data


def test_the_same_code_again_is_the_same_photo(standins: Standins, person: Person) -> None:
    user, client = at_the_step(person)
    code = receipt_for(standins.url, person)
    for _ in range(3):
        assert fetch(client, person, code)[0] == 200
    assert Event.objects.filter(person_key=user.person_key, kind="FileReceived").count() == 1
    first = photo_of(user)
    assert fetch(client, person, receipt_for(standins.url, person, seed=2))[0] == 200
    assert photo_of(user).pk != first.pk


def spoilt(case: str, standins: Standins, server: Server, person: Person) -> str:
    """A code that is refused in this way."""
    if case == "someone_elses":
        return receipt_for(standins.url, make_person(random.Random(8), status="1"))
    if case not in ("used", "expired"):
        return case
    code = receipt_for(standins.url, person)
    if case == "used":
        service = PhotoService(Partner("receipts", standins.url, standins.token))
        service.take_photo(code=code, consumer="another", person=OnTheWire.from_flat(person.details))
    else:
        with psycopg.connect(server.url(server.owner, "standins")) as database:
            database.execute("UPDATE kuaiji_standins_photoreceipt SET expires_at = now() WHERE code = %s", [code])
    return code


@pytest.mark.parametrize("case", REFUSALS)
def test_each_refusal_says_what_to_do(standins: Standins, server: Server, person: Person, case: str) -> None:
    user, client = at_the_step(person)
    status, page = fetch(client, person, spoilt(case, standins, server, person))
    assert status == 422 and 'id="error-summary"' in page and page.count('id="error-') == 2
    assert REFUSALS[case] in page and 'id="error-photo_receipt_code"' in page
    assert person.sections["personal"]["email"] in page
    assert not Attachment.objects.filter(person_key=user.person_key).exists()
    assert client.get(PAGE).status_code == 200


def test_no_code_does_harm(person: Person) -> None:
    _, client = at_the_step(person)
    for case, value in values.PLAIN.items():
        status, page = fetch(client, person, value)
        assert status == 422 and 'id="error-photo_receipt_code"' in page, case
    assert not Attachment.objects.exists()


def test_guesses_are_counted(person: Person) -> None:
    _, client = at_the_step(person)
    for _ in range(UPLOADS_PER_DAY):
        fetch(client, person, "000000000000")
    assert "请明天再上传" in fetch(client, person, "000000000000")[1]


def test_a_step_without_the_photo_says_which_button(person: Person) -> None:
    _, client = at_the_step(person)
    sent = person.sections["personal"] | {"photo_receipt_code": "123456789012"}
    assert "请先按“获取照片”" in client.post(PAGE, sent).content.decode()
    picture = SimpleUploadedFile("a.jpg", make_picture(random.Random(1), 600, 800))
    page = client.post(PAGE, person.sections["personal"] | {"photo": picture}).content.decode()
    assert "请输入回执码，再按“获取照片”" in page and not Attachment.objects.exists()


def test_a_record_changes_its_photo_by_receipt(standins: Standins, person: Person) -> None:
    user = make_user(person)
    fill_in(user, person)
    record = submit(user)
    client, page = browser_of(record), "/changes/personal/"
    assert "获取照片" in client.get(page).content.decode()
    status, shown = fetch(client, person, receipt_for(standins.url, person), page)
    photo = photo_of(user)
    assert status == 200 and f"/attachments/{photo.pk}/" in shown
    assert client.post(page, typed(record, "personal")).headers["Location"] == "/changes/?done=2"
    record.refresh_from_db()
    assert current_version(record).content["personal"]["photo"] == str(photo.pk)


def test_where_photos_are_uploaded_the_button_does_nothing(standins: Standins, person: Person) -> None:
    with served_as("guangdong"):
        _, client = at_the_step(person)
        assert "获取照片" not in client.get(PAGE).content.decode()
        assert fetch(client, person, receipt_for(standins.url, person))[0] == 422
        assert not Attachment.objects.exists()
