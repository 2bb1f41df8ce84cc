"""Releases found under the current fingerprint key, whenever they arrived: a step of ``kuaiji rotate-keys``."""

import uuid

from django.db.models import QuerySet

from kuaiji.common.keyring import keyring
from kuaiji.common.rotation import RotationStep, walk
from kuaiji.identity.people.fingerprints import document_fingerprints
from kuaiji.transfers.models import Release
from kuaiji.transfers.services.arriving import body_of


def _behind() -> QuerySet[Release]:
    kept = Release.objects.filter(ended_at=None, document_key__isnull=False)
    return kept.exclude(document_key_id=keyring().current_fingerprint)


def _index(ids: list[uuid.UUID]) -> None:
    rows = _behind().filter(pk__in=ids).select_related("person_key")
    for release in rows.select_for_update(of=("self",), no_key=True, skip_locked=True):
        release.document_key_id = keyring().current_fingerprint
        release.document_key = document_fingerprints(body_of(release).person.document)[release.document_key_id]
        release.save(update_fields=["document_key", "document_key_id"])


RELEASES = RotationStep("待接收的调转", lambda: _behind().count(), walk(Release), _index)
