"""One name from the registration form to the record, and every place where it has to stand as it was kept."""

import dataclasses
import html
import json
import random
from collections.abc import Iterator

from django.test import Client

from kuaiji.accountants.models import ExamRow, RecordVersion
from kuaiji.audit.models import Event
from kuaiji.identity.models import Registration, User
from tests.hostile.attempts import undone
from tests.hostile.doors import DETAILS, PASSWORDS, QUESTIONS, REGISTERING, SENDING
from tests.identity.helping import code_for
from tests.support.drafts import fill_in
from tests.support.journeys import make_person

PERSON = make_person(random.Random(9), status="1")
TYPED = DETAILS | {"document_number": PERSON.document_number, "phone": PERSON.phone}


def walk(typed: str, kept: str) -> list[str]:
    """The places where ``typed`` does not stand as ``kept``. Leaves no trace."""
    with undone():
        return [place for place, found in _places(typed, kept) if found != kept]


def _places(typed: str, kept: str) -> Iterator[tuple[str, object]]:
    client, details = Client(), TYPED | {"name": typed}
    client.post("/register/", QUESTIONS)
    client.post("/register/details/", details | SENDING)
    yield "registration", Registration.objects.get().answers["details"]["name"]
    yield "form shown again", _shown(client, "/register/details/", f'value="{html.escape(kept)}"', kept)
    client.post("/register/details/", details | REGISTERING | {"sms_code": code_for(PERSON.phone)})
    client.post("/register/password/", PASSWORDS)
    user = User.objects.select_related("person_key").get()
    yield "user", user.name
    yield "search", kept if list(User.objects.filter(name=kept)) == [user] else None
    yield "search by its beginning", kept if User.objects.filter(name__startswith=kept[:2]).exists() else None
    fill_in(user, dataclasses.replace(PERSON, name=kept))
    yield "personal page", _shown(client, "/collection/personal/", f"<dd>{html.escape(kept)}</dd>", kept)
    yield "check page", _shown(client, "/collection/review/", f"<dd>{html.escape(kept)}</dd>", kept)
    client.post("/collection/review/")
    yield "exam row", ExamRow.objects.get().name
    content = RecordVersion.objects.get().content
    yield "version", content["identity"]["name"]
    for ascii_only in (True, False):
        yield "JSON", json.loads(json.dumps(content, ensure_ascii=ascii_only).encode())["identity"]["name"]
    yield "event", Event.objects.get(kind="RecordCollected").personal["after"]["identity"]["name"]


def _shown(client: Client, path: str, words: str, kept: str) -> str | None:
    return kept if words in client.get(path).content.decode() else None
