"""Document numbers through the form of the registration: kept in one spelling, or refused in words."""

import itertools
from collections import Counter

import pytest

from kuaiji.common.documents import DocumentType
from kuaiji.identity.forms import DetailsForm
from tests.hostile.document_numbers import Typed, people, typed
from tests.hostile.doors.strangers import DETAILS
from tests.hostile.walking import walk

pytestmark = pytest.mark.django_db


def verdict(number: Typed) -> str:
    """What is wrong with what the form makes of it, nothing when all is well."""
    country = "USA" if number.kind == DocumentType.FOREIGN_PASSPORT else ""
    data = DETAILS | {"document_type": number.kind, "document_country": country, "document_number": number.text}
    form = DetailsForm(data, sending=True, proven_phone="")
    if form.is_valid():
        found = form.details().document_number
        return "" if found == number.kept else f"kept another, refused {number.kept is None}"
    words = str(*form.errors["document_number"])
    about = set(form.errors) == {"document_number"} and 4 < len(words) <= 40
    return "" if number.kept is None and about else f"{dict(form.errors)}"


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
