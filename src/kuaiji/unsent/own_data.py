"""Drafts of forms, for 我的数据."""

from typing import Any

from kuaiji.identity.data_parts import DATA_PARTS, DataPart, columns
from kuaiji.identity.models import User
from kuaiji.unsent.registry import KEPT_FORMS
from kuaiji.unsent.services import unsent_forms

OF_FORM = ("form", "saved_at", "fields")


def register() -> None:
    """Say what this app keeps. Once, in AppConfig.ready."""
    DATA_PARTS.register("unsent_forms", DataPart(order=72, values=_forms))


def _forms(user: User) -> Any:
    rows = unsent_forms(user).select_related("person_key")
    return [{"title": KEPT_FORMS[row.form].title, **columns(row, OF_FORM)} for row in rows]
