"""Nationality against the document: what is asked of foreigners, and what is not offered to them (R3.1)."""

import datetime as dt
import itertools

import pytest
from django.http import QueryDict

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.sections.facts import facts_of
from kuaiji.accountants.sections.registry import BY_SLUG, SectionPage
from kuaiji.applications.forms import CountryCorrectionForm
from kuaiji.identity.models import User
from people.records.users import make_user

pytestmark = pytest.mark.django_db
SEEDS = itertools.count(1)
TODAY = dt.date(2026, 11, 21)
# type and number of documents that do not tell the nationality
FOREIGN = [("02", "HA1234567"), ("02", "MA1234567"), ("08", "932682198501010017"), ("08", "XXA110000000000")]


def holder(kind: str, number: str) -> User:
    user = make_user(seed=next(SEEDS))
    user.document_type, user.document_number = kind, number
    return user


def personal(user: User, **typed: str) -> SectionPage:
    data = QueryDict(mutable=True)
    data.update(typed)
    facts = facts_of(user, None, TODAY)
    return SectionPage(BY_SLUG[SectionSlug.PERSONAL], facts=facts, data=data if typed else None)


@pytest.mark.parametrize(("kind", "number"), FOREIGN)
def test_a_foreigner_is_asked_for_a_nationality_that_is_not_of_china(kind: str, number: str) -> None:
    form = personal(holder(kind, number)).form
    assert "country" in form.fields and "ethnic_group" not in form.fields and "political_status" not in form.fields
    offered = {code for code, _ in form.fields["country"].choices}  # type: ignore[attr-defined]
    assert {"USA", "PRT", "IND"} <= offered and not {"CHN", "HKG", "MAC", "TWN"} & offered
    accepted = personal(holder(kind, number), country="PRT")
    accepted.is_valid()
    assert "country" not in accepted.form.errors


@pytest.mark.parametrize(("kind", "number"), FOREIGN)
@pytest.mark.parametrize("country", ["CHN", "HKG", "MAC", "TWN"])
def test_a_nationality_of_china_is_led_to_the_right_type(kind: str, number: str, country: str) -> None:
    page = personal(holder(kind, number), country=country)
    assert not page.is_valid()
    (words,) = page.form.errors["country"]
    assert "请改选" in words
    facts = facts_of(holder(kind, number), None, TODAY)
    correction = CountryCorrectionForm({"country": country, "reason": "填错"}, facts=facts)
    assert "请改选" in correction.errors["country"][0]


def test_others_are_of_any_nationality_that_the_document_does_not_tell() -> None:
    form = personal(holder("99", "A1234567"), country="CHN").form
    assert "country" not in form.errors and "ethnic_group" in form.fields
    assert "country" not in personal(holder("02", "H12345678")).form.fields
