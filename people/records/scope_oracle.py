"""Random members, places and people against a small oracle: who finds whom in the pages of the desk (R9.1).

The oracle knows nothing of ``regions.scope``: it walks up from a place, row by row, and looks who stands there.
"""

import contextlib
import dataclasses
import random
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from unittest import mock

from django.conf import settings
from django.test import Client

from kuaiji.accountants.models import ListRow, NameKey, Record
from kuaiji.accountants.models.listing import PlacedQuerySet
from kuaiji.accountants.models.record import RecordQuerySet
from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.keys.models import PersonKey
from kuaiji.regions.models import Division, FinanceBureau, Registry, ServiceArea
from kuaiji.regions.scope import Scope
from kuaiji.regions.services import places
from kuaiji.staff import guards
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member
from kuaiji.staff.sessions.store import MEMBER, PROVED, SessionStore

REFERENCE = re.compile(rb"GD-20\d\d-\d{4}-\d{4}")
LIST = "/staff/people/"


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """What a page showed otherwise than the oracle says: references too many, and missing ones."""

    bureau: str
    action: str
    too_many: frozenset[str]
    missing: frozenset[str]


def sees(bureau: FinanceBureau, place: str) -> bool:
    """Does a bureau see a place? It handles it, or stands on the way up to where the registry ends."""
    area = ServiceArea.objects.filter(code=place).first()
    if area and area.bureau_id == bureau.pk:
        return True
    code, ends = area.parent_id if area else place, set(Registry.objects.values_list("division_id", flat=True))
    while code:
        there = FinanceBureau.objects.filter(division_id=code).order_by("pk").first()
        if there and there.pk == bureau.pk:
            return True
        code = "" if code in ends else Division.objects.get(pk=code).parent_id or ""
    return False


def differences(rng: random.Random, records: Sequence[Record], *, rounds: int) -> Iterator[Difference | None]:
    """``rounds`` times a member of some bureau takes an action, and some record moves; one item for each."""
    bureaux = list(FinanceBureau.objects.exclude(division=None).order_by("pk"))
    near = [code for code in places() if code[:4] in ("4401", "4403", "4400")]
    where = {record.pk: move(record, rng.choice(near)) for record in records}
    local = [bureau for bureau in bureaux if bureau.division_id and bureau.division_id[:4] in ("4400", "4401")]
    known: dict[int, tuple[Client, frozenset[str]]] = {}
    for _ in range(rounds):
        bureau = rng.choice(local if rng.random() < 0.8 else bureaux)
        if bureau.pk not in known:
            known[bureau.pk] = browser_of(bureau, Role.CLERK), frozenset(code for code in near if sees(bureau, code))
        browser, seen = known[bureau.pk]
        moved = rng.choice(records)
        where[moved.pk] = move(moved, rng.choice(near))
        action = rng.choice(list(ACTIONS))
        asked, wanted = ACTIONS[action](browser, records, rng)
        found = set(map(bytes.decode, REFERENCE.findall(asked)))
        right = {one.reference_number for one in wanted if where[one.pk] in seen}
        same = found == right
        yield (
            None
            if same
            else Difference(bureau.division_id or "", action, frozenset(found - right), frozenset(right - found))
        )


@contextlib.contextmanager
def without_filters(what: str) -> Iterator[frozenset[str]]:
    """In the block a filter is gone: that of ``records``, of ``rows`` of lists, or the ``scope`` of everybody.

    Gives the actions that have to show it.
    """
    everything = mock.Mock(return_value=Scope(frozenset(), frozenset(places())))
    patches: dict[str, tuple[Any, frozenset[str]]] = {
        "records": (mock.patch.object(RecordQuerySet, "visible_to", _unfiltered), frozenset({"call"})),
        "rows": (mock.patch.object(PlacedQuerySet, "visible_to", _unfiltered), frozenset({"list", "filter"})),
        "scope": (mock.patch.object(guards, "scope_of", everything), frozenset(ACTIONS)),
    }
    patch, pages = patches[what]
    with patch:
        yield pages


def _unfiltered(self: Any, seen: object) -> Any:
    return self


def move(record: Record, place: str) -> str:
    """Let the record belong to ``place``, with all that is found by its place."""
    Record.objects.filter(pk=record.pk).update(division_code=place)
    ListRow.objects.filter(record=record).update(division_code=place)
    NameKey.objects.filter(record=record).update(division_code=place)
    return place


Asked = tuple[bytes, list[Record]]


def _search(browser: Client, text: str) -> bytes:
    answer = browser.post(LIST, {"q": text})
    assert answer.status_code == 303 and text not in answer.headers["Location"]
    return browser.get(answer.headers["Location"]).content


def _by_list(browser: Client, records: Sequence[Record], rng: random.Random) -> Asked:
    order = rng.choice(("name", "newest", "oldest"))
    return browser.get(LIST, {"order": order}).content, list(records)


def _by_filter(browser: Client, records: Sequence[Record], rng: random.Random) -> Asked:
    gender = rng.choice("12")
    wanted = set(ListRow.objects.filter(gender=gender).values_list("pk", flat=True))
    return browser.get(LIST, {"gender": gender}).content, [one for one in records if one.pk in wanted]


def _by_name(browser: Client, records: Sequence[Record], rng: random.Random) -> Asked:
    name = rng.choice(records).user.name[:1]
    return _search(browser, name), [one for one in records if one.user.name.startswith(name)]


def _by_number(browser: Client, records: Sequence[Record], rng: random.Random) -> Asked:
    one = rng.choice(records)
    return _search(browser, one.user.document_number), [one]


def _by_phone(browser: Client, records: Sequence[Record], rng: random.Random) -> Asked:
    one = rng.choice(records)
    return _search(browser, one.user.phone), [other for other in records if other.user.phone == one.user.phone]


def _by_reference(browser: Client, records: Sequence[Record], rng: random.Random) -> Asked:
    one = rng.choice(records)
    return _search(browser, one.reference_number.replace("-", rng.choice(("", "-", " ")))), [one]


def _by_call(browser: Client, records: Sequence[Record], rng: random.Random) -> Asked:
    one = rng.choice(records)
    return browser.get(f"{LIST}{one.reference_number}/call/").content, [one]


ACTIONS: dict[str, Callable[[Client, Sequence[Record], random.Random], Asked]] = {
    "list": _by_list,
    "filter": _by_filter,
    "name": _by_name,
    "number": _by_number,
    "phone": _by_phone,
    "reference": _by_reference,
    "call": _by_call,
}


def browser_of(bureau: FinanceBureau, *roles: Role) -> Client:
    """A browser in which a new member of ``bureau`` with these roles has signed in."""
    now = clock.now()
    member = Member.objects.create(
        data_key=PersonKey.objects.make(),
        username=f"oracle{uuid7().hex[-20:]}",
        name="周经办",
        bureau=bureau,
        roles=[role.value for role in roles],
        password="!",
        joined_at=now,
        last_used_at=now,
    )
    session = SessionStore()
    session[MEMBER], session[PROVED] = str(member.pk), now.timestamp()
    session.save()
    browser = Client()
    browser.cookies[settings.STAFF_SESSION_COOKIE_NAME] = str(session.session_key)
    return browser
