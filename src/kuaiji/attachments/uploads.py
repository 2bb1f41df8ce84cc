"""The files of a form: those that came with the request, and those that had come before."""

import dataclasses
import re
from collections.abc import Collection, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from kuaiji.attachments.models import Attachment
from kuaiji.attachments.pictures.cropping import CropFrame
from kuaiji.attachments.purposes import PURPOSES
from kuaiji.attachments.services import move_frame, receive_upload, received_attachments, upload_turn
from kuaiji.audit.access import operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common.errors import RuleBroken
from kuaiji.keys.models import PersonKey


@dataclasses.dataclass(slots=True)
class Uploads:
    """Files of one request and those received before: attachments by field, refusals by field."""

    received: dict[str, Attachment] = dataclasses.field(default_factory=dict)
    refused: dict[str, RuleBroken] = dataclasses.field(default_factory=dict)


def take(
    request: HttpRequest,
    *,
    person_key: PersonKey,
    fields: Mapping[str, tuple[str, str]],
    kept: Mapping[str, Attachment] | None = None,
    fetched: Collection[str] = (),
) -> Uploads:
    """Receive the files of ``fields`` (name: purpose and label); where none came, the newest unclaimed one counts.

    Of several parts of one name the last counts. While another upload of the person is under way none is taken.
    Pictures of ``fetched`` never come from the browser. The frame of a photo comes with its file, or later alone, where
    the file was sent before. ``kept`` are pictures of the record: they count where nothing
    came at all, and where the same bytes came once more.
    """
    uploads = Uploads()
    came = {
        field: upload
        for field in fields
        if field not in fetched and isinstance(upload := request.FILES.get(field), UploadedFile)
    }
    if came:
        try:
            operation = operation_of(request, OperationKind.FILE_RECEIVING)
            with upload_turn(person_key=person_key):
                for field, upload in came.items():
                    frame = _frame(request, field, fields[field][0])
                    _receive(uploads, operation, person_key, field, fields[field], upload, frame)
        except RuleBroken as stopped:
            uploads.refused = dict.fromkeys(came, stopped)
    earlier = received_attachments(person_key, [purpose for purpose, _ in fields.values()])
    for field, (purpose, _) in fields.items():
        if purpose in earlier and field not in uploads.refused:
            uploads.received.setdefault(field, earlier[purpose])
        if field not in came and field in uploads.received and (frame := _frame(request, field, purpose)):
            _move(uploads, request, field, frame)
    for field, row in (kept or {}).items():
        newest = uploads.received.get(field, row)
        if field not in uploads.refused and newest.sha256_received == row.sha256_received:
            uploads.received[field] = row
    return uploads


def _frame(request: HttpRequest, field: str, purpose: str) -> CropFrame | None:
    """Where the person moved the frame before sending (js/pictures.js), in thousandths; None for anything else."""
    if not PURPOSES[purpose].original:
        return None
    typed = [request.POST.get(f"{field}_{part}", "") for part in CropFrame._fields]
    if not all(re.fullmatch(r"[0-9]{1,4}", text) for text in typed):
        return None
    left, top, width = map(int, typed)
    return CropFrame(left, top, width) if max(left, top, width) <= 1000 and width else None


def _move(uploads: Uploads, request: HttpRequest, field: str, frame: CropFrame) -> None:
    """A frame that was moved after its file had been sent; it is refused in its field."""
    photo = uploads.received[field]
    try:
        uploads.received[field] = move_frame(
            operation=operation_of(request, OperationKind.FILE_RECEIVING), photo=photo, frame=frame
        )
    except RuleBroken as broken:
        uploads.refused[field] = broken


def _receive(
    uploads: Uploads,
    operation: Operation,
    person_key: PersonKey,
    field: str,
    asked: tuple[str, str],
    upload: "UploadedFile[Any]",
    frame: CropFrame | None,
) -> None:
    """One file, kept or refused in its field."""
    purpose, label = asked
    try:
        uploads.received[field] = receive_upload(
            operation=operation,
            person_key=person_key,
            purpose=purpose,
            upload=upload,
            field=field,
            label=label,
            frame=frame,
        )
    except RuleBroken as broken:
        uploads.refused[field] = broken
