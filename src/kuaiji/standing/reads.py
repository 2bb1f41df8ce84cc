"""Who looked at somebody's data, and the pictures that are kept of them: what every app shares."""

import uuid

from django.db.models import QuerySet

from kuaiji.attachments.models import Attachment
from kuaiji.audit.models import AccessLog
from kuaiji.identity.data_parts import DATA_PARTS
from kuaiji.identity.models import User


def pictures_of(user: User) -> QuerySet[Attachment]:
    """Every picture that was sent and is kept, the oldest first."""
    return Attachment.objects.filter(person_key=user.person_key_id).select_related("person_key").order_by("pk")


def reads_of(user: User) -> QuerySet[AccessLog]:
    """Who looked at the person's data, or was refused, the newest first."""
    subjects: list[uuid.UUID] = [user.pk, user.person_key_id]
    subjects += pictures_of(user).values_list("pk", flat=True)
    for part in DATA_PARTS.values():
        subjects += part.subjects(user)
    return AccessLog.objects.filter(subject_id__in=subjects).order_by("-id")
