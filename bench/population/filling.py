"""From an empty database to one with many people. Imports models: only where Django is set up."""

import random
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg

from bench.population import homes
from bench.population.cloning import mould_of
from bench.population.loading import Job, load
from bench.population.moulds import Mould
from bench.population.personas import EXAM_ONLY_FROM
from bench.population.spans import parts
from bench.population.templates import Kind, make_people, template_of
from kuaiji.identity.models import User

TEMPLATES = 32


def make_templates(state: homes.State, count: int = TEMPLATES) -> None:
    """Once for each home."""
    if not state.templates:
        users = make_people(random.Random(1), count)
        state.templates = [str(user.pk) for user in users]
        state.patterns = [mould.pattern for mould in moulds_of(state, Kind.EXAM_ONLY)]


def moulds_of(state: homes.State, kind: Kind) -> list[Mould]:
    """After which all others are made."""
    found = User.objects.select_related("person_key", "record__personal").in_bulk(state.templates, field_name="pk")
    users = {str(pk): user for pk, user in found.items()}
    return [mould_of(template_of(users[text], kind), place) for place, text in enumerate(state.templates)]


def job_of(state: homes.State, kind: Kind, *, people: int, address: str) -> Job:
    """How to write people of that kind, up to ``people``: numbers of records are kept free for them.

    As a superuser, whose address it is: the application may not set a sequence.
    """
    prefix = User.objects.get(pk=state.templates[0]).record.reference_number.rsplit("-", 2)[0]
    first = len(state.templates) + 1
    with psycopg.connect(address, autocommit=True) as superuser:
        superuser.execute(
            "SELECT setval('accountants_reference_number', greatest(last_value, %s)) FROM accountants_reference_number",
            [first + people],
        )
    return Job(moulds_of(state, kind), address, prefix, first)


def fill(home: Path, kind: Kind, *, people: int, address: str, env: Mapping[str, str], processes: int) -> Iterator[int]:
    """Write people until there are ``people``; gives how many there are after each part. Broken off it goes on."""
    state = homes.read_state(home)
    make_templates(state)
    homes.keep_state(home, state)
    counted = "exam_rows" if kind == Kind.EXAM_ONLY else "people"
    base = EXAM_ONLY_FROM if kind == Kind.EXAM_ONLY else 0
    spans = parts(base + getattr(state, counted), base + people)
    job = job_of(state, kind, people=people, address=address)
    for written in load(job, spans, env=env, processes=processes):
        setattr(state, counted, getattr(state, counted) + written)
        homes.keep_state(home, state)
        yield getattr(state, counted)


def settle(address: str) -> None:
    """As after a night: statistics made, pages marked, everything on the disk."""
    with psycopg.connect(address, autocommit=True) as superuser:
        superuser.execute("VACUUM (ANALYZE)")
        superuser.execute("CHECKPOINT")
