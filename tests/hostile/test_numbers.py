"""Document numbers through the form of the registration: kept in one spelling, or refused in words."""

import itertools
from collections import Counter

import pytest

from people.hostile.document_numbers import people, typed, verdict
from people.hostile.walking import walk

pytestmark = pytest.mark.django_db


def test_numbers_are_kept_or_refused() -> None:
    numbers = typed()
    count = Counter(number.kept is not None for number in numbers)
    assert len(numbers) >= 500 and count[True] >= 200 and count[False] >= 300
    faults = [f"{number.kind.name} {number.what}: {fault}" for number in numbers if (fault := verdict(number))]
    assert "\n".join(faults) == ""


def test_a_number_stands_everywhere_as_it_was_kept() -> None:
    """All types and spellings on the whole way: ``python -m prove.fields``."""
    lost = [place for person, raw in itertools.islice(people(), 4) for place in walk(person, document_number=raw)]
    assert lost == []
