"""Addresses under which pictures are shown."""

import uuid

from django.urls import reverse


def picture_address(attachment_id: uuid.UUID | str) -> str:
    """The address of a picture of which only the id is at hand, as in a version of a record."""
    return reverse("attachments:show", args=[attachment_id])
