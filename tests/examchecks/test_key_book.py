"""A key that was taken back holds nowhere for long, whatever becomes of the database."""

import threading

import pytest
from django.db import connection, connections

from kuaiji.examchecks.services.clients import revoke_key
from kuaiji.examchecks.services.key_book import OLD_SECONDS, TOO_OLD_SECONDS, KeyBook, KeysUnknown
from people.records.exam_clients import Age, added, found, operation


@pytest.mark.django_db
def test_a_book_is_read_again_only_when_it_is_old() -> None:
    age = Age()
    book, made = KeyBook(age=age), added()
    assert found(made.keyid, book)
    revoke_key(operation=operation(), keyid=made.keyid)
    age.now = OLD_SECONDS - 0.01
    assert found(made.keyid, book)
    age.now = OLD_SECONDS
    assert not found(made.keyid, book)


@pytest.mark.race
def test_a_revoked_key_holds_in_no_process_for_more_than_a_second() -> None:
    """Two books on two connections, as two processes have; the second one is asked by a thread that cannot read."""
    age = Age()
    mine, made = KeyBook(age=age), added()
    assert found(made.keyid, mine)
    other: list[bool] = []

    def elsewhere() -> None:
        theirs = KeyBook(age=age)
        other.append(found(made.keyid, theirs))
        ready.set()
        revoked.wait(30)
        other.append(found(made.keyid, theirs))
        connections.close_all()

    ready, revoked = threading.Event(), threading.Event()
    thread = threading.Thread(target=elsewhere)
    thread.start()
    assert ready.wait(30)
    revoke_key(operation=operation(), keyid=made.keyid)
    age.now = TOO_OLD_SECONDS
    revoked.set()
    thread.join(30)
    assert (other, found(made.keyid, mine)) == ([True, False], False)


@pytest.mark.race
def test_keys_that_cannot_be_read_again_are_not_believed(cloned_database: str) -> None:
    age = Age()
    book, made = KeyBook(age=age), added()
    assert found(made.keyid, book)
    settings = connections.settings["default"]
    connections.close_all()
    settings["NAME"] = "kuaiji_gone"
    connection.settings_dict["NAME"] = "kuaiji_gone"
    try:
        age.now = OLD_SECONDS
        assert found(made.keyid, book)  # not old enough to be doubted
        age.now = TOO_OLD_SECONDS
        with pytest.raises(KeysUnknown):
            found(made.keyid, book)
    finally:
        settings["NAME"] = connection.settings_dict["NAME"] = cloned_database
    assert found(made.keyid, book)
