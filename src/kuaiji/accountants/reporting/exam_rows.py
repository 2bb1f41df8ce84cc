"""The rows of the exam check under the current fingerprint key: a step of ``kuaiji rotate-keys``."""

import uuid

from django.db.models import F, OuterRef, QuerySet, Subquery

from kuaiji.accountants.models import ExamRow
from kuaiji.common.keyring import keyring
from kuaiji.common.rotation import RotationStep, walk
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.models import Fingerprint


def _now() -> Subquery:
    """What the person of a row is found by under the current key."""
    document = Fingerprint.objects.filter(kind=FingerprintKind.DOCUMENT, key_id=keyring().current_fingerprint)
    return Subquery(document.filter(user__record=OuterRef("record")).values("fingerprint")[:1])


def _behind() -> QuerySet[ExamRow]:
    return ExamRow.objects.alias(now=_now()).exclude(now=None).exclude(document_fingerprint=F("now"))


def _index(ids: list[uuid.UUID]) -> None:
    rows = _behind().filter(pk__in=ids).select_for_update(of=("self",), no_key=True, skip_locked=True)
    ExamRow.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(document_fingerprint=_now())


EXAM_ROWS = RotationStep("考试核验", lambda: _behind().count(), walk(ExamRow), _index)
