"""Many at the same moment, on connections of their own."""

import pytest

from kuaiji.examchecks.enums import Outcome
from kuaiji.examchecks.models import ExamCheck
from kuaiji.examchecks.services.lookups import Replayed, look_up
from people.factories import UserFactory
from people.records.asked import asked, candidate, signed
from tests.support.together import together

pytestmark = pytest.mark.race


def test_of_many_at_once_with_one_nonce_one_is_answered() -> None:
    user, who = UserFactory.create(), signed()

    def once() -> str:
        try:
            return look_up(who, asked(), [candidate(user)])[0].outcome
        except Replayed:
            return "replayed"

    assert sorted(map(str, together([once] * 8))) == [Outcome.FOUND, *["replayed"] * 7]
    assert ExamCheck.objects.count() == 1
