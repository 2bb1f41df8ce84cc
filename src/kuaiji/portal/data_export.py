"""查阅、复制个人信息: all that is kept about a person, read once for the page and once for the file.

The apps register what they keep (identity.data_parts). Here stand only what every app shares, pictures and the audit,
and the order of the whole.
"""

import base64
import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from kuaiji.attachments.models import Attachment
from kuaiji.attachments.services import read_attachment
from kuaiji.audit.enums import ActorKind
from kuaiji.audit.models import AccessLog, Event
from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.identity.data_parts import columns, parts_in_order
from kuaiji.identity.models import User
from kuaiji.standing.reads import pictures_of, reads_of

OF_PICTURE = ("id", "purpose", "width", "height", "size", "created_at", "claimed_at")


def reader(read: AccessLog, user: User) -> str:
    """Who it was, without a name."""
    if read.actor_kind != ActorKind.CITIZEN:
        return ActorKind(read.actor_kind).label
    return ActorKind.CITIZEN.label if read.actor_id == user.pk else "其他人"


def as_json(user: User) -> Iterator[str]:
    """The whole as one JSON object, picture by picture, so that no more than one of them is in memory."""
    yield json.dumps(_words(user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).removesuffix("\n}")
    yield ',\n "pictures": ['
    for position, picture in enumerate(pictures_of(user).iterator()):
        yield f"{',' if position else ''}\n  {_dumped(columns(picture, OF_PICTURE) | {'image': _image(picture)})}"
    yield '\n ],\n "reads": ['
    for position, read in enumerate(reads_of(user).iterator()):
        told = {"at": read.at, "by": reader(read, user), "action": read.action, "outcome": read.outcome}
        yield f"{',' if position else ''}\n  {_dumped(told)}"
    yield "\n ]\n}\n"


def _words(user: User) -> dict[str, Any]:
    head = {"platform": profile().title, "made_at": clock.now()}
    return head | {name: part.values(user) for name, part in parts_in_order()} | {"events": _events(user)}


def _events(user: User) -> list[dict[str, Any]]:
    """What was done with the person's data, with the values it was done with."""
    events = Event.objects.select_related("operation", "person_key").order_by("id")
    return [
        {"at": event.operation.at, "by": event.operation.actor_kind, "kind": event.kind}
        | {"data": event.data, "personal": event.personal}
        for event in events.filter(person_key=user.person_key_id) | events.filter(subject_id=user.pk)
    ]


def _image(picture: Attachment) -> str | None:
    """A data address, or None when the file has been lost."""
    try:
        return f"data:image/jpeg;base64,{base64.b64encode(read_attachment(picture)).decode()}"
    except FileNotFoundError:
        return None


def _dumped(values: dict[str, Any]) -> str:
    return json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False)
