"""What no form names is not read: parameters added, doubled or sent as JSON change nothing (ASVS 15.3.3, 15.3.7).

Every address that takes a POST is asked the same thing several times, each time from the same state: as the page's form
would, with words added for every column there is, and as JSON. What the database holds afterwards is compared.
"""

import collections
import dataclasses
import functools
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.hashers import is_password_usable
from django.db import models, transaction
from django.test import Client

from kuaiji.attachments.models import Attachment
from kuaiji.identity.models import Session, User
from kuaiji.identity.passwords.hashing import Argon2id
from kuaiji.identity.sessions.store import SessionStore
from people.client_visitor import Page
from people.persons import Fields, make_person
from people.records.drafts import fill_in
from people.records.users import make_user
from people.sign_in_steps import PASSWORD, code_for, make_details, make_owner
from tests.support.addresses import routes
from tests.support.moments import BEGIN
from tests.support.partners import Others
from tests.support.uploads import send

pytestmark = pytest.mark.django_db
CANARY = "canary-7d31"
NEW = "秋水 blue-heron 88"
UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
FORM = "application/x-www-form-urlencoded"
ELSEWHERE = (
    "is_staff", "is_superuser", "is_admin", "admin", "role", "roles", "groups", "user_permissions", "region", "scope",
    "owner",
)  # fmt: skip
# Drawn by chance, whatever is sent: here only the canary is looked for.
CHANCE = {
    "PersonKey.wrapped", "SmsCode.digest", "OutgoingSms.parameters", "Session.session_key", "Attachment.storage_key",
    "Attachment.size", "Attempt.detail",
}  # fmt: skip


@dataclasses.dataclass
class World:
    """``owner`` has filled in everything, ``newcomer`` nothing; ``stranger`` is whose place others would like."""

    owner: User
    newcomer: User
    stranger: User
    photo: Attachment

    def details(self) -> Fields:
        return make_details("somebody new").flat()


@pytest.fixture
def world(others: Others, tmp_path: Path, settings: Any) -> Iterator[World]:
    default = settings.STORAGES["default"] | {"OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": default}
    with time_machine.travel(BEGIN, tick=False):
        owner = make_owner(make_details("owner"))
        photo = send(owner, "photo")
        fill_in(owner, make_person(random.Random("owner"), status="1"))
        yield World(owner, make_user(seed=2), make_user(seed=3), photo)


# ── one honest request for every address that takes a POST ──

Way = Callable[[World, Client], tuple[str, Fields]]


def questions(world: World, client: Client) -> tuple[str, Fields]:
    return "/register/", {"works_in_accounting": "yes", "holds_qualification": "no"}


def registering(step: str) -> Way:
    def way(world: World, client: Client) -> tuple[str, Fields]:
        details, path = world.details(), "/register/details/"
        client.post(*questions(world, client))
        if step == "send":
            return path, details | {"action": "send_code"}
        client.post(path, details | {"action": "send_code"})
        entered = details | {"sms_code": code_for(details["phone"]), "action": "register"}
        if step == "register":
            return path, entered
        client.post(path, entered)
        return "/register/password/", {"password1": NEW}

    return way


def signing_in(world: World, client: Client) -> tuple[str, Fields]:
    return "/login/", {"document_number": world.owner.document_number, "password": PASSWORD, "document_type": ""}


def signing_out(world: World, client: Client) -> tuple[str, Fields]:
    client.force_login(world.owner)
    return "/logout/", {}


def recovering(step: str) -> Way:
    def way(world: World, client: Client) -> tuple[str, Fields]:
        who = {"document_number": world.owner.document_number, "phone": world.owner.phone, "document_type": ""}
        if step == "send":
            return "/recover/", who | {"action": "send_code"}
        client.post("/recover/", who | {"action": "send_code"})
        entered = who | {"sms_code": code_for(world.owner.phone), "action": "verify"}
        if step == "verify":
            return "/recover/", entered
        client.post("/recover/", entered)
        return "/recover/password/", {"password1": NEW}

    return way


def agreeing(world: World, client: Client) -> tuple[str, Fields]:
    client.force_login(world.newcomer)
    return "/collection/notice/", {"truthful": "on"}


CHANGES = {
    "personal": {"email": "other@example.com"},
    "education": {"full_time_school": "另一所示例大学"},
    "employment": {"employer_name": "广州市另一家示例有限公司"},
    "professional": {"abacus_level": "11"},
    "awards": {
        "awards-TOTAL_FORMS": "1",
        "awards-INITIAL_FORMS": "0",
        "awards-0-name": "先进会计",
        "awards-0-level": "1",
        "awards-0-giver": "示例市财政局",
        "awards-0-year": "2020",
    },
}


def saving(slug: str) -> Way:
    def way(world: World, client: Client) -> tuple[str, Fields]:
        client.force_login(world.owner)
        saved = make_person(random.Random("owner"), status="1").sections[slug]
        return f"/collection/{slug}/", saved | CHANGES[slug]

    return way


def submitting(world: World, client: Client) -> tuple[str, Fields]:
    client.force_login(world.owner)
    return "/collection/review/", {}


def cropping(world: World, client: Client) -> tuple[str, Fields]:
    client.force_login(world.owner)
    frame = {"left": "100", "top": "100", "width": "800", "action": "zoom_in"}
    return f"/attachments/{world.photo.pk}/crop/", frame


WAYS: dict[str, Way] = {
    "/register/": questions,
    "/register/details/ send": registering("send"),
    "/register/details/ register": registering("register"),
    "/register/password/": registering("password"),
    "/login/": signing_in,
    "/logout/": signing_out,
    "/recover/ send": recovering("send"),
    "/recover/ verify": recovering("verify"),
    "/recover/password/": recovering("password"),
    "/collection/notice/": agreeing,
    **{f"/collection/{slug}/": saving(slug) for slug in CHANGES},
    "/collection/review/": submitting,
    "/attachments/<uuid:attachment_id>/crop/": cropping,
}


# ── what an attacker adds, and what the database holds ──


def our_models() -> list[type[models.Model]]:
    """Models of people's data; lists that everybody reads are left out."""
    lists = ("common", "codelists", "regions")
    found = [model for model in apps.get_models() if model.__module__.startswith("kuaiji.")]
    return [model for model in found if model._meta.app_label not in lists]


def added(world: World, offered: set[str], *, high: bool) -> list[tuple[str, str]]:
    """A word for every column that the page does not offer, on its own and in a row of the page."""
    words = {name: str(high) for name in ELSEWHERE}
    for model in our_models():
        for field in model._meta.concrete_fields:
            words |= dict.fromkeys((field.name, field.attname), wanted(world, field, high=high))
    rows = {name.rpartition("-")[0] for name in offered if re.fullmatch(r"[a-z]+-\d+-\w+", name)}
    words |= {f"{row}-{name}": value for row in rows for name, value in words.items()}
    return [(name, value) for name, value in words.items() if name not in offered]


def wanted(world: World, field: "models.Field[Any, Any]", *, high: bool) -> str:
    """A value of the column's kind that somebody might want there."""
    stranger = world.stranger
    if field.name in ("phone", "document_number", "name"):
        return str(getattr(stranger, field.name))
    if field.name == "person_key":
        return str(stranger.person_key_id)
    if isinstance(field, models.ForeignKey | models.UUIDField):
        return str(stranger.pk)
    if isinstance(field, models.BooleanField):
        return str(high)
    if field.choices:
        return str(list(field.choices)[-1 if high else 0][0])
    if isinstance(field, models.DateField):
        return "2031-01-01T00:00:00Z" if high else "2001-01-01T00:00:00Z"
    if isinstance(field, models.IntegerField):
        return "7" if high else "0"
    return CANARY


def held(before: frozenset[str]) -> dict[str, list[str]]:
    """The values of each column of ours, opened; ids that were not there ``before`` are alike."""
    columns = collections.defaultdict(list)
    for model in our_models():
        for row in model._default_manager.all():
            for field in model._meta.concrete_fields:
                if isinstance(field, models.AutoField):
                    continue  # counted on by the database
                columns[f"{model.__name__}.{field.attname}"].append(alike(opened(row, field.attname), before))
    return {name: sorted(values) for name, values in columns.items()}


def alike(text: str, before: frozenset[str]) -> str:
    """``text`` without what is new each time: ids and running numbers."""
    text = UUID.sub(lambda found: found[0] if found[0] in before else "new", text)
    return re.sub(r"(?<![A-Z])[A-Z]{2}-\d{4}-\d{4}-\d{4}(?!\d)", "number", text)


def opened(row: models.Model, name: str) -> str:
    value = getattr(row, name)
    if isinstance(row, Session) and name == "session_data":
        data = SessionStore().decode(value)
        return str({key: kept for key, kept in sorted(data.items()) if key != "_auth_user_hash"})
    if isinstance(row, User) and name == "password":
        return opening(value)
    return value.hex() if isinstance(value, bytes | memoryview) else str(value)


@functools.cache
def opening(encoded: str) -> str:
    """Which of the two passwords opens this hash."""
    usable = (word for word in (PASSWORD, NEW) if is_password_usable(encoded) and Argon2id().verify(word, encoded))
    return next(usable, "none")


def ids() -> frozenset[str]:
    """Every id that is in the database."""
    values = [str(value) for values in held(frozenset()).values() for value in values]
    assert not any(CANARY in value for value in values)
    rows = [str(row.pk) for model in our_models() for row in model._default_manager.all()]
    keys = [str(user.person_key_id) for user in User.objects.all()]
    return frozenset(rows + keys)


@dataclasses.dataclass
class Outcome:
    """What a request came to."""

    status: int
    location: str
    columns: dict[str, list[str]]


def outcome(way: Way, world: World, before: frozenset[str], ask: Callable[..., Any]) -> Outcome:
    """Go the way, ask, look, and undo everything."""
    client, place = Client(), transaction.savepoint()
    path, fields = way(world, client)
    page = client.get(path)
    forms = Page(page).forms if page.status_code == 200 else []
    offered = {name for form in forms for name in form["fields"]} | {"action"}
    response = ask(client, path, fields, offered)
    columns = held(before)
    transaction.savepoint_rollback(place)
    return Outcome(response.status_code, alike(response.headers.get("Location", ""), before), columns)


def honest(client: Client, path: str, fields: Fields, offered: set[str]) -> Any:
    return client.post(path, urlencode(fields), content_type=FORM)


def empty(client: Client, path: str, fields: Fields, offered: set[str]) -> Any:
    return client.post(path, "", content_type=FORM)


def test_words_added_to_a_form_change_nothing(world: World) -> None:
    """In the body and in the address, each honest field doubled with another value in front of it."""

    def greedy(client: Client, path: str, fields: Fields, offered: set[str], *, high: bool) -> Any:
        more = added(world, offered | fields.keys(), high=high)
        assert len(more) > 80
        doubled = [(name, CANARY) for name in fields]
        body = urlencode([*doubled, *fields.items(), *more])
        return client.post(f"{path}?{urlencode(more)}", body, content_type=FORM)

    before = ids()
    for route, way in WAYS.items():
        expected = outcome(way, world, before, honest)
        assert expected.status == 302, f"{route}: the honest request is taken"
        for high in (True, False):
            compare(route, outcome(way, world, before, functools.partial(greedy, high=high)), expected)


def test_json_is_not_read(world: World) -> None:
    """A form sent as JSON is an empty form."""

    def as_json(client: Client, path: str, fields: Fields, offered: set[str]) -> Any:
        body = dict(added(world, offered, high=True)) | fields | {"__proto__": {"is_staff": True}}
        return client.post(path, json.dumps(body), content_type="application/json")

    before = ids()
    for route, way in WAYS.items():
        compare(route, outcome(way, world, before, as_json), outcome(way, world, before, empty))


def compare(route: str, found: Outcome, expected: Outcome) -> None:
    """The same answer, and the same in every column."""
    assert (found.status, found.location) == (expected.status, expected.location), route
    assert found.columns.keys() == expected.columns.keys(), route
    for name, values in found.columns.items():
        assert not any(CANARY in value for value in values), (route, name)
        assert name in CHANCE or values == expected.columns[name], (route, name)


def test_no_other_address_takes_anything(world: World) -> None:
    before = ids()
    others = [route for route in routes() if route not in {way.partition(" ")[0] for way in WAYS}]
    assert others
    client = Client()
    client.force_login(world.owner)
    expected = held(before)
    for route in others:
        path = route.replace("<uuid:attachment_id>", str(world.photo.pk))
        client.post(path, dict(added(world, set(), high=True)))
    found = held(before)
    assert {name: values for name, values in found.items() if not name.startswith("AccessLog.")} == {
        name: values for name, values in expected.items() if not name.startswith("AccessLog.")
    }
