"""One upload of a person at a time, counted before anything is opened (S-30, ASVS 5.2.4)."""

import datetime as dt
import functools
import random

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from kuaiji.attachments.events import FileReceived, FileRefused
from kuaiji.attachments.models import Attachment, UploadTurn
from kuaiji.attachments.services import LONGEST_TURN, UPLOADS_PER_DAY, upload_turn
from kuaiji.audit.models import Event
from kuaiji.audit.services import record_events
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.models import User
from people.hostile.pictures import JPEG
from people.hostile.uploading import PAGE, multipart
from people.persons import make_person
from people.records.users import make_user
from tests.support.together import together
from tests.support.uploads import receiving

UNDER_WAY = "您的另一次上传还在处理，这次的文件没有收下，请稍等几秒再上传"


@pytest.fixture
def user(db: None) -> User:
    return make_user(make_person(random.Random(1), status="1"))


def at_the_papers(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.post("/collection/notice/", {"truthful": "on"})
    return client


def send(client: Client, nth: int = 0) -> str:
    """The page after an e-mail address and a picture of which no two are the same bytes."""
    body, kind = multipart({"email": "typed@example.com"}, "正面.jpg", JPEG + bytes(nth))
    return client.post(PAGE, body, content_type=kind).content.decode()


def test_while_an_upload_is_under_way_another_gets_words_and_loses_nothing(user: User) -> None:
    client = at_the_papers(user)
    with upload_turn(person_key=user.person_key):
        page = send(client)
        assert UNDER_WAY in page and 'value="typed@example.com"' in page
        assert not Attachment.objects.exists()
    assert UNDER_WAY not in send(client)
    assert Attachment.objects.get().purpose == "id_card_front"
    assert not UploadTurn.objects.exists()


def test_another_person_does_not_wait(user: User) -> None:
    with upload_turn(person_key=user.person_key):
        assert UNDER_WAY not in send(at_the_papers(make_user(seed=2)))


def test_a_turn_whose_process_died_ends_by_itself(user: User) -> None:
    begun = clock.now()
    with time_machine.travel(begun, tick=False) as moment, upload_turn(person_key=user.person_key):
        moment.move_to(begun + LONGEST_TURN - dt.timedelta(seconds=1))
        with pytest.raises(RuleBroken, match="upload_under_way"), upload_turn(person_key=user.person_key):
            pass
        moment.move_to(begun + LONGEST_TURN)
        second = upload_turn(person_key=user.person_key)
        second.__enter__()
    assert UploadTurn.objects.exists()  # the first, coming late, has not ended the turn of the second
    second.__exit__(None, None, None)
    assert not UploadTurn.objects.exists()


@pytest.mark.race
def test_uploads_at_once_do_not_pass_the_count_of_a_day() -> None:
    user = make_user(make_person(random.Random(1), status="1"))
    clients = [at_the_papers(user) for _ in range(6)]
    refused = FileRefused(subject_id=user.person_key_id, purpose="photo", size=1, code="picture_empty")
    with transaction.atomic():
        record_events(receiving(user), *[refused] * (UPLOADS_PER_DAY - 1), person_key=user.person_key)

    pages = together([functools.partial(send, client, nth) for nth, client in enumerate(clients)])

    assert Event.objects.filter(kind=FileReceived.__name__).count() == 1
    assert all("typed@example.com" in str(page) for page in pages)
    assert sum("今天已上传 60 次" in str(page) or UNDER_WAY in str(page) for page in pages) == 5
