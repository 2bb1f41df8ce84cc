"""A person's transfers, for 我的数据."""

import uuid
from typing import Any

from django.http import HttpRequest

from kuaiji.identity.data_parts import DATA_CARDS, DATA_PARTS, DataCard, DataPart, columns
from kuaiji.identity.models import User
from kuaiji.transfers.display import ShownIn, shown
from kuaiji.transfers.services.reading import transfers_out_of

OF_OUT = (
    "division_code", "destination_id", "destination_division", "reason", "state", "applied_at", "reviewed_at",
    "findings", "withdraw_asked_at", "hub_changed_at", "note",
)  # fmt: skip
OF_IN = (
    "origin_id", "division_code", "state", "claimed_at", "pictures_at", "reviewed_at", "findings", "hub_changed_at",
    "note", "reasons",
)  # fmt: skip


def register() -> None:
    """Say what this app keeps. Once, in AppConfig.ready."""
    DATA_PARTS.register("transfers_out", DataPart(order=110, values=_outs, subjects=_subjects))
    DATA_PARTS.register("transfers_in", DataPart(order=120, values=_ins))
    DATA_CARDS.register("transfers", DataCard(order=20, template="transfers/data_card.html", context=_card))


def _outs(user: User) -> Any:
    return [columns(row, OF_OUT) | {"hub": row.hub_words} for row in transfers_out_of(user)]


def _ins(user: User) -> Any:
    return [columns(row, OF_IN) for row in user.transfers_in.select_related("person_key")]


def _subjects(user: User) -> list[uuid.UUID]:
    return list(transfers_out_of(user).values_list("pk", flat=True))


def _card(request: HttpRequest, user: User) -> dict[str, Any]:
    claims = [ShownIn(row) for row in user.transfers_in.select_related("origin", "person_key")]
    return {"transfers": shown(transfers_out_of(user)), "claims": claims}
