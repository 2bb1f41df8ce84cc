"""Keeping what somebody has typed, for that person, until it is sent or given up (docs/adr/0069).

The person's row is locked first, so that two tabs queue.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet

from kuaiji.audit.services import Operation, record_events
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.profile import profile
from kuaiji.identity.models import User
from kuaiji.identity.people.locks import lock_user
from kuaiji.unsent.events import FormDropped, FormKept
from kuaiji.unsent.models import UnsentForm
from kuaiji.unsent.registry import KEPT_FORMS, KeptForm

MOST_CHARACTERS = 100_000  # of all fields of one form; the largest form of the platform has a tenth
EVERY = dt.timedelta(seconds=1)  # what a script saves of one form comes no more often

Fields = Mapping[str, list[str]]


@dataclasses.dataclass(frozen=True, slots=True)
class OpenedPage:
    """A page as it was opened: its random ``name``, and the ``revision`` of what was kept then, 0 for nothing.
    ``nth`` is which save of its script this is; 0 where a button was pressed."""

    name: str
    revision: int
    nth: int = 0


class StaleForm(Exception):
    """Another page has kept something else of this form since this page was opened."""

    def __init__(self, row: UnsentForm) -> None:
        super().__init__(row.revision)
        self.revision = row.revision
        self.saved_at = row.saved_at


@transaction.atomic
def keep_form(
    *,
    operation: Operation,
    user: User,
    form: str,
    fields: Fields | None,
    opened: OpenedPage | None,
    by_script: bool = False,
) -> UnsentForm | None:
    """Keep the ``fields`` of ``form`` as they were typed, in place of what was kept before; None says that the page
    holds nothing new, and what was kept goes. The same once more changes nothing.

    ``opened`` is None where the page does not say which it is. Raises StaleForm when another page saved in between,
    RuleBroken ``closed``, ``too_much_typed``, and for a script ``too_often``.
    """
    KEPT_FORMS[form]  # a name that nobody registered is a mistake of ours
    lock_user(user.pk)
    row = _current(user.pk, form, opened)
    if row and opened and row.page == opened.name and 0 < opened.nth <= row.nth:
        return row  # a later save of the same page was faster
    if fields is None:
        if row:
            row.delete()
        return None
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > MOST_CHARACTERS:
        raise RuleBroken("too_much_typed", f"填写的内容超过 {MOST_CHARACTERS // 10_000} 万字，没有保存，请删减后再试")
    if row is None:
        row = UnsentForm(user=user, form=form)
        record_events(operation, FormKept(subject_id=row.pk, form=form))
    elif by_script and operation.at - row.saved_at < EVERY:
        raise RuleBroken("too_often", "保存得太频繁，请稍候")
    row.person_key = user.person_key
    row.fields, row.revision, row.saved_at = dict(fields), row.revision + 1, operation.at
    row.page, row.nth = (opened.name, opened.nth) if opened else ("", 0)
    row.save()
    return row


@transaction.atomic
def drop_form(*, operation: Operation, user: User, form: str) -> None:
    """放弃草稿. Nothing when there is none."""
    lock_user(user.pk)
    row = UnsentForm.objects.filter(user=user, form=form).only("pk").first()
    if row:
        record_events(operation, FormDropped(subject_id=row.pk, form=form))
        row.delete()


def settle_form(*, user_id: uuid.UUID, form: str, opened: OpenedPage | None) -> None:
    """The form was sent: nothing of it is kept any more. Inside the transaction of the act, which has locked the
    person. Raises StaleForm when another page has kept something since this one was opened."""
    if row := _current(user_id, form, opened):
        row.delete()


def unsent_forms(user: User) -> QuerySet[UnsentForm]:
    """What is kept of a person, the newest first."""
    return UnsentForm.objects.filter(user=user).order_by("-saved_at", "-pk")


def unsent_form(user: User, form: str) -> UnsentForm | None:
    """What is kept of one form."""
    row = unsent_forms(user).filter(form=form).first()
    if row:
        row.person_key = user.person_key
    return row


def kept_forms(user: User, beginning: str) -> list[KeptForm]:
    """The forms of which something is kept, the newest first: those whose names begin so."""
    found = unsent_forms(user).filter(form__startswith=beginning)
    return [KEPT_FORMS[form] for form in found.values_list("form", flat=True)]


def forget_forms(user: User) -> None:
    """Delete everything of a person who closes."""
    unsent_forms(user).delete()


def sweep_forms() -> None:
    """Delete what nobody has gone on with for the profile's ``draft_days``."""
    UnsentForm.objects.filter(saved_at__lt=clock.now() - dt.timedelta(days=profile().draft_days)).delete()


def _current(user_id: uuid.UUID, form: str, opened: OpenedPage | None) -> UnsentForm | None:
    """What is kept now, if the page ``opened`` has seen it or saved it itself; raises StaleForm."""
    row = UnsentForm.objects.filter(user_id=user_id, form=form).first()
    if row and opened and row.page != opened.name and row.revision != opened.revision:
        raise StaleForm(row)
    return row
