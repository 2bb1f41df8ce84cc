"""Every file field says what it takes before anything is sent, to scripts and in words."""

import random
import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.test import Client, RequestFactory

from kuaiji.accountants.models import Record
from kuaiji.attachments.purposes import rule_of
from people.factories.records import RecordFactory
from people.persons import make_person
from people.records.users import make_user
from tests.support.record_pages import browser_of

pytestmark = pytest.mark.django_db
CONTROL = re.compile(r'<input type="file"[^>]*>')
WORDS = re.compile(r"10 MB 以内|2 MB|JPG")

# Where the controls are, and how many bytes each takes.
PAGES = {
    "/changes/personal/": {"photo": "photo", "id_card_front": "id_card_front", "id_card_back": "id_card_back"},
    "/changes/name/": {"name_proof": "name_proof"},
    "/changes/employment/": {"student_proof": "student_proof"},
    "/transfers/out/new/": {"proof": "transfer_proof"},
}


@pytest.fixture
def client() -> Client:
    record: Record = RecordFactory.create()
    return browser_of(record)


@pytest.mark.parametrize("address", PAGES)
def test_a_file_field_says_its_limit(client: Client, address: str) -> None:
    page = client.get(address).content.decode()
    found = {re.findall(r'name="(\w+)"', control)[0]: control for control in CONTROL.findall(page)}
    assert found.keys() == PAGES[address].keys()
    for name, control in found.items():
        assert f'data-max-bytes="{rule_of(PAGES[address][name]).max_bytes}"' in control
        hint = page.partition(f'id="hint-{name}"')[2].partition("</p>")[0]
        assert WORDS.search(hint), name
    assert "js/pictures" in page


def test_a_form_with_files_far_too_large_loses_nothing_but_the_files() -> None:
    client = Client()
    client.force_login(make_user(make_person(random.Random(1), status="1")))
    client.post("/collection/notice/", {"truthful": "on"})
    files = {
        name: SimpleUploadedFile(f"{name}.jpg", b"\xff\xd8\xff" + bytes(20 << 20))
        for name in PAGES["/changes/personal/"]
    }
    refused = client.post("/collection/personal/", {"email": "typed@example.com"} | files)
    page = refused.content.decode()
    assert refused.status_code == 422 and 'value="typed@example.com"' in page
    for label in ("免冠证件照", "身份证人像面", "身份证国徽面"):
        assert f"{label}有 20.1 MB，最大 10 MB，请压缩后再传" in page


def test_of_a_larger_file_no_more_is_kept_than_tells_that_it_is() -> None:
    data = bytes(settings.FILE_CAP + 3_000_000)
    kept = RequestFactory().post("/", {"photo": SimpleUploadedFile("photo.jpg", data)}).FILES["photo"]
    assert isinstance(kept, UploadedFile) and kept.size == len(data)
    assert len(kept.read()) == settings.FILE_CAP + 1
