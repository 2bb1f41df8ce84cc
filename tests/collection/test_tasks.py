"""Drafts that are left alone go, with their pictures; those that live keep theirs, however old."""

import datetime as dt
import random

import pytest
import time_machine

from kuaiji.accountants.enums import SectionSlug
from kuaiji.attachments.models import Attachment
from kuaiji.collection.models import Draft, StepAnswers
from kuaiji.collection.services.drafting import save_step
from kuaiji.collection.tasks import sweep_drafts
from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.identity.models import User
from people.persons import make_person
from people.records.drafts import fill_in, operation, submit
from people.records.users import make_user


@pytest.mark.race
def test_drafts_are_swept_with_their_pictures() -> None:
    people = [make_person(random.Random(seed), status="1") for seed in range(3)]
    left, living, done = (make_user(person) for person in people)
    for user, person in zip((left, living, done), people, strict=True):
        fill_in(user, person)
    submit(done)
    nearly = clock.now() + dt.timedelta(days=profile().draft_days - 1)
    with time_machine.travel(nearly):
        answers = {"awards": [{"name": "x", "level": "1", "year": None, "giver": ""}]}
        save_step(operation=operation(living), user=living, slug=SectionSlug.AWARDS, answers=answers, revision=None)
        sweep_drafts(timestamp=0)
        assert Draft.objects.count() == 3
    with time_machine.travel(nearly + dt.timedelta(days=2)):
        sweep_drafts(timestamp=0)
    assert set(Draft.objects.values_list("user", flat=True)) == {living.pk, done.pk}
    assert not StepAnswers.objects.filter(draft__user=left).exists()
    owners = set(Attachment.objects.values_list("person_key", flat=True))
    assert owners == {living.person_key_id, done.person_key_id}
    assert User.objects.count() == 3
