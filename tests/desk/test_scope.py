"""Who finds whom: against a small oracle, with filters taken away on purpose, and as a record moves (R9.1)."""

import random

import pytest

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import ListRow, Record
from kuaiji.accountants.services.changing import change_section
from kuaiji.staff.enums import Role
from people.records.scope_oracle import differences, without_filters
from people.records.versioned_records import by_owner, make_record, standing
from tests.support.members import make_member, signed_in

pytestmark = pytest.mark.django_db
ROUNDS = 60


@pytest.fixture
def records() -> list[Record]:
    return [make_record(seed=seed) for seed in range(60, 68)]


def test_everybody_finds_what_the_oracle_says_and_nothing_else(records: list[Record]) -> None:
    found = list(differences(random.Random(1), records, rounds=ROUNDS))
    assert len(found) == ROUNDS and set(found) == {None}


@pytest.mark.parametrize("what", ["records", "rows", "scope"])
def test_a_filter_removed_on_purpose_is_found(what: str, records: list[Record]) -> None:
    with without_filters(what) as pages:
        found = [one for one in differences(random.Random(2), records, rounds=ROUNDS) if one]
    assert pages <= {one.action for one in found} and all(one.too_many for one in found)


def test_a_record_takes_those_who_see_it_along_when_it_moves() -> None:
    record = make_record(seed=61)
    here, there = record.division_code, next(code for code in ("440103", "440104") if code != record.division_code)
    old, new = (signed_in(make_member(Role.CLERK, bureau=code)) for code in (here, there))
    address = f"/staff/people/{record.reference_number}/call/"
    assert (old.get(address).status_code, new.get(address).status_code) == (200, 404)
    answers = standing(record, SectionSlug.EMPLOYMENT) | {"division_code": there}
    change_section(
        operation=by_owner(record), record_id=record.pk, slug=SectionSlug.EMPLOYMENT, answers=answers, based_on=1
    )
    assert (old.get(address).status_code, new.get(address).status_code) == (404, 200)
    assert record.reference_number.encode() in new.get("/staff/people/").content
    assert record.reference_number.encode() not in old.get("/staff/people/").content


@pytest.mark.parametrize("how", ["query", "body"])
def test_ids_in_the_request_change_nothing(how: str, records: list[Record]) -> None:
    """A region, a bureau or a member named by whoever asks widens nothing (as in CVE-2026-37669)."""
    ListRow.objects.update(division_code="440104")
    clerk = signed_in(make_member(Role.CLERK, bureau="440103"))
    tried = {"division": "440104", "bureau": "1", "scope": "440000", "dept_id": "100", "member": "1", "sees": "440104"}
    if how == "query":
        answers = [clerk.get("/staff/people/", {name: value}) for name, value in tried.items()]
        answers.append(clerk.get("/staff/people/", tried | {"q": records[0].user.name}))
    else:
        answers = [clerk.post("/staff/people/", {"q": records[0].user.name, name: tried[name]}) for name in tried]
        answers = [clerk.get(one.headers["Location"]) if one.status_code == 303 else one for one in answers]
    assert {one.status_code for one in answers} <= {200, 303, 422}
    for answer in answers:
        assert not any(record.reference_number.encode() in answer.content for record in records)
