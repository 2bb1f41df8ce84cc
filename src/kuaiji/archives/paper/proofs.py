"""信息已采集: what the proof for an employer and the card to keep say of a record."""

import dataclasses
import datetime as dt

from kuaiji.accountants.enums import CollectionStatus, SectionSlug
from kuaiji.accountants.models import Record, RecordVersion
from kuaiji.accountants.reading.currency import UpToDate, up_to_date
from kuaiji.accountants.services.versions import answers_of
from kuaiji.archives.paper.sheets import photo_of
from kuaiji.codelists.services import label
from kuaiji.common import clock, documents
from kuaiji.common.errors import RuleBroken
from kuaiji.regions.services import full_name


@dataclasses.dataclass(frozen=True, slots=True)
class Proof:
    """Who is collected here, since when, and until when it counts. The document's number is masked: whoever is shown
    the proof has seen the document, or needs no number."""

    name: str
    document: str
    reference_number: str
    division: str
    collected_on: dt.date
    confirmed_on: dt.date
    currency: UpToDate
    photo: bytes


def check_collected(record: Record) -> None:
    """Raises RuleBroken ``not_collected`` for a record of any other state than 信息已采集."""
    if record.status != CollectionStatus.COLLECTED:
        state = CollectionStatus(record.status).label
        raise RuleBroken("not_collected", f"采集状态是“{state}”。状态为“信息已采集”时才能生成")


def proof_of(record: Record, version: RecordVersion) -> Proof:
    """What is proven of ``record``, whose newest version is ``version``. The caller has locked the record.

    Raises RuleBroken (``check_collected``), and what reading the photo raises.
    """
    check_collected(record)
    user = record.user
    return Proof(
        name=user.name,
        document=f"{label('document_types', user.document_type)} {documents.mask(user.document_number)}",
        reference_number=record.reference_number,
        division=full_name(record.division_code),
        collected_on=clock.day_of(record.collected_at),
        confirmed_on=clock.day_of(record.confirmed_at),
        currency=up_to_date(record, clock.today()),
        photo=photo_of(record, answers_of(version)[SectionSlug.PERSONAL]),
    )
