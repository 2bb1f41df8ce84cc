"""Pictures sent by people, past the pages."""

import random

from django.core.files.uploadedfile import SimpleUploadedFile

from kuaiji.attachments.models import Attachment
from kuaiji.attachments.purposes import PURPOSES
from kuaiji.attachments.services import receive_upload
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.identity.models import User
from people.persons import make_picture


def receiving(user: User) -> Operation:
    """What an upload of ``user`` is recorded under."""
    return Operation(kind=OperationKind.FILE_RECEIVING, actor_kind=ActorKind.CITIZEN, actor_id=user.pk)


def send(user: User, purpose: str, data: bytes | None = None) -> Attachment:
    """What receiving ``data``, or a new portrait, gives."""
    return receive_upload(
        operation=receiving(user),
        person_key=user.person_key,
        purpose=purpose,
        upload=SimpleUploadedFile("我的照片.jpg", make_picture(random.Random(), 600, 800) if data is None else data),
        field=purpose,
        label=PURPOSES[purpose].label,
    )
