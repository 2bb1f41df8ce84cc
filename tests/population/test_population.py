"""People whom the benches make by COPY are people like any other: they open, sign in, change, and are found."""

import psycopg
import pytest
from django.db import connection

from bench.population import homes
from bench.population.filling import job_of, make_templates
from bench.population.loading import write
from bench.population.personas import EXAM_ONLY_FROM, PASSWORD, Persona, persona
from bench.population.templates import Kind
from kuaiji.accountants.models import ExamRow, Record
from kuaiji.accountants.services.versions import current_version
from kuaiji.audit import seals
from kuaiji.audit.proving.verification import verify
from kuaiji.common.pinyin import name_keys, sort_reading
from kuaiji.examchecks.services.lookups import Candidate, look_up
from kuaiji.house.databases import Server
from kuaiji.identity.models import Fingerprint, User
from kuaiji.identity.people.fingerprints import current_fingerprint, document_fingerprints, users_with_number
from kuaiji_wire.names import fold_name
from kuaiji_wire.people import Document
from people.client_visitor import ClientVisitor
from people.records.asked import asked, signed
from people.records.audit_writers import wait_until_over

# The first of them prepares database and templates, and may have to wait for processors.
pytestmark = [pytest.mark.race, pytest.mark.usefixtures("second_place"), pytest.mark.timeout(300)]

TEMPLATES = 8

LOOKED_UP, EVERYTHING, EXAM_ONLY = range(200), range(200, 232), range(EXAM_ONLY_FROM, EXAM_ONLY_FROM + 40)


@pytest.fixture
def populated(server: Server, cloned_database: str, tmp_path: object) -> list[Persona]:
    """Those of each kind, by their numbers."""
    state = homes.State("")
    make_templates(state, TEMPLATES)
    address = server.admin_url.replace("/postgres?", f"/{cloned_database}?")
    with psycopg.connect(address, autocommit=True) as superuser:
        for kind, span in (
            (Kind.LOOKED_UP, LOOKED_UP),
            (Kind.EVERYTHING, EVERYTHING),
            (Kind.EXAM_ONLY, EXAM_ONLY),
        ):
            write(superuser, job_of(state, kind, people=len(LOOKED_UP) + len(EVERYTHING), address=address), span)
    return [persona(state.patterns, at) for span in (LOOKED_UP, EVERYTHING, EXAM_ONLY) for at in span]


def exam_row_of(someone: Persona) -> ExamRow:
    document = Document(type="01", country="", number=someone.number)
    return ExamRow.objects.get(document_fingerprint=current_fingerprint(document_fingerprints(document)))


def test_everybody_opens_signs_in_changes_and_is_found(populated: list[Persona]) -> None:
    assert len({someone.number for someone in populated}) == len({someone.phone for someone in populated}) == 272
    there = populated[: len(LOOKED_UP) + len(EVERYTHING)]
    for someone in there:
        [user] = users_with_number(someone.number)
        assert (user.name, user.document_number, user.phone) == (someone.name, someone.number, someone.phone)
        row, place = user.record.list_row, user.record.division_code
        assert (row.name, row.reading, row.division_code) == (someone.name, sort_reading(someone.name), place)
        keys = user.record.name_keys.filter(division_code=place).values_list("key", "shared")
        assert sorted(keys) == name_keys(someone.name)
        record = Record.objects.get(user=user)
        content = current_version(record).content
        assert content["identity"] == user.person.flat()
        assert content["personal"]["email"] == record.personal.email
        assert str(record.personal.birth_date).replace("-", "") == someone.number[6:14]
        found = exam_row_of(someone)
        assert (found.record_id, found.version, found.name_folded) == (record.pk, 1, fold_name(someone.name))
        assert {row["obtained_on"] for row in found.qualifications} == {
            row.obtained_on and str(row.obtained_on) for row in record.qualifications.all()
        }
    looked_up = look_up(signed(), asked(), [_asked_about(someone) for someone in populated])
    assert {row.outcome for row in looked_up} == {"found"}
    for someone in populated[len(there) :]:
        assert exam_row_of(someone).name == someone.name and not users_with_number(someone.number)
    for someone in (*there[:3], there[-1]):
        _signs_in_and_changes(someone)


def _asked_about(someone: Persona) -> Candidate:
    document = Document(type="01", country="", number=someone.number)
    return Candidate(tuple(document_fingerprints(document).values()), fold_name(someone.name))


def _signs_in_and_changes(someone: Persona) -> None:
    visitor = ClientVisitor()
    visitor.open("/login/")
    visitor.send(document_number=someone.number, password=PASSWORD)
    assert visitor.path == "/me/"
    visitor.open("/changes/education/")
    visitor.send(full_time_school="岭南示例财经大学")
    record = Record.objects.get(user__in=users_with_number(someone.number))
    assert record.version == 2 and exam_row_of(someone).version == 2
    assert current_version(record).content["education"]["full_time_school"] == "岭南示例财经大学"


def test_what_is_written_breaks_no_rule_of_the_tables(populated: list[Persona], server: Server) -> None:
    """Foreign keys are not asked while people are written: here they are, and the audit rows by seals and witness."""
    with psycopg.connect(server.admin_url.replace("/postgres?", f"/{connection.settings_dict['NAME']}?")) as superuser:
        broken = [
            (name, count)
            for name, query in superuser.execute(ORPHANS).fetchall()
            if (count := (superuser.execute(query).fetchone() or [0])[0])
        ]
    # Only those of whom nothing but what the exam check finds is there have no user and no key.
    assert broken == [
        ("accountants_record", len(EXAM_ONLY)),
        ("accountants_record", len(EXAM_ONLY)),
        ("identity_fingerprint", Fingerprint.objects.exclude(user__in=User.objects.all()).count()),
    ]
    wait_until_over()
    seals.seal_waiting()
    assert verify().differences == []


# For each foreign key: its table, and a query that counts rows which point nowhere.
ORPHANS = """
SELECT c.conrelid::regclass::text,
  format('SELECT count(*) FROM %s c WHERE c.%I IS NOT NULL AND NOT EXISTS (SELECT 1 FROM %s p WHERE p.%I = c.%I)',
    c.conrelid::regclass, a.attname, c.confrelid::regclass, f.attname, a.attname)
FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = c.confkey[1]
WHERE c.contype = 'f' ORDER BY 1, 2
"""
