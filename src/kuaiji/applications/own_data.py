"""What a person asked a bureau for, for 我的数据."""

import uuid
from typing import Any

from django.http import HttpRequest

from kuaiji.applications.display import shown_to
from kuaiji.applications.models import Application
from kuaiji.applications.services.submitting import applications_of
from kuaiji.identity.data_parts import DATA_CARDS, DATA_PARTS, DataCard, DataPart, columns
from kuaiji.identity.models import User

OF_REQUEST = ("reference_number", "kind", "field", "state", "submitted_at", "due_on", "decided_at", "reason", "reasons")


def register() -> None:
    """Say what this app keeps. Once, in AppConfig.ready."""
    part = DataPart(order=130, values=lambda user: [_request(row) for row in applications_of(user)], subjects=_subjects)
    DATA_PARTS.register("requests", part)
    DATA_CARDS.register("requests", DataCard(order=10, template="applications/data_card.html", context=_card))


def _request(row: Application) -> dict[str, Any]:
    """What was typed for a lost phone may be a stranger's, so it is the person's only in a correction."""
    return columns(row, OF_REQUEST) | {"details": row.details if row.field else None}


def _subjects(user: User) -> list[uuid.UUID]:
    return list(applications_of(user).values_list("pk", flat=True))


def _card(request: HttpRequest, user: User) -> dict[str, Any]:
    return {"requests": shown_to(user)}
