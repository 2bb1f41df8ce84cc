"""Receiving, cropping, claiming and reading pictures.

A row stands for a file sealed under its person's key and bound to the row's id. Rows are written after their file and
deleted before it: a crash leaves at most a file without a row, which the sweep finds.
"""

import contextlib
import datetime as dt
import functools
import hashlib
import uuid
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NoReturn

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from kuaiji.attachments import storage
from kuaiji.attachments.events import FileReceived, FileRefused, PhotoCropped
from kuaiji.attachments.models import Attachment, UploadTurn
from kuaiji.attachments.pictures import imaging
from kuaiji.attachments.pictures.cropping import CropFrame, default_frame, inside
from kuaiji.attachments.pictures.imaging import Picture
from kuaiji.attachments.purposes import PURPOSES, originals_of, rule_of
from kuaiji.audit.models import Event
from kuaiji.audit.services import DomainEvent, Operation, record_events
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import lowest_uuid7, uuid7
from kuaiji.keys.models import PersonKey

LABEL = "attachments.file"
UPLOADS_PER_DAY = 60
CROPS_PER_DAY = 300
SWEPT_AT_ONCE = 200
LONGEST_TURN = dt.timedelta(seconds=90)
"""When an upload's turn is over whose process died: longer than three files and a crop take at most."""


def receive_upload(
    *,
    operation: Operation,
    person_key: PersonKey,
    purpose: str,
    upload: "UploadedFile[Any]",
    field: str,
    label: str,
    adjustable: bool = True,
    frame: CropFrame | None = None,
) -> Attachment:
    """Check, re-encode and keep one file; the unclaimed picture of this purpose that it replaces is deleted.

    The caller has the person's turn (``upload_turn``), so that the day's count, taken before anything is opened, is
    whole.

    An ``adjustable`` photo is kept twice: cropped, by ``frame`` or else as proposed, and whole as its ``original``. The
    same bytes again give the same row. Raises RuleBroken for ``field``: ``upload_quota`` (ASVS 5.2.4) or what imaging
    says about the picture.
    """
    check_upload_quota(person_key=person_key, field=field)
    data = upload.read()
    digest = hashlib.sha256(data).digest()
    unclaimed = Attachment.objects.filter(person_key=person_key, purpose=purpose, claimed_at=None)
    if same := unclaimed.filter(sha256_received=digest).order_by("-id").first():
        return move_frame(operation=operation, photo=same, frame=frame) if frame else same
    rule = rule_of(purpose)
    try:
        imaging.check_size(upload.size or 0, rule, field, label)
        picture = imaging.receive(data, rule, **_asking(field, label))
        frame = frame and inside(frame, picture.width, picture.height)
        made = _rows(person_key, purpose, picture, adjustable, frame, **_asking(field, label))
    except RuleBroken as broken:
        if broken.code != "busy":
            note_refused_upload(
                operation=operation, person_key=person_key, purpose=purpose, size=upload.size or 0, code=broken.code
            )
        raise
    with _written(made), transaction.atomic(durable=True):
        PersonKey.objects.select_for_update(no_key=True).get(pk=person_key.pk)
        purposes = [row.purpose for row, _ in made]
        replaced = Attachment.objects.filter(person_key=person_key, purpose__in=purposes, claimed_at=None)
        _drop(replaced.select_for_update().order_by("pk"))
        for row, _ in made:
            row.save(force_insert=True)
        kept = made[-1][0]
        received = FileReceived(subject_id=kept.pk, purpose=purpose, size=len(data), format=picture.received_format)
        record_events(operation, received, person_key=person_key)
        if kept.original and frame:
            record_events(operation, PhotoCropped(subject_id=kept.pk, **frame._asdict()), person_key=person_key)
    return kept


@contextlib.contextmanager
def upload_turn(*, person_key: PersonKey, field: str = "") -> Iterator[None]:
    """The person's turn to upload, for as long as the block lasts: one at a time, so that the day's count is whole and
    nobody alone keeps the decoders busy. It is a row, not a lock: decoding takes seconds, and poolers share sessions.

    Raises RuleBroken ``upload_under_way`` for ``field``.
    """
    token, now = uuid7(), clock.now()
    with transaction.atomic():
        PersonKey.objects.select_for_update(no_key=True).get(pk=person_key.pk)
        if UploadTurn.objects.filter(person_key=person_key, ends_at__gt=now).exists():
            raise RuleBroken("upload_under_way", "您的另一次上传还在处理，这次的文件没有收下，请稍等几秒再上传", field)
        UploadTurn.objects.update_or_create(
            person_key=person_key, defaults={"token": token, "ends_at": now + LONGEST_TURN}
        )
    try:
        yield
    finally:
        UploadTurn.objects.filter(person_key=person_key, token=token).delete()


def take_over_picture(*, operation: Operation, person_key: PersonKey, purpose: str, jpeg: bytes) -> Attachment:
    """Keep a picture that another platform sent with a person, checked and re-encoded like any other; unclaimed.

    The same bytes again give the same row. Raises RuleBroken: what imaging says about the picture.
    """
    digest = hashlib.sha256(jpeg).digest()
    rows = Attachment.objects.filter(person_key=person_key, purpose=purpose, sha256_received=digest)
    if same := rows.order_by("-id").first():
        return same
    picture = checked_picture(purpose=purpose, jpeg=jpeg)
    return keep_picture(operation=operation, person_key=person_key, purpose=purpose, picture=picture)


def checked_picture(*, purpose: str, jpeg: bytes) -> Picture:
    """What ``jpeg`` shows, re-encoded for its purpose; nothing is kept. Raises RuleBroken: what imaging says of it."""
    return imaging.receive(jpeg, rule_of(purpose), **_asking(purpose, PURPOSES[purpose].label))


def keep_picture(*, operation: Operation, person_key: PersonKey, purpose: str, picture: Picture) -> Attachment:
    """Keep a checked picture as the person's, unclaimed."""
    row = _new(person_key, purpose, picture)
    made = [(_describe(row, picture), picture)]
    with _written(made), transaction.atomic():
        row.save(force_insert=True)
        received = FileReceived(subject_id=row.pk, purpose=purpose, size=row.size, format=picture.received_format)
        record_events(operation, received, person_key=person_key)
    return row


def check_upload_quota(*, person_key: PersonKey, field: str) -> None:
    """Raises RuleBroken ``upload_quota`` when the person has sent, or tried to send, as much as a day allows."""
    if _events_today(person_key, FileReceived, FileRefused) >= UPLOADS_PER_DAY:
        raise RuleBroken("upload_quota", f"今天已上传 {UPLOADS_PER_DAY} 次，请明天再上传", field)


def note_refused_upload(*, operation: Operation, person_key: PersonKey, purpose: str, size: int, code: str) -> None:
    """Record that a picture was not taken; it counts for the day's quota."""
    with transaction.atomic(durable=True):
        refused = FileRefused(subject_id=person_key.pk, purpose=purpose, size=size, code=code)
        record_events(operation, refused, person_key=person_key)


def crop_photo(
    *, operation: Operation, person_key: PersonKey, attachment_id: uuid.UUID, frame: CropFrame
) -> Attachment:
    """Cut an unclaimed photo anew from its original; the row keeps its id, the earlier cut is deleted.

    Raises RuleBroken ``crop_quota``, or ``attachment_gone`` when there is no such photo of this person any more.
    """
    photo = adjustable(person_key=person_key, attachment_id=attachment_id)
    if _events_today(person_key, PhotoCropped) >= CROPS_PER_DAY:
        raise RuleBroken("crop_quota", f"今天已调整 {CROPS_PER_DAY} 次，请明天再调整")
    assert photo.original is not None
    picture = imaging.crop_to_photo(read_attachment(photo.original), frame, **_asking(photo.purpose, photo.label))
    _describe(photo, picture)
    with _written([(photo, picture)]), transaction.atomic(durable=True):
        unclaimed = Attachment.objects.select_for_update(no_key=True).filter(pk=photo.pk, claimed_at=None)
        before = unclaimed.first() or _gone()
        photo.save(update_fields=["storage_key", "width", "height", "size"])
        _remove_on_commit(before.storage_key)
        record_events(operation, PhotoCropped(subject_id=photo.pk, **frame._asdict()), person_key=person_key)
    return photo


def move_frame(*, operation: Operation, photo: Attachment, frame: CropFrame) -> Attachment:
    """Cut ``photo`` by ``frame``, brought inside the picture, unless it is cut so already or has no original.

    Raises RuleBroken as ``crop_photo``.
    """
    if photo.original is None:
        return photo
    frame = inside(frame, photo.original.width, photo.original.height)
    if frame == frame_of(photo):
        return photo
    return crop_photo(operation=operation, person_key=photo.person_key, attachment_id=photo.pk, frame=frame)


def adjustable(*, person_key: PersonKey, attachment_id: uuid.UUID) -> Attachment:
    """The person's photo while its crop may still be moved; raises RuleBroken ``attachment_gone``."""
    photos = Attachment.objects.filter(person_key=person_key, claimed_at=None).exclude(original=None)
    return photos.select_related("original__person_key").filter(pk=attachment_id).first() or _gone()


def frame_of(photo: Attachment) -> CropFrame:
    """Where an adjustable photo is cut: as the person last left it, or as it was proposed."""
    assert photo.original is not None
    moved = Event.objects.filter(subject_id=photo.pk, kind=PhotoCropped.__name__).order_by("-id").first()
    return CropFrame(**moved.data) if moved else default_frame(photo.original.width, photo.original.height)


def claim_attachments(*, person_key: PersonKey, ids: Collection[uuid.UUID], at: dt.datetime) -> None:
    """Make pictures part of the person's record, in the transaction that writes it; again does no harm.

    A claimed photo lets go of its original, which is swept. Raises RuleBroken ``attachment_gone``, which has to
    undo that transaction, when one of them is not there or another person's.
    """
    wanted = set(ids)
    rows = Attachment.objects.filter(pk__in=wanted, person_key=person_key)
    in_order = rows.select_for_update(no_key=True).order_by("pk").values("pk")  # as everybody locks them
    claimed = Attachment.objects.filter(pk__in=in_order).update(claimed_at=Coalesce("claimed_at", at), original=None)
    if claimed != len(wanted):
        _gone()


def release_attachments(*, person_key: PersonKey, ids: Collection[uuid.UUID]) -> None:
    """Undo ``claim_attachments`` for what did not become part of a record: it is received again, and swept some day."""
    Attachment.objects.filter(pk__in=ids, person_key=person_key).update(claimed_at=None)


def received_attachments(person_key: PersonKey, purposes: Iterable[str]) -> dict[str, Attachment]:
    """The newest unclaimed picture of each purpose."""
    rows = Attachment.objects.filter(person_key=person_key, purpose__in=list(purposes), claimed_at=None)
    return {row.purpose: row for row in rows.order_by("purpose", "-id").distinct("purpose")}


def read_attachment(attachment: Attachment) -> bytes:
    """The picture, a JPEG.

    Raises FileNotFoundError, SealBroken when the file is not this row's, KeyDestroyed after erasure.
    """
    return attachment.person_key.box.unseal(storage.read(attachment.storage_key), LABEL, attachment.pk)


def discard_attachments(
    *,
    person_key: PersonKey,
    purposes: Collection[str] | None = None,
    received: Collection[bytes] | None = None,
) -> int:
    """Delete the person's pictures that no record took over, those of some purposes or all; gives how many.

    A photo goes with its original. ``received``: only those of which these are the digests as they came.
    """
    rows = Attachment.objects.filter(person_key=person_key, claimed_at=None)
    if purposes is not None:
        rows = rows.filter(purpose__in=[*purposes, *originals_of(list(purposes))])
    if received is not None:
        rows = rows.filter(sha256_received__in=received)
    with transaction.atomic():
        return _drop(rows.select_for_update().order_by("pk"))


def sweep_unclaimed_files(*, before: dt.datetime, keep: Collection[QuerySet[Any]]) -> int:
    """Delete pictures received ``before`` that no record took over; gives how many.

    ``keep`` are queries for rows with a ``person_key`` whose pictures are still wanted. Originals go last: a photo that
    is still being adjusted keeps its own.
    """
    expired = Attachment.objects.filter(claimed_at=None, created_at__lt=before)
    originals = originals_of(list(PURPOSES))
    cuts = Attachment.objects.filter(original=OuterRef("pk"))
    owned = [rows.filter(person_key=OuterRef("person_key")) for rows in keep]
    return _drop_batches(expired.exclude(purpose__in=originals), owned) + _drop_batches(
        expired.filter(purpose__in=originals), [*owned, cuts]
    )


def sweep_stray_files(*, before: dt.datetime) -> int:
    """Delete files without a row, left by a crash ``before``; gives how many."""
    count = 0
    for keys in storage.folders():
        known = set(Attachment.objects.filter(storage_key__in=keys).values_list("storage_key", flat=True))
        for key in set(keys) - known:
            written_at = storage.written_at(key)
            if written_at and written_at < before:
                storage.remove(key)
                count += 1
    return count


def _rows(
    person_key: PersonKey, purpose: str, picture: Picture, adjustable: bool, frame: CropFrame | None, **asking: Any
) -> list[tuple[Attachment, Picture]]:
    """The rows one upload makes, unsaved, with their pictures; the one that counts comes last."""
    row = _new(person_key, purpose, picture)
    made = [(_describe(row, picture), picture)]
    if original := PURPOSES[purpose].original:
        cut = imaging.crop_to_photo(picture.jpeg, frame or default_frame(picture.width, picture.height), **asking)
        if not adjustable:
            return [(_describe(row, cut), cut)]
        row.purpose = original
        photo = _new(person_key, purpose, picture)
        photo.original = row
        made.append((_describe(photo, cut), cut))
    return made


def _new(person_key: PersonKey, purpose: str, picture: Picture) -> Attachment:
    """An unsaved row for what ``picture`` shows. Its digest differs from person to person."""
    shown = hashlib.sha256(uuid.UUID(str(person_key.pk)).bytes + picture.pixels).digest()
    return Attachment(
        id=uuid7(),
        person_key=person_key,
        purpose=purpose,
        sha256_received=picture.sha256_received,
        pixels_digest=shown,
    )


def _asking(field: str, label: str) -> dict[str, Any]:
    """What imaging wants to know besides the picture: the words of a refusal, and where its locks are."""
    return {"field": field, "label": label, "slots_dir": settings.HOME / "slots"}


def _describe(row: Attachment, picture: Picture) -> Attachment:
    """Give the row a new file with ``picture``'s sizes."""
    row.storage_key = storage.new_key()
    row.width, row.height, row.size = picture.width, picture.height, len(picture.jpeg)
    return row


@contextlib.contextmanager
def _written(pictures: Iterable[tuple[Attachment, Picture]]) -> Iterator[None]:
    """The sealed files of these rows; gone again if the block fails."""
    with contextlib.ExitStack() as undo:
        for row, picture in pictures:
            undo.callback(storage.remove, row.storage_key)
            storage.write(row.storage_key, row.person_key.box.seal(picture.jpeg, LABEL, row.pk))
        yield
        undo.pop_all()


def _drop_batches(rows: QuerySet[Attachment], wanted: Collection[QuerySet[Any]]) -> int:
    """Those for which none of the queries ``wanted`` finds anything, oldest first.

    Some hundred are picked before anything is asked about them: asked of all at once, the database may read all open
    drafts for each batch, or even for each picture.
    """
    count = 0
    picked = list(_oldest(rows)[:SWEPT_AT_ONCE])
    while picked:
        free = Attachment.objects.filter(pk__in=[pk for _, pk in picked], claimed_at=None)
        for each in wanted:
            free = free.filter(~Exists(each))
        with transaction.atomic(durable=True):
            count += _drop(free.select_for_update(of=("self",), skip_locked=True).order_by("pk"))
        created_at, pk = picked[-1]
        later = rows.filter(Q(created_at__gt=created_at) | Q(pk__gt=pk), created_at__gte=created_at)
        picked = list(_oldest(later)[:SWEPT_AT_ONCE])
    return count


def _oldest(rows: QuerySet[Attachment]) -> QuerySet[Attachment, tuple[dt.datetime, uuid.UUID]]:
    return rows.order_by("created_at", "pk").values_list("created_at", "pk")


def _drop(rows: Iterable[Attachment]) -> int:
    """Delete rows, and their files once that is committed. Photos before the originals they point to."""
    batch = list(rows)
    cut = [row.pk for row in batch if row.original_id]
    Attachment.objects.filter(pk__in=cut).delete()
    Attachment.objects.filter(pk__in=[row.pk for row in batch]).delete()
    for row in batch:
        _remove_on_commit(row.storage_key)
    return len(batch)


def _remove_on_commit(key: str) -> None:
    """The sweep deletes what cannot be deleted now."""
    transaction.on_commit(functools.partial(storage.remove, key), robust=True)


def _events_today(person_key: PersonKey, *kinds: type[DomainEvent]) -> int:
    midnight = dt.datetime.combine(clock.today(), dt.time(), clock.CHINA)
    names = [kind.__name__ for kind in kinds]
    return Event.objects.filter(person_key=person_key, kind__in=names, id__gte=lowest_uuid7(midnight)).count()


def _gone() -> NoReturn:
    raise RuleBroken("attachment_gone", "附件已失效，请重新上传")
