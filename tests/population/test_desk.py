"""What bench.desk opens is there: every page, beside cases that wait and cases that are closed."""

import random
from unittest import mock

import pytest

from bench.support.desk_pages import CLOSED, open_cases, pages
from kuaiji.cases.models import Case
from people.records.scope_oracle import move
from people.records.versioned_records import make_record


@pytest.mark.django_db
def test_every_page_of_the_desk_is_opened_beside_as_many_cases_as_asked() -> None:
    record, rng = make_record(seed=60), random.Random(1)
    place = move(record, "440103")
    assert [open_cases(30, rng), open_cases(30, rng), open_cases(20, rng)] == [30, 0, 0]
    assert (Case.objects.waiting().count(), Case.objects.count()) == (30, 30 * (1 + CLOSED))
    somebody = mock.Mock()
    somebody.name = record.user.name
    opened = pages(place, {place}, lambda: somebody, rng)
    for page in opened.values():
        page()
    assert len(opened) == 8
