"""A question whose SQL is made once is still asked about whom it is asked."""

import uuid

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from kuaiji.common.questions import Question
from kuaiji.identity.models import User
from people.factories.users import UserFactory

pytestmark = pytest.mark.django_db


def names() -> Question[tuple[str, bool]]:
    return Question(
        lambda name, active: (name, active),
        lambda user_id: User.objects.filter(pk=user_id).values_list(F("name"), F("is_active")),
    )


def test_each_is_told_of_with_one_statement_that_is_made_once() -> None:
    users, question = UserFactory.create_batch(3), names()
    with CaptureQueriesContext(connection) as asked:
        assert [question.about(user.pk) for user in users] == [(user.name, True) for user in users]
    assert len(asked) == 3
    User.objects.filter(pk=users[0].pk).update(is_active=False)
    assert question.about(users[0].pk)[1] is False


def test_nobody_is_no_answer() -> None:
    with pytest.raises(LookupError):
        names().about(uuid.uuid4())
