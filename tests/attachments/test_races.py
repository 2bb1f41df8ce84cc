"""Two requests of one person at the same moment."""

import threading
from pathlib import Path

import pytest
from django.db import connection, transaction

from kuaiji.attachments import services
from kuaiji.attachments.enums import Purpose
from kuaiji.attachments.models import Attachment
from kuaiji.common import clock
from tests.support.people import make_user
from tests.support.uploads import send

pytestmark = pytest.mark.race


def test_pictures_sent_at_once_leave_one_and_no_stray_file(files: Path) -> None:
    user = make_user()

    def one() -> None:
        try:
            send(user, Purpose.PHOTO)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Attachment.objects.values_list("purpose", flat=True)) == ["photo", "photo_original"]
    keys = set(Attachment.objects.values_list("storage_key", flat=True))
    assert {str(path.relative_to(files)) for path in files.rglob("*") if path.is_file()} == keys


def test_a_picture_being_claimed_is_not_replaced() -> None:
    user = make_user()
    front = send(user, Purpose.ID_CARD_FRONT)
    thread = threading.Thread(target=lambda: (send(user, Purpose.ID_CARD_FRONT), connection.close()))
    with transaction.atomic():
        services.claim(person_key=user.person_key, ids=[front.pk], at=clock.now())
        thread.start()
        wait_for_a_lock()
    thread.join()
    assert Attachment.objects.filter(purpose=Purpose.ID_CARD_FRONT).count() == 2
    services.read(Attachment.objects.get(pk=front.pk))


def wait_for_a_lock() -> None:
    """Until another session waits for one of ours."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
