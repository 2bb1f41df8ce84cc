"""Whose page it is. Out of scope and unknown are one answer (R9.1)."""

import dataclasses
import uuid
from typing import NoReturn

from django.http import Http404
from django.urls import reverse

from kuaiji.accountants.models import Record
from kuaiji.audit.access import note
from kuaiji.identity.models import User
from kuaiji.staff.enums import Role
from kuaiji.staff.guards import StaffRequest

SEES_PEOPLE = (Role.CLERK, Role.REVIEWER, Role.MANAGER)


@dataclasses.dataclass(frozen=True, slots=True)
class Subject:
    """Whom a page is about: somebody with a record in the member's scope, or somebody who has none yet."""

    user: User
    record: Record | None

    @property
    def is_erased(self) -> bool:
        """Whether the person's key was destroyed: what is sealed under it opens no more."""
        return self.user.person_key.wrapped is None

    def address(self, page: str = "", *more: object) -> str:
        """Where a page about this person stands: ``timeline``, ``reveal``; the first one for none."""
        name = f"{'record' if self.record else 'person'}{f'_{page}' if page else ''}"
        key = self.record.reference_number if self.record else self.user.pk
        return reverse(f"desk:{name}", args=[key, *more])


def subject_of(request: StaffRequest, action: str, *, number: str = "", person_id: uuid.UUID | None = None) -> Subject:
    """The person of an address; raises Http404, and writes down that somebody was refused."""
    if person_id is None:
        records = Record.objects.visible_to(request.scope.sees).select_related("user__person_key", "exam_row")
        record = records.filter(reference_number=number).first()
        if record is None:
            _refuse(request, action)
        record.person_key = record.user.person_key  # one key to unwrap
        return Subject(record.user, record)
    user = User.objects.select_related("person_key").filter(pk=person_id, record=None).first()
    if user is None:
        _refuse(request, action)
    return Subject(user, None)


def _refuse(request: StaffRequest, action: str) -> NoReturn:
    note(request, action, outcome="not_found")
    raise Http404
