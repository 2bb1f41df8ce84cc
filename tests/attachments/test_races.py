"""Two requests of one person at the same moment."""

import threading
import time
from pathlib import Path

import pytest
from django.db import connection, transaction

from kuaiji.attachments.models import Attachment
from kuaiji.attachments.services import claim_attachments, read_attachment
from kuaiji.common import clock
from kuaiji.identity.models import User
from people.records.users import make_user
from tests.support.uploads import send

pytestmark = pytest.mark.race


def test_pictures_sent_at_once_leave_one_and_no_stray_file(files: Path) -> None:
    user = make_user()
    for thread in [sending(user, "photo") for _ in range(2)]:
        thread.join()
    assert sorted(Attachment.objects.values_list("purpose", flat=True)) == ["photo", "photo_original"]
    keys = set(Attachment.objects.values_list("storage_key", flat=True))
    assert {str(path.relative_to(files)) for path in files.rglob("*") if path.is_file()} == keys


def test_a_picture_being_claimed_is_not_replaced() -> None:
    user = make_user()
    front = send(user, "id_card_front")
    with transaction.atomic():
        claim_attachments(person_key=user.person_key, ids=[front.pk], at=clock.now())
        thread = sending(user, "id_card_front")
        wait_for_its_lock(thread)
    thread.join()
    assert Attachment.objects.filter(purpose="id_card_front").count() == 2
    read_attachment(Attachment.objects.get(pk=front.pk))


def sending(user: User, purpose: str) -> threading.Thread:
    """A picture on its way."""

    def run() -> None:
        try:
            send(user, purpose)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def wait_for_its_lock(thread: threading.Thread) -> None:
    """Until the thread's session waits for one of ours."""
    with connection.cursor() as cursor:
        while thread.is_alive():
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    pytest.fail("it did not wait")
