"""The files of a form: those that came with the request, and those that had come before."""

import dataclasses
from collections.abc import Collection, Mapping

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from kuaiji.attachments.models import Attachment
from kuaiji.attachments.services import receive_upload, received_attachments
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

    Of several parts of one name the last counts. Pictures of ``fetched`` never come from the browser. ``kept`` are
    pictures of the record: they count where nothing came at all, and where the same bytes came once more.
    """
    uploads = Uploads()
    operation: Operation | None = None  # one for all files, and none while no file came
    for field, (purpose, label) in fields.items():
        upload = request.FILES.get(field)
        if field in fetched or not isinstance(upload, UploadedFile):
            continue
        try:
            operation = operation or operation_of(request, OperationKind.FILE_RECEIVING)
            uploads.received[field] = receive_upload(
                operation=operation,
                person_key=person_key,
                purpose=purpose,
                upload=upload,
                field=field,
                label=label,
            )
        except RuleBroken as broken:
            uploads.refused[field] = broken
    earlier = received_attachments(person_key, [purpose for purpose, _ in fields.values()])
    for field, (purpose, _) in fields.items():
        if purpose in earlier and field not in uploads.refused:
            uploads.received.setdefault(field, earlier[purpose])
    for field, row in (kept or {}).items():
        came = uploads.received.get(field, row)
        if field not in uploads.refused and came.sha256_received == row.sha256_received:
            uploads.received[field] = row
    return uploads
