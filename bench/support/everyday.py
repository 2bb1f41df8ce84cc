"""What people and the worker do every day, one act at a time inside this process: to see what grows with the people.

Imports models: only where Django is set up.
"""

import inspect
import random
from collections.abc import Callable, Iterator, Sequence

from django.test import Client
from procrastinate.contrib.django import app

from bench.population.personas import PASSWORD, Persona
from bench.support.citizens import CSRF, registered, signed_in
from kuaiji.exchange.fetching import process_next
from kuaiji.exchange.sending import send_waiting
from kuaiji.identity.models import User
from kuaiji.identity.people.fingerprints import users_with_number
from people.client_visitor import ClientVisitor

OPEN_PAGES = ("/", "/login/", "/directory/", "/register/", "/sitemap/")
OWN_PAGES = (
    *("/me/", "/me/history/", "/me/data/", "/me/data.json", "/me/messages/", "/me/security/", "/changes/"),
    *("/changes/education/", "/changes/employment/", "/changes/name/", "/me/archive/", "/me/exam/", "/transfers/"),
)
REVIEW, DONE = "/collection/review/", "/collection/done/"
HOST = {"Host": "127.0.0.1"}

Act = Callable[[], None]


def acts(people: Sequence[Persona], rng: random.Random) -> Iterator[tuple[str, Act]]:
    """Each act of a round by its name: everybody of ``people`` looks at pages, signs in and saves, somebody new
    submits; then what the worker does when nothing is to be done.

    Making what an act needs is no part of it.
    """
    for someone in people:
        yield from _of(someone)
    submitting = Client()
    submitting.cookies.load(signed_in(registered(rng, rng.randrange(4))))
    yield "submission", lambda: _submit(submitting)
    yield from worker_acts()


def worker_acts() -> Iterator[tuple[str, Act]]:
    """Every periodic job but the one that looks after jobs, and one look at both queues of the exchange."""
    for (name, _), periodic in sorted(app.periodic_registry.periodic_tasks.items()):
        task = periodic.task
        if inspect.iscoroutinefunction(task.func):
            continue
        yield f"job {name}", lambda task=task: task.func(timestamp=0)  # type: ignore[misc]
    yield "exchange", lambda: _exchange()


def _of(someone: Persona) -> Iterator[tuple[str, Act]]:
    stranger = Client()
    for path in OPEN_PAGES:
        yield path, lambda path=path: _get(stranger, path)  # type: ignore[misc]
    visitor = ClientVisitor(address=f"198.51.100.{random.randrange(1, 250)}")
    visitor.open("/login/")
    yield "sign-in", lambda: _sign_in(visitor, someone)
    own = Client()
    own.cookies.load(signed_in(_user(someone)))
    for path in OWN_PAGES:
        yield path, lambda path=path: _get(own, path)  # type: ignore[misc]
    saving = ClientVisitor()
    saving.client.force_login(_user(someone))
    saving.open("/changes/education/")
    yield "save", lambda: _save(saving)


def _user(someone: Persona) -> User:
    return users_with_number(someone.number).select_related("person_key").get()


def _get(client: Client, path: str) -> None:
    answer = client.get(path, headers=HOST)
    assert answer.status_code == 200, (path, answer.status_code)
    assert answer.getvalue()


def _sign_in(visitor: ClientVisitor, someone: Persona) -> None:
    visitor.send(document_number=someone.number, password=PASSWORD)
    assert visitor.path == "/me/", visitor.path


def _save(visitor: ClientVisitor) -> None:
    visitor.send(full_time_school=f"岭南示例第{random.randrange(1, 999)}学院")
    assert visitor.path != "/changes/education/", "not saved"


def _submit(client: Client) -> None:
    answer = client.post(REVIEW, {"csrfmiddlewaretoken": CSRF}, headers=HOST)
    assert (answer.status_code, answer.headers.get("Location")) == (302, DONE), answer.status_code


def _exchange() -> None:
    send_waiting()
    process_next()
