"""Keeping what somebody posted too late, for that person and nobody else (docs/adr/0066)."""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.http import QueryDict

from kuaiji.common import clock
from kuaiji.common.forms import as_posted
from kuaiji.identity.models import LateForm, User

MINUTES = 30
MOST_CHARACTERS = 200_000  # of all fields; the largest form of the platform has a tenth
_NOT_KEPT = frozenset({"csrfmiddlewaretoken"})


def keep_late_form(*, user: User, path: str, fields: Mapping[str, list[str]]) -> LateForm | None:
    """Keep the ``fields`` posted to ``path`` in place of what was kept of ``user`` before; nothing that is too much."""
    kept = {name: values for name, values in fields.items() if name not in _NOT_KEPT}
    size = sum(len(name) + sum(map(len, values)) for name, values in kept.items())
    longest = LateForm._meta.get_field("path").max_length or 0
    if not kept or size > MOST_CHARACTERS or len(path) > longest:
        return None
    expires = clock.now() + dt.timedelta(minutes=MINUTES)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two tabs at once: the second one's stays
        forget_late_form(user)
        return LateForm.objects.create(
            user=user, person_key=user.person_key, path=path, fields=kept, expires_at=expires
        )


def late_fields(*, form_id: uuid.UUID | None, user: User, path: str) -> QueryDict | None:
    """What was kept under this id, if it is the user's, of this address, and not over."""
    if form_id is None:
        return None
    mine = LateForm.objects.filter(pk=form_id, user=user, path=path, expires_at__gt=clock.now())
    found = mine.select_related("person_key").first()
    return as_posted(found.fields) if found else None


def is_whose(form_id: uuid.UUID, user: User) -> bool:
    """Whether what was kept under this id is the user's."""
    return LateForm.objects.filter(pk=form_id, user=user).exists()


def forget_late_form(user: User) -> None:
    """Delete what was kept of a person: it was sent anew."""
    LateForm.objects.filter(user=user).delete()


def drop_late_form(form_id: uuid.UUID) -> None:
    """Delete what was kept under this id: somebody else has signed in."""
    LateForm.objects.filter(pk=form_id).delete()


def sweep_late_forms() -> None:
    """Delete what nobody came back for."""
    LateForm.objects.filter(expires_at__lte=clock.now()).delete()
