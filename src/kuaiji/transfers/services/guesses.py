"""Claims that name a wrong place or a wrong code (docs/adr/0052): counted, and told to the origin.

A try is taken before anything is looked at and given back when nothing was wrong, so that many at the same moment are
no way round the limits. The phone that is bound at the origin takes none.
"""

import dataclasses
import datetime as dt
import uuid

from django.db import transaction

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation, record_events
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import uuid7
from kuaiji.common.keyring import keyring
from kuaiji.exchange.partners import clients
from kuaiji.exchange.services import enqueue
from kuaiji.identity.people.details import Details
from kuaiji.identity.people.fingerprints import current_fingerprint, document_fingerprints, phone_fingerprints
from kuaiji.limits.services import count_or_refuse, forget_counted
from kuaiji.transfers import attempts
from kuaiji.transfers.events import AttemptsTold
from kuaiji.transfers.models import RefusedAttempts, Release
from kuaiji.transfers.services.codes import PROOFS_SINCE
from kuaiji_wire.messages import Topic

BETWEEN_MESSAGES = dt.timedelta(hours=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Try:
    """One that is counted. ``is_closed_to_others``: too many were wrong today, whoever made them."""

    id: uuid.UUID
    at: dt.datetime
    is_closed_to_others: bool


@transaction.atomic
def take_try(details: Details) -> Try:
    """Count one for document and phone. Raises RuleBroken ``limit_claim_guess``."""
    taken, at = uuid7(), clock.now()
    document = current_fingerprint(document_fingerprints(details.person.document))
    phone = current_fingerprint(phone_fingerprints(details.phone))
    count_or_refuse(attempts.CLAIM_GUESS, keyring().mac("claim_guess", document + phone), detail=taken.bytes)
    try:
        count_or_refuse(attempts.CLAIM_GUESS_BY_ALL, document, detail=taken.bytes)
    except RuleBroken:
        return Try(taken, at, is_closed_to_others=True)
    return Try(taken, at, is_closed_to_others=False)


def give_back(taken: Try | None) -> None:
    """Nothing was wrong: it counts for nothing."""
    if taken:
        kinds = (attempts.CLAIM_GUESS, attempts.CLAIM_GUESS_BY_ALL)
        forget_counted(of=kinds, detail=taken.id.bytes, since=taken.at)


@transaction.atomic
def note_refused(release: Release, taken: Try, *, wrong_codes: int = 0, wrong_divisions: int = 0) -> None:
    """Add to what the origin will be told."""
    Release.objects.select_for_update(no_key=True).get(pk=release.pk)
    row = RefusedAttempts.objects.filter(release=release, told_at=None).first()
    if row is None:
        number = RefusedAttempts.objects.filter(release=release).count() + 1
        row = RefusedAttempts(release=release, number=number, since=taken.at, until=taken.at)
    row.wrong_codes += wrong_codes
    row.wrong_divisions += wrong_divisions
    row.until = max(row.until, taken.at)
    row.is_closed_to_others = row.is_closed_to_others or taken.is_closed_to_others
    row.save()


def tell_refused() -> int:
    """Tell every origin what is new, of a release once an hour; how many messages were queued. Outside transactions.

    A platform that speaks version 1 of the wire keeps it.
    """
    if clients.wire_version() < PROOFS_SINCE:
        return 0
    before = clock.now() - BETWEEN_MESSAGES
    lately = RefusedAttempts.objects.filter(told_at__gt=before).values("release")
    rows = RefusedAttempts.objects.filter(told_at=None, release__ended_at=None).exclude(release__in=lately)
    return sum(_tell(pk) for pk in rows.values_list("pk", flat=True))


@transaction.atomic
def _tell(attempts_id: uuid.UUID) -> bool:
    waiting = RefusedAttempts.objects.filter(pk=attempts_id, told_at=None)
    row = waiting.select_for_update(no_key=True, skip_locked=True).first()
    if row is None:
        return False
    operation = Operation(kind=OperationKind.EXCHANGE, actor_kind=ActorKind.SYSTEM)
    row.told_at = operation.at
    row.save(update_fields=["told_at"])
    # In a stream of its own: it must hold back no claim.
    enqueue(topic=Topic.TRANSFER_ATTEMPTS_REFUSED, subject_id=row.release_id, stream_id=row.pk, version=row.number)
    told = AttemptsTold(subject_id=row.release_id, wrong_codes=row.wrong_codes, wrong_divisions=row.wrong_divisions)
    record_events(operation, told)
    return True
