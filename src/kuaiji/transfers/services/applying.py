"""调出 (R5.1): where somebody may go, and the application."""

import dataclasses
import functools
import uuid
from collections.abc import Sequence

from django.db import transaction

from kuaiji.accountants.services.locking import locked_record
from kuaiji.accountants.services.transferring import begin_transfer_out
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.services import claim_attachments
from kuaiji.audit.services import Operation, record_events
from kuaiji.cases.services.opening import open_case
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.profile import profile
from kuaiji.regions.rules import City
from kuaiji.regions.services import cities_of, registries
from kuaiji.transfers.enums import OUT_CASE, PROOF
from kuaiji.transfers.events import TransferApplied
from kuaiji.transfers.models import TransferOut
from kuaiji.transfers.services import due
from kuaiji.transfers.services.effects import review_later
from kuaiji.transfers.workflow import OPEN_OUT
from kuaiji.unsent.services import OpenedPage, settle_form

OUT_FORM = "transfers.out"  # the name under which an application is kept that was not sent

Group = tuple[str, tuple[tuple[str, str], ...]]


@dataclasses.dataclass(frozen=True, slots=True)
class Destination:
    """A platform one can go to. ``divisions`` are code and name, by the name of their city or province; empty for a
    platform without divisions."""

    code: str
    name: str
    divisions: tuple[Group, ...]

    def takes(self, division: str) -> bool:
        """Whether people can go there, to that division; empty for none."""
        codes = [code for _, places in self.divisions for code, _ in places]
        return division in codes if codes else not division


@functools.cache
def destinations() -> dict[str, Destination]:
    """Every platform of the country but this one by its code, in their order; kept for the life of the process."""
    return {row.code: Destination(row.code, row.name, _groups(row.name, cities_of(row.code))) for row in registries()}


def check_destination(destination: str, division: str) -> None:
    """Raises RuleBroken ``unknown_destination`` (field ``destination_platform``) or ``unknown_division`` (field
    ``destination_division``; also when a platform without divisions is given one)."""
    there = destinations().get(destination)
    if there is None:
        raise RuleBroken("unknown_destination", "请选择要调往的平台", "destination_platform")
    if not there.takes(division):
        words = f"请选择{there.name}的行政区划" if there.divisions else f"{there.name}不分行政区划，请留空"
        raise RuleBroken("unknown_division", words, "destination_division")


@transaction.atomic
def apply_for_transfer(
    *,
    operation: Operation,
    record_id: uuid.UUID,
    destination: str,
    division: str,
    reason: str,
    proof_id: uuid.UUID,
    opened: OpenedPage | None = None,
) -> TransferOut:
    """保存: lock the record and queue the review (OperationKind.TRANSFER_OUT). The same once more gives the open one.

    Raises RuleBroken ``transfer_open`` (another one is under way), ``not_changeable``, ``unknown_destination``,
    ``unknown_division``, ``attachment_gone``; StaleForm where another page than ``opened`` has kept something else.
    """
    check_destination(destination, division)
    record = locked_record(record_id)
    settle_form(user_id=record.user_id, form=OUT_FORM, opened=opened)
    rows = TransferOut.objects.select_related("person_key", "destination")
    if under_way := rows.filter(record=record, state__in=OPEN_OUT).first():
        said = (under_way.destination_id, under_way.destination_division, under_way.reason)
        if said != (destination, division, reason):
            raise RuleBroken("transfer_open", "已有一笔调出正在办理，请等待结果，或先撤回")
        return under_way
    if not Attachment.objects.filter(pk=proof_id, purpose=PROOF).exists():
        raise RuleBroken("attachment_gone", "调转证明已失效，请重新上传", "proof")
    row = TransferOut(
        record=record,
        person_key=record.person_key,
        division_code=record.division_code,
        destination_id=destination,
        destination_division=division,
        reason=reason,
        proof_id=proof_id,
        applied_at=operation.at,
        review_due_at=due.due_at(operation.at, days=profile().transfer_review_days[0]),
    )
    begin_transfer_out(operation=operation, record_id=record_id, source_id=row.pk)
    claim_attachments(person_key=record.person_key, ids=[proof_id], at=operation.at)
    row.save(force_insert=True)
    review_later(row, task="review_out")
    event = TransferApplied(subject_id=row.pk, record_id=record_id, destination=destination, division_code=division)
    record_events(operation, event)
    open_case(
        operation=operation,
        kind=OUT_CASE,
        subject_id=row.pk,
        number=row.number,
        division_code=row.division_code,
        user_id=record.user_id,
        due_on=clock.day_of(row.review_due_at),
    )
    return row


def _groups(name: str, cities: Sequence[City]) -> tuple[Group, ...]:
    """City by city what people belong to; cities without parts stand together under ``name``."""
    groups: list[Group] = []
    alone: list[tuple[str, str]] = []
    for city in cities:
        if [place.code for place in city.places] == [city.code]:
            alone.append((city.code, city.name))
        else:
            groups.append((city.name, tuple((place.code, place.name) for place in city.places)))
    return (*groups, *([(name, tuple(alone))] if alone else []))
