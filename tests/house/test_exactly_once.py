"""Submissions while processes are killed: each is there once, whole, under the number that was shown (R-1, R-2).

``python -m prove.exactly_once`` does the same at length, with a negative control.
"""

import concurrent.futures
import random
from urllib.parse import urlsplit

import pytest

from kuaiji.accountants.models import ExamRow
from kuaiji.collection.models import Draft, StepAnswers
from people.houses.killing import WEB_PROCESS, kill, kill_database, victims
from people.houses.own_house import own_house, run_inside
from people.houses.processes import wait_for
from people.persons import make_person
from people.records.drafts import fill_in
from people.records.drafts import submit as submit_draft
from people.records.submission_counts import count_submissions
from people.records.users import make_user
from people.repeated_submits import Browser, submit

PEOPLE, CLIENTS = 12, 4


@pytest.mark.timeout(300)
def test_nothing_is_lost_doubled_or_halved_when_the_site_and_the_database_are_killed() -> None:
    with own_house() as house:
        port = urlsplit(house.platform).port or 0
        people = run_inside(house, "people.records.prepared_people:fill", count=PEOPLE, seed="suite")
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            going = [pool.submit(submit, Browser(port, **person)) for person in people]
            wait_for(lambda: sum(each.done() for each in going) >= 2)
            kill(*victims(house.process.pid)[WEB_PROCESS])
            wait_for(lambda: sum(each.done() for each in going) >= 7)
            kill_database(house.process.pid)
        done = [each.result() for each in going]
        books = run_inside(
            house, "people.records.submission_counts:count_submissions", users=[each.user for each in done]
        )
    assert {each.answer.location for each in done} == {"/collection/done/"}
    numbers = {each.user: each.number for each in done}
    assert books == {user: {"number": number, "too_little": [], "too_much": []} for user, number in numbers.items()}
    assert len(set(numbers.values())) == PEOPLE


@pytest.mark.django_db
def test_the_books_tell_too_little_and_too_much_from_what_is_right() -> None:
    whole, untouched, lacking, twice = people = [make_user(seed=seed, status="1") for seed in range(4)]
    for seed, user in enumerate(people):
        fill_in(user, make_person(random.Random(seed), status="1"))
        if user is not untouched:
            submit_draft(user)
    ExamRow.objects.filter(record__user=lacking).delete()
    StepAnswers.objects.filter(draft__user=untouched, step="awards").update(draft=Draft.objects.get(user=twice))
    books = count_submissions(users=[str(user.pk) for user in people])
    found = {user: (book["too_little"], book["too_much"]) for user, book in books.items()}
    assert found == {
        str(whole.pk): ([], []),
        str(untouched.pk): (["saved step"], []),
        str(lacking.pk): (["ExamRow"], []),
        str(twice.pk): ([], ["saved step"]),
    }
