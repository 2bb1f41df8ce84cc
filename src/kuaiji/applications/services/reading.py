"""Applications as a bureau reads them."""

import uuid

from kuaiji.applications.models import Application
from kuaiji.attachments.models import Attachment


def find_application(application_id: uuid.UUID) -> Application | None:
    """The application with whom it concerns; None where there is none of this id."""
    rows = Application.objects.select_related(
        "person_key", "user__person_key", "begun_member", "first_member", "decided_member"
    )
    return rows.filter(pk=application_id).first()


def proofs_of(application: Application) -> list[Attachment]:
    """The pictures that came with a correction, in their order; those that are gone are left out."""
    ids = [uuid.UUID(proof) for proof in application.details.get("proofs", ())]
    rows = Attachment.objects.select_related("person_key").in_bulk(ids)
    return [rows[proof] for proof in ids if proof in rows]
