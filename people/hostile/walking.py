"""One person from the registration form to the record, and every place where name and number have to stand as kept."""

import dataclasses
import html
import json
import random
from collections.abc import Iterator

from django.test import Client

from kuaiji.accountants.models import ExamRow, RecordVersion
from kuaiji.audit.models import Event
from kuaiji.common import clock, documents
from kuaiji.identity.enums import CheckOutcome, FingerprintKind
from kuaiji.identity.models import Registration, User
from kuaiji.identity.people.fingerprints import (
    current_fingerprint,
    document_fingerprints,
    number_fingerprints,
    users_with,
)
from people.hostile.attempts import undone
from people.hostile.doors.strangers import PASSWORDS, QUESTIONS, REGISTERING, SENDING
from people.persons import Person, make_person
from people.records.drafts import fill_in
from people.sign_in_steps import code_for

PERSON = make_person(random.Random(9), status="1")


def walk_name(typed: str, kept: str) -> list[str]:
    """The places where a name typed so does not stand as ``kept``. Leaves no trace."""
    return walk(dataclasses.replace(PERSON, name=kept), name=typed)


def walk(person: Person, **typed: str) -> list[str]:
    """The places where the name or the number of ``person``, ``typed`` in another way, do not stand."""
    with undone():
        return [place for place, stands in _places(person, person.details | typed) if not stands]


def _places(person: Person, details: dict[str, str]) -> Iterator[tuple[str, bool]]:
    client, kept = Client(), {"name": person.name, "document_number": person.document_number}
    client.post("/register/", QUESTIONS)
    client.post("/register/details/", details | SENDING)
    yield "registration", kept.items() <= Registration.objects.get().answers["details"].items()
    yield "form shown again", _shows(client, "/register/details/", *(f'value="{_(words)}"' for words in kept.values()))
    client.post("/register/details/", details | REGISTERING | {"sms_code": code_for(person.phone)})
    client.post("/register/password/", PASSWORDS)
    user = User.objects.select_related("person_key").get()
    # Nobody is there to ask.
    user.checks.update(outcome=CheckOutcome.CLEAR, next_attempt_at=None, checked_at=clock.now())
    yield "user", kept == {name: getattr(user, name) for name in kept}
    yield "search", list(User.objects.filter(name=person.name)) == [user]
    yield "search by its beginning", User.objects.filter(name__startswith=person.name[:2]).exists()
    keys = number_fingerprints(person.document_number)
    yield "search by number", list(users_with(FingerprintKind.NUMBER, keys)) == [user]
    typed = {"document_number": details["document_number"], "password": PASSWORDS["password1"]}
    yield "sign-in", Client().post("/login/", typed).status_code == 302
    fill_in(user, person)
    grouped = documents.grouped(person.document_number)
    yield "grouped", grouped.replace(" ", "") == person.document_number
    shown = f"<dd>{_(person.name)}</dd>", f" {_(grouped)}</dd>"
    yield "personal page", _shows(client, "/collection/personal/", *shown)
    yield "check page", _shows(client, "/collection/review/", *shown)
    client.post("/collection/review/")
    row = ExamRow.objects.get()
    key = document_fingerprints(person.document)
    yield "exam row", (row.name, bytes(row.document_fingerprint)) == (person.name, current_fingerprint(key))
    content = RecordVersion.objects.get().content
    yield "version", kept.items() <= content["identity"].items()
    for ascii_only in (True, False):
        read = json.loads(json.dumps(content, ensure_ascii=ascii_only).encode())
        yield "JSON", kept.items() <= read["identity"].items()
    event = Event.objects.get(kind="RecordCollected").personal["after"]["identity"]
    yield "event", kept.items() <= event.items()


def _(words: str) -> str:
    return html.escape(words)


def _shows(client: Client, path: str, *words: str) -> bool:
    page = client.get(path).content.decode()
    return all(word in page for word in words)
