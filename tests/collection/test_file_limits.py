"""Every file field says what it takes before anything is sent, to scripts and in words."""

import re

import pytest
from django.test import Client

from kuaiji.accountants.models import Record
from kuaiji.attachments.purposes import rule_of
from people.factories.records import RecordFactory
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
