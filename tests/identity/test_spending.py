"""The proofs of budgets and lockouts, made small; `python -m prove.budgets` and `prove.lockouts` ask thousands."""

from typing import Any

import pytest

from prove.support import besieged, spending

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("minutes", [60, 0])
def test_everybody_behind_one_address_gets_through(minutes: int) -> None:
    found, wrong = spending.behind_one_address(60, minutes=minutes)
    assert wrong == [] and found["served"] == 60
    assert bool(found["told_to_come_back"]) is (minutes == 0)


def test_a_program_from_everywhere_gets_what_newcomers_have_and_the_known_get_theirs(settings: Any) -> None:
    settings.LIMITS = "code_new_networks=3600:20,86400:50"
    found, wrong = spending.program_from_everywhere(400, 300, 20, pause=spending.HOUR)
    assert wrong == [] and found["messages_to_the_program"] <= 50
    assert found["known"] == {"asked": 20, "served": 20} and found["bound"]["served"] == found["bound"]["asked"] == 10
    newcomers = found["newcomers"]
    assert newcomers["told_to_come_back"] == newcomers["asked"] - newcomers["served"] > 0


def test_attacked_numbers_and_phones_let_their_owners_in(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    end, answers = besieged.attacked_owner(1)
    assert end == "in" and answers["limit_code_to_phone"] and answers["sign_in_refused"] == 5
    assert besieged.attacked_newcomer(besieged.NEWCOMERS)[0] == "in"
