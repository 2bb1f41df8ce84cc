"""Writing people into the database by COPY, in several processes.

Each part is one transaction without the checks of foreign keys, which only a superuser may leave out: what is written
fits by the way it is made. Audit rows are written with their triggers, as the witness must see them.
"""

import concurrent.futures
import dataclasses
import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import django
import psycopg
from psycopg import sql

from bench.population.moulds import Mould
from bench.population.personas import persona

AUDIT = "audit_"


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """After what people are made, and where they are written: the superuser's address of the database."""

    moulds: Sequence[Mould]
    address: str = dataclasses.field(repr=False)
    prefix: str  # of the numbers of records, such as GD-2026
    references: int  # the first free number


def load(job: Job, spans: Sequence[range], *, env: Mapping[str, str], processes: int) -> Iterator[int]:
    """Write the people of each span, and give their number, in order."""
    with concurrent.futures.ProcessPoolExecutor(
        processes, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(job, dict(env))
    ) as pool:
        yield from pool.map(_write, spans)


def write(connection: "psycopg.Connection[Any]", job: Job, span: range) -> None:
    """The people of ``span`` in one transaction, as a superuser. Where Django is set up."""
    from bench.population.cloning import rows_for

    patterns = [mould.pattern for mould in job.moulds]
    columns = {table.name: table.columns for mould in job.moulds for table in mould.tables}
    lines: dict[str, list[str]] = {name: [] for name in columns}
    for at in span:
        reference = "{}-{:04}-{:04}".format(job.prefix, *divmod(job.references + at, 10_000))
        for name, texts in rows_for(job.moulds[at % len(patterns)], persona(patterns, at), reference).items():
            lines[name] += texts
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        for name, texts in lines.items():
            role = sql.SQL("origin" if name.startswith(AUDIT) else "replica")
            cursor.execute(sql.SQL("SET LOCAL session_replication_role = {}").format(role))
            listed = sql.SQL(", ").join(map(sql.Identifier, columns[name]))
            with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), listed)) as copy:
                copy.write("".join(texts))


_job: Job | None = None


def _begin(job: Job, env: dict[str, str]) -> None:
    global _job
    os.environ |= env
    django.setup()
    _job = job


def _write(span: range) -> int:
    assert _job is not None
    with psycopg.connect(_job.address, autocommit=True) as connection:
        write(connection, _job, span)
    return len(span)
