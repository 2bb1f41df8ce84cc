"""What is typed before it is sent: every form lives as long, and one job forgets them all."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.apps import apps
from procrastinate.contrib.django import app

from kuaiji.identity.models import Unfinished
from kuaiji.identity.unfinished.services import LIFETIME, find_unfinished, keep_answers, start_unfinished
from people.factories.users import UserFactory
from tests.support.moments import BEGIN

pytestmark = pytest.mark.django_db
FORMS = [model for model in apps.get_models() if issubclass(model, Unfinished)]
SECOND = dt.timedelta(seconds=1)


def begin(model: type[Unfinished]) -> Unfinished:
    """A form of this kind, of whomever it has to belong to."""
    owner = next((field for field in model._meta.fields if field.name == "user" and not field.null), None)
    return start_unfinished(model, **{"user": UserFactory.create()} if owner else {})


def found(form: Unfinished) -> Unfinished | None:
    return find_unfinished(type(form)._default_manager.all(), form.pk)


def test_the_forms_are_known() -> None:
    known = {"Registration", "Recovery", "PhoneChange", "PhoneLostDraft", "ClaimDraft"}
    assert {model.__name__ for model in FORMS} == known


@pytest.mark.parametrize("model", FORMS, ids=lambda model: model.__name__)
def test_what_is_typed_begins_the_time_anew(model: type[Unfinished]) -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        form = begin(model)
        assert found(form) == form and find_unfinished(model._default_manager.all(), uuid.uuid4()) is None
        traveller.shift(LIFETIME - SECOND)
        keep_answers(form, one="1")
        keep_answers(form, two="2")
        traveller.shift(LIFETIME - SECOND)
        again = found(form)
        assert again and again.answers == {"one": "1", "two": "2"}
        traveller.shift(SECOND)
        assert found(form) is None


@pytest.mark.parametrize("job", ["kuaiji.identity.tasks.sweep", "requests.sweep", "transfers.sweep"])
def test_one_job_forgets_them_all_and_what_was_queued_before_is_done(job: str) -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        old = [begin(model) for model in FORMS]
        traveller.shift(LIFETIME)
        new = [begin(model) for model in FORMS]
        app.tasks[job](timestamp=0)
    left = {form.pk for model in FORMS for form in model._default_manager.all()}
    assert left == {form.pk for form in new} and not left & {form.pk for form in old}
