"""Views note what personal data they showed or why they refused; the middleware writes it down."""

import dataclasses
import uuid

from django.http import HttpRequest


@dataclasses.dataclass(frozen=True, slots=True)
class Access:
    """One look at somebody's data, or one refusal (``outcome`` is its code)."""

    action: str
    subject_id: uuid.UUID | None
    outcome: str


def note(request: HttpRequest, action: str, *, subject_id: uuid.UUID | None = None, outcome: str = "ok") -> None:
    """Remember an access; it is stored after the view's transaction and before the answer leaves."""
    request.__dict__.setdefault("_accesses", []).append(Access(action, subject_id, outcome))


def noted(request: HttpRequest) -> list[Access]:
    return list(request.__dict__.get("_accesses", []))
