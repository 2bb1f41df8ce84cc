"""Requests in words, for the person and for the bureau."""

import dataclasses
from collections.abc import Mapping

from kuaiji.applications.enums import BY_STAFF, ApplicationKind, ApplicationState, CorrectionField
from kuaiji.applications.models import Application
from kuaiji.applications.services.submitting import applications_of
from kuaiji.attachments.addresses import picture_address
from kuaiji.codelists.services import label
from kuaiji.common import documents
from kuaiji.identity.models import User


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """An application as the person reads it. ``before`` and ``after`` are empty where somebody else may have typed
    them."""

    application: Application
    title: str
    state: ApplicationState
    before: str = ""
    after: str = ""
    reason: str = ""
    proofs: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Does it wait for a decision?"""
        return self.state == ApplicationState.SUBMITTED


def shown_to(user: User) -> list[Shown]:
    """Every application that concerns ``user``, the newest first."""
    return [_shown(application) for application in applications_of(user)]


def in_words(field: CorrectionField, values: Mapping[str, str], *, mask: bool = False) -> str:
    """The values of a correction as a person reads them."""
    if field == CorrectionField.GENDER:
        return label("genders", values["gender"])
    if field == CorrectionField.COUNTRY:
        return label("countries", values["country"])
    number = (documents.mask if mask else documents.grouped)(values["document_number"])
    country = f"（{label('countries', values['document_country'])}）" if values["document_country"] else ""
    return f"{label('document_types', values['document_type'])}{country} {number}"


def _shown(application: Application) -> Shown:
    state = ApplicationState(application.state)
    if application.kind == ApplicationKind.PHONE_LOST:
        return Shown(application, "更换登录手机号", state)
    if application.kind in BY_STAFF:
        return Shown(application, str(ApplicationKind(application.kind).label), state)
    field, details = CorrectionField(application.field), application.details
    return Shown(
        application,
        f"更正{field.label}",
        state,
        in_words(field, details["before"]),
        in_words(field, details["values"]),
        details["reason"],
        tuple(picture_address(proof) for proof in details["proofs"]),
    )
