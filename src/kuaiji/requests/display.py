"""Requests in words, for the person and for the bureau."""

import dataclasses
from collections.abc import Mapping

from kuaiji.codelists.services import label
from kuaiji.common import documents
from kuaiji.identity.models import User
from kuaiji.requests.enums import CorrectionField, RequestKind, RequestState
from kuaiji.requests.models import BureauRequest
from kuaiji.requests.services.submitting import of_user


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A request as the person reads it; ``before`` and ``after`` are empty where somebody else may have typed them."""

    request: BureauRequest
    title: str
    state: RequestState
    before: str = ""
    after: str = ""
    reason: str = ""
    proofs: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Does it wait for a decision?"""
        return self.state == RequestState.SUBMITTED


def shown_to(user: User) -> list[Shown]:
    """Every request that concerns ``user``, the newest first."""
    return [_shown(request) for request in of_user(user)]


def in_words(field: CorrectionField, values: Mapping[str, str], *, mask: bool = False) -> str:
    """The values of a correction as a person reads them."""
    if field == CorrectionField.GENDER:
        return label("genders", values["gender"])
    if field == CorrectionField.COUNTRY:
        return label("countries", values["country"])
    number = (documents.mask if mask else documents.grouped)(values["document_number"])
    country = f"（{label('countries', values['document_country'])}）" if values["document_country"] else ""
    return f"{label('document_types', values['document_type'])}{country} {number}"


def _shown(request: BureauRequest) -> Shown:
    state = RequestState(request.state)
    if request.kind == RequestKind.PHONE_LOST:
        return Shown(request, "更换登录手机号", state)
    field, details = CorrectionField(request.field), request.details
    return Shown(
        request,
        f"更正{field.label}",
        state,
        in_words(field, details["before"]),
        in_words(field, details["values"]),
        details["reason"],
        tuple(f"/attachments/{proof}/" for proof in details["proofs"]),
    )
