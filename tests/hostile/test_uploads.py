"""Hostile files through the page, a few of each sort; all of them on the running house: ``python -m prove.uploads``."""

import random
import re
from pathlib import Path

import pytest
from django.test import Client

from kuaiji.attachments.models import Attachment
from kuaiji.collection.models import StepAnswers
from people.hostile.picture_checks import is_upright, turned, with_canaries
from people.hostile.pictures import CORPUS, Case
from people.hostile.uploading import FILE_NAMES, PAGE, amiss, multipart, opened, picture_in
from people.persons import make_person
from people.records.users import make_user

pytestmark = pytest.mark.django_db
SAMPLE = ("jpeg-tail-php", "png-text-html", "renamed-svg", "png-900-megapixels", "progressive-cut-at-300", "empty")


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_user(make_person(random.Random(1), status="1")))
    client.post("/collection/notice/", {"truthful": "on"})
    return client


def send(client: Client, data: bytes, name: str = "正面.jpg") -> bytes | str:
    body, kind = multipart({}, name, data)
    answer = client.post(PAGE, body, content_type=kind)
    assert answer.status_code == 422 and 'id="error-photo"' in answer.content.decode()
    return picture_in(answer.content.decode(), lambda address: client.get(address).content)


def test_hostile_files_are_refused_in_words_or_come_out_clean(client: Client) -> None:
    outcomes = {name: send(client, CORPUS[name].data) for name in SAMPLE}
    assert [f"{name}: {fault}" for name, out in outcomes.items() if (fault := amiss(CORPUS[name], out))] == []
    assert not StepAnswers.objects.exists()


def test_metadata_goes_and_the_picture_stands_upright(client: Client) -> None:
    out = send(client, with_canaries())
    assert isinstance(out, bytes) and amiss(Case(b""), out) == "" and b"CANARY" not in out
    out = send(client, turned(6))
    assert isinstance(out, bytes) and is_upright(opened(out))


@pytest.mark.parametrize("name", [FILE_NAMES[0], FILE_NAMES[7], FILE_NAMES[-6]], ids=["path", "nul", "long"])
def test_the_name_of_the_file_plays_no_part(name: str, client: Client, files: Path) -> None:
    assert isinstance(send(client, CORPUS["jpeg-tail-php"].data, name), bytes)
    row = Attachment.objects.get(purpose="id_card_front")
    found = [str(path.relative_to(files)) for path in files.rglob("*") if path.is_file() and "lock" not in path.name]
    assert found == [row.storage_key] and re.fullmatch(r"(..)/(..)/\1\2[0-9a-f]{28}", row.storage_key)
