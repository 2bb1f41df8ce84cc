"""What identity keeps about a person, for 我的数据."""

from typing import Any

from django.http import HttpRequest

from kuaiji.identity.data_parts import DATA_CARDS, DATA_PARTS, DataCard, DataPart, columns
from kuaiji.identity.models import User
from kuaiji.identity.sessions.services import session_lines, sessions_of
from kuaiji.messages.services.choosing import unwanted_of
from kuaiji.messages.services.reading import inbox_of

OF_USER = (
    "name", "document_type", "document_country", "document_number", "phone", "joined_at", "last_login",
    "works_in_accounting", "holds_qualification",
)  # fmt: skip


def register() -> None:
    """Say what this app keeps. Once, in AppConfig.ready."""
    DATA_PARTS.register("identity", DataPart(order=10, values=lambda user: columns(user, OF_USER)))
    DATA_PARTS.register("checks", DataPart(order=20, values=_checks))
    DATA_PARTS.register("agreements", DataPart(order=30, values=_agreements))
    DATA_PARTS.register("messages", DataPart(order=150, values=_messages))
    DATA_PARTS.register("sessions", DataPart(order=140, values=_sessions))
    DATA_CARDS.register("sessions", DataCard(order=30, template="identity/data_sessions.html", context=_card))


def _checks(user: User) -> Any:
    return list(user.checks.order_by("kind").values("kind", "outcome", "holder_name", "checked_at"))


def _agreements(user: User) -> Any:
    return list(user.agreements.order_by("at", "pk").values("text", "version", "at"))


def _sessions(user: User) -> Any:
    return list(sessions_of(user.pk).values("browser", "started_at", "last_used_at"))


def _messages(user: User) -> Any:
    return [
        columns(row, ("event", "words", "made_at", "read_at"))
        | {"deliveries": [columns(each, ("channel", "state", "reason", "changed_at")) for each in row.deliveries.all()]}
        for row in inbox_of(user.person_key_id)
    ] + [{"unwanted": sorted(unwanted_of(user.person_key_id))}]


def _card(request: HttpRequest, user: User) -> dict[str, Any]:
    return {"sessions": session_lines(user_id=user.pk, cookie=request.session.session_key)}
