"""Who is released to this platform and may come, as a bureau sees it: 待接收 (R9.2)."""

import datetime as dt
import uuid

from kuaiji.audit.services import Operation, record_events
from kuaiji.cases.kinds import OpenSubject
from kuaiji.cases.services.opening import close_case, open_case
from kuaiji.common import clock
from kuaiji.common.ids import short
from kuaiji.common.profile import profile
from kuaiji.transfers.enums import RELEASE_CASE
from kuaiji.transfers.events import ReleaseEnded
from kuaiji.transfers.models import Release

UNCLAIMED_DAYS = 90  # then the hub ends a release that nobody has claimed


def open_release(transfer_id: uuid.UUID) -> Release | None:
    """What came for this transfer, if it has come and is not over."""
    return Release.objects.select_related("person_key").filter(pk=transfer_id, ended_at=None).first()


def locked_release(transfer_id: uuid.UUID) -> Release | None:
    """The same, until the transaction ends."""
    releases = Release.objects.select_related("person_key").filter(ended_at=None)
    return releases.select_for_update(of=("self",), no_key=True).filter(pk=transfer_id).first()


def release_subject(row: Release) -> OpenSubject:
    """A release as its case stands for it: of no place it is the registry's own. Nobody here knows whose it is."""
    return OpenSubject(
        subject_id=uuid.UUID(str(row.pk)),
        number=short(uuid.UUID(str(row.pk))),
        opened_at=row.arrived_at,
        division_code=row.division_code or profile().code,
        due_on=clock.day_of(row.arrived_at) + dt.timedelta(days=UNCLAIMED_DAYS),
    )


def open_release_case(operation: Operation, row: Release) -> None:
    """Somebody may come, or may after all."""
    subject = release_subject(row)
    open_case(
        operation=operation,
        kind=RELEASE_CASE,
        subject_id=subject.subject_id,
        number=subject.number,
        division_code=subject.division_code,
        due_on=subject.due_on,
    )


def end_release(operation: Operation, release: Release) -> None:
    """It is over: erase what came, for it is imported, or nobody's here."""
    release.ended_at = operation.at
    release.save(update_fields=["ended_at"])
    release.person_key.destroy(at=operation.at)
    close_case(operation=operation, kind=RELEASE_CASE, subject_id=uuid.UUID(str(release.pk)))
    record_events(operation, ReleaseEnded(subject_id=release.pk))
