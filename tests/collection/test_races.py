"""Many presses of one button, with real connections."""

import random
import threading

import pytest
from django.db import connection

from kuaiji.accountants.models import Record, RecordVersion
from kuaiji.exchange.models import OutboxMessage
from kuaiji.identity.models import User
from tests.support.drafts import fill_in, submit
from tests.support.journeys import make_person
from tests.support.people import make_user


@pytest.mark.race
def test_many_presses_make_one_record() -> None:
    person = make_person(random.Random(11), status="4")
    user = make_user(person)
    fill_in(user, person)
    numbers: list[str] = []

    def press() -> None:
        try:
            numbers.append(submit(User.objects.select_related("person_key").get(pk=user.pk)).reference_number)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 8 and len(set(numbers)) == 1
    assert Record.objects.count() == RecordVersion.objects.count() == OutboxMessage.objects.count() == 1
