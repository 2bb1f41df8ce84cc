"""Requesting a print, making it, handing it out, and checking whether it is genuine (R3.8).

A file is written before its row says so and deleted after: a crash leaves at most a file without a row. The sweep of
strays (attachments) deletes those, and knows nothing of prints: it leaves alone what is younger than a print gets.
"""

import datetime as dt
import functools
import uuid
from collections.abc import Callable
from typing import TypeVar

import structlog
from django.db import transaction

from kuaiji.accountants.models import Record, RecordVersion
from kuaiji.accountants.services.locking import locked_record
from kuaiji.accountants.services.versions import current_version
from kuaiji.archives import check_codes
from kuaiji.archives.attempts import CHECK_FROM_ADDRESS
from kuaiji.archives.enums import PrintKind, PrintState
from kuaiji.archives.events import PrintAsked, PrintFailed, PrintMade
from kuaiji.archives.models import ArchivePrint
from kuaiji.archives.paper.cards import draw_card
from kuaiji.archives.paper.printing import Check, Paper, PrintingFailed, PrintingUnavailable, put_on_paper
from kuaiji.archives.paper.proofs import check_collected, proof_of
from kuaiji.archives.paper.sheets import sheet_of
from kuaiji.attachments import storage
from kuaiji.audit.services import Operation, record_events
from kuaiji.common import clock, jobs
from kuaiji.common.errors import RuleBroken
from kuaiji.common.keyring import SealBroken
from kuaiji.keys.models import KeyDestroyed
from kuaiji.limits.services import Address, count_act

log = structlog.get_logger(__name__)

LABEL = "archives.print"
QUEUE = "prints"
MAKE = "archives.make_print"
LANES = 2  # prints made at a time: each takes some 250 MB and two seconds of a processor
KEPT = dt.timedelta(hours=24)
PATIENCE = dt.timedelta(hours=1)  # a job that has not come by then never will


def newest_print(record: Record, kind: PrintKind) -> ArchivePrint | None:
    """Where the record's last print of ``kind`` stands; None when there is none, or it shows what was before."""
    prints = ArchivePrint.objects.filter(record=record, kind=kind).select_related("person_key")
    asked = prints.order_by("-asked_at").first()
    if asked is None or asked.state == PrintState.WAITING:
        return asked
    over = asked.expires_at or asked.asked_at + KEPT
    if kind != PrintKind.ARCHIVE and asked.asked_at < record.confirmed_at:  # those say until when it counts
        return None
    return asked if asked.version == record.version and clock.now() < over else None


def request_print(*, operation: Operation, record_id: uuid.UUID, kind: PrintKind, address: str) -> ArchivePrint:
    """Have a print of ``kind`` made of the record as it stands. ``address`` is the page of the check, for the paper.

    A print that waits, or one of the same version that is still kept, is given again: however often the button is
    pressed, one job. Raises RuleBroken ``not_collected`` where the kind says 信息已采集 and the record does not.
    """
    with transaction.atomic():
        record = locked_record(record_id)
        if kind != PrintKind.ARCHIVE:
            check_collected(record)
        asked = newest_print(record, kind)
        if asked and asked.state in (PrintState.WAITING, PrintState.READY):
            return asked
        made = ArchivePrint.objects.create(
            record=record,
            person_key=record.person_key,
            kind=kind,
            version=record.version,
            state=PrintState.WAITING,
            asked_at=operation.at,
        )
        record_events(operation, PrintAsked(subject_id=record.pk, version=made.version, print_kind=kind))
        lane = f"{QUEUE}.{made.pk.int % LANES}"
        jobs.defer(MAKE, queue=QUEUE, lock=lane, print_id=str(made.pk), address=address)
        return made


def print_archive(*, operation: Operation, print_id: uuid.UUID, address: str) -> None:
    """Make the file of a waiting print. Done before, it does nothing.

    Printing that fails leaves a row that says so; the person may ask again.
    """
    asked = ArchivePrint.objects.filter(pk=print_id, state=PrintState.WAITING).select_related("person_key").first()
    if asked is None:
        return
    now = clock.now()
    check = Check(check_codes.new_code(), address, clock.today())
    try:
        paper = _MAKERS[PrintKind(asked.kind)](asked, check)
    except PrintingUnavailable as away:
        log.error("printing_unavailable", reason=" ".join(away.packages))
        return _give_up(operation, asked, PrintState.UNAVAILABLE)
    except RuleBroken:  # it has left since the person asked
        return _give_up(operation, asked, PrintState.FAILED)
    except (PrintingFailed, FileNotFoundError, SealBroken, KeyDestroyed):
        log.exception("printing_failed", subject_id=str(asked.pk))
        return _give_up(operation, asked, PrintState.FAILED)
    if paper.missing:
        log.warning("glyphs_missing", count=paper.missing)
    _keep(operation, asked, paper, check.code, now)


def read_print(made: ArchivePrint) -> bytes:
    """The file. Raises FileNotFoundError, SealBroken, KeyDestroyed."""
    return made.person_key.box.unseal(storage.read(made.storage_key or ""), LABEL, made.pk)


def find_print(code: str) -> ArchivePrint | None:
    """The print that carries this check code; None when there never was one, or its person was erased."""
    known = ArchivePrint.objects.filter(check_code__in=check_codes.code_fingerprints(code))
    return known.filter(person_key__destroyed_at=None).first()


def verify_print(code: str, *, address: Address) -> ArchivePrint | None:
    """``find_print`` for whoever holds a paper: a code that nobody knows counts for ``address``."""
    found = find_print(code)
    if found is None:
        count_act(CHECK_FROM_ADDRESS, address.key)
    return found


def sweep_prints(*, now: dt.datetime) -> int:
    """Delete the files whose time is over, and give up what was never made; gives how many files went."""
    waiting = ArchivePrint.objects.filter(state=PrintState.WAITING, asked_at__lt=now - PATIENCE)
    waiting.update(state=PrintState.FAILED)
    with transaction.atomic():
        over = ArchivePrint.objects.filter(state=PrintState.READY, expires_at__lte=now)
        rows = list(over.select_for_update(skip_locked=True).values_list("pk", "storage_key"))
        over.filter(pk__in=[pk for pk, _ in rows]).update(state=PrintState.EXPIRED, storage_key=None)
        for key in filter(None, (key for _, key in rows)):
            transaction.on_commit(functools.partial(storage.remove, key), robust=True)
    return len(rows)


Shown = TypeVar("Shown")


def _newest(asked: ArchivePrint, read: Callable[[Record, RecordVersion], Shown]) -> Shown:
    """What the print will show: the newest version, whichever that is by now."""
    with transaction.atomic():
        record = locked_record(asked.record_id)
        version = current_version(record)
        asked.version = version.number
        return read(record, version)


def _archive(asked: ArchivePrint, check: Check) -> Paper:
    sheet = _newest(asked, sheet_of)
    return put_on_paper("archives/print.html", {"sheet": sheet}, sheet.photo, check)


def _proof(asked: ArchivePrint, check: Check) -> Paper:
    proof = _newest(asked, proof_of)
    return put_on_paper("archives/proof.html", {"proof": proof}, proof.photo, check)


def _card(asked: ArchivePrint, check: Check) -> Paper:
    return draw_card(_newest(asked, proof_of), check)


_MAKERS = {PrintKind.ARCHIVE: _archive, PrintKind.PROOF: _proof, PrintKind.CARD: _card}


def _keep(operation: Operation, asked: ArchivePrint, paper: Paper, code: str, now: dt.datetime) -> None:
    key = storage.new_key()
    storage.write(key, asked.person_key.box.seal(paper.content, LABEL, asked.pk))
    with transaction.atomic():
        done = ArchivePrint.objects.filter(pk=asked.pk, state=PrintState.WAITING).update(
            state=PrintState.READY,
            version=asked.version,
            made_at=now,
            expires_at=now + KEPT,
            storage_key=key,
            check_code=check_codes.code_fingerprint(code),
            pages=paper.pages,
        )
        if done:
            made = PrintMade(
                subject_id=asked.record_id,
                version=asked.version,
                print_kind=asked.kind,
                pages=paper.pages,
                size=len(paper.content),
                missing=paper.missing,
            )
            record_events(operation, made)
    if not done:
        storage.remove(key)


def _give_up(operation: Operation, asked: ArchivePrint, state: PrintState) -> None:
    with transaction.atomic():
        if ArchivePrint.objects.filter(pk=asked.pk, state=PrintState.WAITING).update(state=state):
            record_events(operation, PrintFailed(subject_id=asked.record_id, state=state, print_kind=asked.kind))
