"""Is what one process has saved in the next answer of another? Two processes that save and ask in turn."""

import multiprocessing
import random
import uuid
from multiprocessing.connection import Connection
from typing import Any

from django.db import connections

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.services.changing import change_section
from kuaiji.accountants.services.versions import current_version
from kuaiji.examchecks.services.lookups import look_up
from people.factories import RecordFactory
from people.persons import make_person
from people.records.asked import asked, candidate, signed
from people.records.other_process import serve
from people.records.versioned_records import by_owner

SAVE, ASK = "save", "ask"
Seen = tuple[int, str]  # version, and the last day of the schooling


def stale_answers(pairs: int, *, people: int, seed: int = 1) -> int:
    """How many of ``pairs``, each a save that is over and the question after it, were answered by what was before.

    By chance one process saves and the other asks, or the other way round. People are made in the current database.
    """
    rng = random.Random(seed)
    made = [RecordFactory.create(person=make_person(random.Random(n), status="1")).pk for n in range(people)]
    connections.close_all()
    here, there = multiprocessing.Pipe()
    # Not forked: this process has threads, whose locks a copy would wait for for ever.
    database = connections["default"].settings_dict["NAME"]
    other = multiprocessing.get_context("spawn").Process(target=serve, args=(there, database), daemon=True)
    other.start()
    stale = 0
    for number in range(pairs):
        record_id, words = rng.choice(made), f"school {number}"
        acts = [(_elsewhere, here), (_here, here)]
        rng.shuffle(acts)
        (saves, to_save), (asks, to_ask) = acts
        saved, answered = saves(to_save, SAVE, record_id, words), asks(to_ask, ASK, record_id, words)
        stale += saved != answered
    here.send(None)
    other.join()
    return stale


def _elsewhere(pipe: "Connection[Any, Any]", what: str, record_id: uuid.UUID, words: str) -> Any:
    pipe.send((what, record_id, words))
    return pipe.recv()


def _here(pipe: object, what: str, record_id: uuid.UUID, words: str) -> Any:
    return do(what, record_id, words)


def do(what: str, record_id: uuid.UUID, words: str) -> Seen:
    """Save, or ask; what the record then is."""
    record = Record.objects.select_related("user__person_key", "person_key").get(pk=record_id)
    return _save(record, words) if what == SAVE else _ask(record)


def _save(record: Record, words: str) -> Seen:
    """The schooling ended in another year: the answer shows it."""
    version = current_version(record)
    day = f"{1990 + int(words.split()[1]) % 28}-06-30"
    answers = version.content["education"] | {"full_time_graduated_on": day, "full_time_school": words}
    changed = change_section(
        operation=by_owner(record),
        record_id=record.pk,
        slug=SectionSlug.EDUCATION,
        answers=answers,
        based_on=version.number,
    )
    assert changed.version
    return changed.version.number, day


def _ask(record: Record) -> Seen:
    [row] = look_up(signed(), asked(), [candidate(record.user)])
    assert row.education and row.version
    return row.version, row.education["full_time"]["graduated_on"]
