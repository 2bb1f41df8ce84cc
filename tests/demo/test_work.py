"""What waits at the desk of a demonstration: made once, by members, and none of it the exam check's business."""

import io
from typing import Any

import pytest
from django.core.management import call_command

from kuaiji.applications.enums import ApplicationState
from kuaiji.applications.models import Application
from kuaiji.applications.services.deciding import needs_two
from kuaiji.cases.models import Case, Decision
from kuaiji.cases.services.filling import fill_cases
from kuaiji.common import clock
from kuaiji.demo.management.commands import demo_staff, demo_work
from kuaiji.demo.rules import KNOWN, PLACES, WAITING, number_of, phone_of
from kuaiji.identity.models import User
from kuaiji.staff.models import Member
from kuaiji.transfers.models import TransferIn


def make() -> str:
    for command in (demo_staff.Command(), demo_work.Command()):
        call_command(command, stdout=(said := io.StringIO()))
    return said.getvalue()


@pytest.mark.django_db
def test_a_clerk_finds_work_of_every_kind_and_it_is_made_once(settings: Any, tmp_path: Any) -> None:
    settings.DEMO, settings.HOME = True, tmp_path
    assert make() == "8 cases opened\n"
    waiting = Case.objects.filter(closed_at=None)
    assert sorted(waiting.values_list("kind", "stage", "division_code")) == [
        ("correction", 1, "440103"),
        ("correction", 2, "440103"),
        ("phone_lost", 1, ""),
        ("phone_lost", 1, "440103"),
        ("phone_lost", 1, "440103"),
        ("transfer_in", 1, "440103"),
    ]
    assert [each.due_on < clock.today() for each in waiting.filter(kind="phone_lost")].count(True) == 1
    lost = Application.objects.filter(kind="phone_lost", state=ApplicationState.SUBMITTED, user__isnull=False)
    assert sorted(map(needs_two, lost)) == [False, True]
    assert TransferIn.objects.get().front and fill_cases() == 0
    decided = Decision.objects.exclude(carried_out_at=None)
    assert sorted(decided.values_list("verdict", "maker__username", "second__username")) == [
        ("approve", "jingban", "fuhe"),
        ("return", "jingban", None),
    ]
    assert Decision.objects.filter(carried_out_at=None).get().maker == Member.objects.get(username="jingban")
    people = User.objects.count()
    assert make() == "0 cases opened\n" and User.objects.count() == people


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_nobody_of_it_is_asked_about_for_an_exam_and_numbers_are_nobodys(place: Any) -> None:
    numbers = [number_of(each, one) for each in PLACES.values() for one in KNOWN]
    mine = [number_of(place, one, corrected=corrected) for one in WAITING.values() for corrected in (False, True)]
    assert len({*mine}) == len(mine) and not {*mine} & {*numbers}
    phones = [phone_of(place, one, another=another) for one in WAITING.values() for another in range(3)]
    assert len({*phones}) == len(phones)
