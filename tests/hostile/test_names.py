"""Names that systems lose stand everywhere as they were kept. Over 200 on the whole way: ``python -m prove.fields``."""

import pytest

from kuaiji.identity.models import User
from kuaiji.identity.registration.forms import DetailsForm
from people.hostile.doors.strangers import DETAILS
from people.hostile.names import REFUSED, names
from people.hostile.walking import walk_name
from people.records.users import make_user

pytestmark = pytest.mark.django_db
NAMES = names()
WALKED = ("compatibility-4.1-last", "variant-e0101", "J-fifty", "tibetan-2022", "latin-decomposed", "apostrophes")


def typed(name: str) -> DetailsForm:
    return DetailsForm(DETAILS | {"name": name}, sending=True, proven_phone="")


def test_every_name_is_kept_by_form_and_database_and_found() -> None:
    assert len(NAMES) >= 200
    user, lost = make_user(), []
    for what, (raw, kept) in NAMES.items():
        form = typed(raw)
        if not form.is_valid() or form.details().person.name != kept or not typed(kept).is_valid():
            lost.append(f"{what}: {dict(form.errors)}")
        User.objects.filter(pk=user.pk).update(name=kept)
        if not User.objects.filter(name=kept, pk=user.pk).exists():
            lost.append(f"{what}: not found")
    assert lost == []


@pytest.mark.parametrize("what", WALKED)
def test_a_name_stands_everywhere_as_it_was_kept(what: str) -> None:
    assert walk_name(*NAMES[what]) == []


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_name_is_refused_in_words(what: str) -> None:
    form = typed(REFUSED[what])
    assert not form.is_valid() and set(form.errors) == {"name"}
    assert str(form.errors["name"][0]).startswith("姓名")
