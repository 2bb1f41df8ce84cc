"""Sealed columns: plain to code, ciphertext to the database, and no way around the key."""

import os

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection, transaction
from django.utils import timezone

from kuaiji.common.keyring import SUITES, SealBroken
from kuaiji.identity.models import User
from kuaiji.keys.models import KeyDestroyed, PersonKey
from people.records.users import make_user

pytestmark = pytest.mark.django_db


def column(user: User, name: str) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM identity_user WHERE id = %s", [user.pk])
        return bytes(cursor.fetchone()[0])


def test_the_database_sees_ciphertext_and_the_code_the_value() -> None:
    user = make_user(seed=1)
    number = user.document_number
    assert number.encode() not in column(user, "document_number")
    assert User.objects.get(pk=user.pk).document_number == number


def test_the_run_seals_with_the_suite_it_was_asked_for() -> None:
    assert SUITES[column(make_user(seed=1), "phone")[1]] == os.environ.get("TEST_SUITE", "sm")


def test_reading_does_not_rewrite_and_assigning_does() -> None:
    user = make_user(seed=2)
    again = User.objects.get(pk=user.pk)
    before = column(user, "phone")
    again.name = "改名"
    again.save()
    assert column(user, "phone") == before
    again.phone = "13800000001"
    again.save(update_fields=["phone"])
    assert column(user, "phone") != before
    assert User.objects.get(pk=user.pk).phone == "13800000001"


def test_a_deferred_column_is_fetched_and_opened() -> None:
    user = make_user(seed=3)
    assert User.objects.defer("phone").get(pk=user.pk).phone == user.phone


def test_no_way_around_the_key() -> None:
    user = make_user(seed=4)
    # Given as a dictionary, since the type checker refuses these lookups by itself.
    exact, contains = {"phone": "13800000000"}, {"phone__contains": "138"}
    with pytest.raises(FieldError):
        User.objects.filter(**exact)
    with pytest.raises(FieldError):
        User.objects.exclude(**contains).exists()
    with pytest.raises(FieldError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(phone="13800000000")
    user.phone = "13800000000"
    with pytest.raises(FieldError), transaction.atomic():
        User.objects.bulk_update([user], ["phone"])
    with pytest.raises(FieldError):
        serializers.serialize("json", [user])
    assert User.objects.filter(phone__isnull=False).exists()


def test_a_ciphertext_moved_to_another_row_or_column_does_not_open() -> None:
    one, two = make_user(seed=5), make_user(seed=6)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE identity_user SET phone = %s WHERE id = %s", [column(one, "phone"), two.pk])
        cursor.execute("UPDATE identity_user SET phone = document_number WHERE id = %s", [one.pk])
    for user in (one, two):
        with pytest.raises(SealBroken):
            _ = User.objects.get(pk=user.pk).phone


def test_a_destroyed_key_opens_nothing_and_the_database_demands_the_pair() -> None:
    user = make_user(seed=7)
    with pytest.raises(Exception, match="person_key_wrapped_until_destroyed"), transaction.atomic():
        PersonKey.objects.filter(pk=user.person_key_id).update(wrapped=None)
    PersonKey.objects.filter(pk=user.person_key_id).update(wrapped=None, destroyed_at=timezone.now())
    with pytest.raises(KeyDestroyed):
        _ = User.objects.get(pk=user.pk).phone
