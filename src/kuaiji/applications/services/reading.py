"""Requests as a bureau reads them, and the note that somebody saw what is masked."""

import uuid

from django.db.models import QuerySet

from kuaiji.applications.enums import ApplicationState
from kuaiji.applications.models import Application
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.services import read_attachment
from kuaiji.audit.enums import ActorKind
from kuaiji.audit.models import AccessLog
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.keyring import keyring


def staff_id(name: str) -> uuid.UUID:
    """What a member of staff is called where a log asks for an id: until they are users, their name stands for them."""
    return uuid.UUID(bytes=keyring().mac("staff", name.encode())[:16])


def waiting_applications() -> QuerySet[Application]:
    """What is to be decided, the most urgent first."""
    return all_applications().filter(state=ApplicationState.SUBMITTED).order_by("due_on", "submitted_at")


def all_applications() -> QuerySet[Application]:
    """All applications, the newest first."""
    return Application.objects.select_related("person_key", "user__person_key")


def application_by_number(reference_number: str) -> Application:
    """The application of this number; raises RuleBroken ``unknown_request``."""
    application = all_applications().filter(reference_number=reference_number.strip().upper()).first()
    if application is None:
        raise RuleBroken("unknown_request", "没有这个编号的申请，请用 list 查看编号")
    return application


def proofs_of(application: Application) -> list[bytes]:
    """The pictures that came with a correction, JPEGs. Only after ``note_revealed``."""
    ids = [uuid.UUID(proof) for proof in application.details.get("proofs", ())]
    rows = Attachment.objects.select_related("person_key").in_bulk(ids)
    return [read_attachment(rows[proof]) for proof in ids]


def note_revealed(application: Application, *, reviewer: str) -> None:
    """Write down who saw the whole of an application, before it is shown."""
    AccessLog.objects.create(
        at=clock.now(),
        actor_kind=ActorKind.STAFF,
        actor_id=staff_id(reviewer),
        action="requests.reveal",
        subject_id=application.user_id or application.pk,
        outcome="ok",
    )
