"""Addresses under which pictures are shown to their owners."""

import uuid

from django.conf import settings
from django.urls import reverse


def picture_address(attachment_id: uuid.UUID | str) -> str:
    """The address of a picture of which only the id is at hand, as in a version of a record; of the citizens' face,
    whichever face asks."""
    return reverse("attachments:show", settings.ROOT_URLCONF, args=[attachment_id])
