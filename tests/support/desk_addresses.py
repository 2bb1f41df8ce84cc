"""The addresses of the staff's face by their names, each filled with somebody who is there."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from kuaiji.config.faces import STAFF
from people.factories import UserFactory
from people.factories.records import AttachmentFactory
from people.records.versioned_records import make_record


def named(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the face that has a name in a namespace, with its pattern."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from named(one, inner)
        elif space:
            yield f"{space}{one.name}", one


ADDRESSES = dict(named(get_resolver(STAFF.urlconf)))


def arguments(name: str, place: str) -> dict[str, object]:
    """What the address asks for, of somebody who is there: a record of ``place``, or a person without one."""
    wanted = ADDRESSES[name].pattern.converters
    if not wanted:
        return {}
    if "number" in wanted:
        record = record_in(place)
        given = {"number": record.reference_number, "picture_id": record.personal.photo_id}
    else:
        user = UserFactory.create()
        given = {"person_id": user.pk, "picture_id": AttachmentFactory.create(user=user).pk}
    return {one: given[one] for one in wanted if one in given}


def path_to(name: str, **given: object) -> str:
    """The address with these in it."""
    return reverse(name, STAFF.urlconf, kwargs=given)


def record_in(place: str) -> Any:
    """A record of ``place``."""
    record = make_record(seed=7)
    type(record).objects.filter(pk=record.pk).update(division_code=place)
    return record
