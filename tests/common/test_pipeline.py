"""Statements sent without waiting for one another."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from kuaiji.common.ids import uuid7
from kuaiji.common.pipeline import pipelined
from kuaiji.keys.models import PersonKey


def key(number: uuid.UUID | None = None) -> PersonKey:
    return PersonKey(id=number or uuid7(), wrapping_key="w", wrapped=b"-")


def send(*rows: PersonKey) -> None:
    with transaction.atomic(), pipelined():
        for row in rows:
            PersonKey.objects.bulk_create([row])


@pytest.mark.django_db
def test_what_is_sent_is_written() -> None:
    first, second = key(), key()
    send(first, second)
    assert set(PersonKey.objects.filter(pk__in=[first.pk, second.pk])) == {first, second}


@pytest.mark.django_db
def test_a_reader_sees_what_was_sent_before() -> None:
    sent = key()
    with transaction.atomic(), pipelined():
        PersonKey.objects.bulk_create([sent])
        assert PersonKey.objects.get(pk=sent.pk) == sent


@pytest.mark.django_db
def test_a_refusal_of_the_database_comes_at_the_latest_at_the_end_and_undoes_everything() -> None:
    before, twice = key(), uuid7()
    with pytest.raises(IntegrityError):
        send(before, key(twice), key(twice))
    assert not PersonKey.objects.filter(pk__in=[before.pk, twice]).exists()


@pytest.mark.race
def test_outside_a_transaction_nothing_is_sent() -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"), pipelined():
        pass
