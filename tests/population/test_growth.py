"""Nothing that people do every day reads a table about people whole, nor does the worker when nothing is to be done."""

import random

import psycopg
import pytest

from bench.population import homes
from bench.population.filling import job_of, make_templates
from bench.population.loading import write
from bench.population.personas import persona
from bench.population.templates import Kind
from bench.support.everyday import acts
from kuaiji.audit import seals
from kuaiji.house.databases import Server
from people.houses.scans import ABOUT_PEOPLE, whole_reads_in
from people.records.audit_writers import wait_until_over

PEOPLE = 1_500
# Beside them as many keys and answers as there are on a day of many drafts: of nobody, and never opened.
MORE = """
INSERT INTO keys_personkey (id, wrapping_key, wrapped, created_at)
SELECT md5('key' || n)::uuid, 'w', '', now() FROM generate_series(1, 20000) n;
INSERT INTO collection_stepanswers (id, draft_id, person_key_id, step, data, revision, saved_at)
SELECT md5('answers' || n)::uuid, md5('draft' || n / 5)::uuid, md5('key' || n)::uuid, 'step' || n % 5, '', 1, now()
FROM generate_series(1, 20000) n
"""


@pytest.mark.race
@pytest.mark.usefixtures("second_place")
def test_no_act_of_every_day_reads_a_table_about_people_whole(server: Server, cloned_database: str) -> None:
    state = homes.State("")
    make_templates(state, 4)
    address = server.admin_url.replace("/postgres?", f"/{cloned_database}?")
    with psycopg.connect(address, autocommit=True) as superuser:
        write(superuser, job_of(state, Kind.EVERYTHING, people=PEOPLE, address=address), range(PEOPLE))
        with superuser.transaction():
            superuser.execute("SET LOCAL session_replication_role = replica")
            for statement in MORE.split(";"):
                superuser.execute(statement)
        wait_until_over()
        seals.seal_waiting()
        superuser.execute("ANALYZE")
    found = {}
    for name, act in acts([persona(state.patterns, PEOPLE // 2)], random.Random(3)):
        with whole_reads_in() as read:
            act()
        if whole := {table: count for table, count in read.items() if table in ABOUT_PEOPLE}:
            found[name] = whole
    assert found == {}
