"""Questions of the exam system as they reach the database: signed, parsed, and with the numbers made fingerprints."""

import datetime as dt
import itertools
import os
import random

from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.examchecks.services.lookups import Asked, Candidate, Signed
from kuaiji.exams.services.rulebook import rulebook
from kuaiji.identity.models import User
from kuaiji.identity.people.fingerprints import document_fingerprints
from kuaiji_wire.names import fold_name
from people.persons import make_person

CLIENT = uuid7()
_strangers = itertools.count()


def signed(*, key_id: str = "exam-1", nonce: str = "", at: dt.datetime | None = None) -> Signed:
    """By the one client there is, with a nonce of its own unless one is given."""
    moment = at or clock.now()
    return Signed(
        CLIENT, key_id, nonce or os.urandom(12).hex(), int(moment.timestamp()), os.urandom(32), os.urandom(32)
    )


def asked(*, level: str = "2", year: int = 2027, division: str = "") -> Asked:
    """About an exam, now, to be judged by the rules that count."""
    return Asked(level, year, division, rulebook().ruleset.name, clock.now())


def candidate(user: User, *, name: str = "", reference: str = "") -> Candidate:
    """Somebody who is known here, by their own name or another."""
    prints = tuple(document_fingerprints(user.document).values())
    return Candidate(prints, fold_name(name or user.name), reference)


def stranger(*, reference: str = "") -> Candidate:
    """Somebody whom nobody knows here; another one each time."""
    person = make_person(random.Random(f"stranger {next(_strangers)}"), status="1")
    return Candidate(tuple(document_fingerprints(person.document).values()), fold_name(person.name), reference)
