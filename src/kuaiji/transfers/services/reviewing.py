"""The system's reviews (R5.3, R8.3): written rules, each passed or failed, once their time has come.

What a partner must say first, or has not brought yet, is waited for: the next look is a minute later.
"""

import contextlib
import dataclasses
import functools
import uuid
from collections.abc import Sequence

import structlog
from django.db import DatabaseError, transaction

from kuaiji.accountants.enums import CollectionStatus, HoldKind
from kuaiji.accountants.reporting.reports import person_of
from kuaiji.accountants.sections.answers import PICTURES
from kuaiji.accountants.services.locking import hold_kinds
from kuaiji.accountants.services.versions import answers_of, current_version
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.pictures.sniffing import format_of
from kuaiji.attachments.purposes import rule_of
from kuaiji.attachments.services import read_attachment
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.keyring import SealBroken
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.partner_checks.services import GOES_ON, ask_partner
from kuaiji.identity.people.fingerprints import document_fingerprints
from kuaiji.transfers.enums import PROOF, Action, Actor, InRule, InState, OutRule, OutState
from kuaiji.transfers.models import Release, TransferIn, TransferOut
from kuaiji.transfers.services.advancing import Row, advance_transfer, locked_transfer
from kuaiji.transfers.services.applying import check_destination
from kuaiji.transfers.services.arriving import body_of, pictures_of, try_arrival
from kuaiji.transfers.services.releases import open_release
from kuaiji.transfers.workflow import OPEN_OUT
from kuaiji_wire.errors import WireError
from kuaiji_wire.messages import AnyTransferReleased
from kuaiji_wire.people import Person

LARGEST_PICTURE = 3 << 20  # bytes; of the wire

log = structlog.get_logger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """What a rule came to; ``words`` say what is wrong and what to do."""

    rule: OutRule | InRule
    words: str = ""

    def as_json(self) -> dict[str, str | bool]:
        return {"rule": self.rule.value, "passed": not self.words, "words": self.words}


def review_out(*, transfer_id: uuid.UUID) -> None:
    """Decide an application whose time has come; anything else changes nothing. Outside transactions."""
    rows = TransferOut.objects.select_related("record__user__person_key", "person_key")
    row = rows.filter(pk=transfer_id, state=OutState.PENDING_REVIEW, review_due_at__lte=clock.now()).first()
    if row is None:
        return
    identity = _identity(person_of(current_version(row.record)))
    if identity == CheckOutcome.PENDING:
        log.info("review_waits", reason="identity")
        return
    with transaction.atomic():
        row = locked_transfer(row)
        if row.state == OutState.PENDING_REVIEW:
            _decide(row, _judge_out(row, identity))


def review_in(*, claim_id: uuid.UUID) -> None:
    """Decide a claim whose time has come; anything else changes nothing. Outside transactions."""
    rows = TransferIn.objects.select_related("user__person_key", "person_key")
    row = rows.filter(pk=claim_id, state=InState.UNDER_REVIEW, review_due_at__lte=clock.now()).first()
    if row is None:
        return
    release = open_release(row.transfer_id)
    identity = _identity(Person.from_flat(row.person))
    if release is None or identity == CheckOutcome.PENDING:
        log.info("review_waits", reason="archive" if release is None else "identity")
        return
    try:
        # Nothing is taken over for somebody who is not who they say.
        archive = _archive(row, body_of(release)) if identity in GOES_ON else _told(identity)
    except WireError:
        archive = "调出地传来的档案无法读取，请联系调出地财政部门"
    except RuleBroken as broken:
        if broken.code == "busy":
            return
        archive = f"调出地传来的档案不能使用：{broken.message}"
    with transaction.atomic():
        row = locked_transfer(row)
        if row.state == InState.UNDER_REVIEW:
            row = _decide(row, _judge_in(row, identity, archive))
    if row.state == InState.RECEIVING:
        _prepare(row, release)


def _prepare(row: TransferIn, release: Release) -> None:
    """The review has passed: the pictures become the person's now, for it takes too long in the step that waits for
    the hub, which does it otherwise."""
    operation = Operation(kind=OperationKind.TRANSFER_REVIEWING, actor_kind=ActorKind.SYSTEM)
    with contextlib.suppress(RuleBroken):
        pictures_of(operation, row.user.person_key, body_of(release))


def review_due() -> int:
    """Decide everything that is due; how many were looked at. Outside transactions."""
    now = clock.now()
    outs = TransferOut.objects.filter(state=OutState.PENDING_REVIEW, review_due_at__lte=now)
    ins = TransferIn.objects.filter(state=InState.UNDER_REVIEW, review_due_at__lte=now)
    reviews = [functools.partial(review_out, transfer_id=pk) for pk in outs.values_list("pk", flat=True)]
    reviews += [functools.partial(review_in, claim_id=pk) for pk in ins.values_list("pk", flat=True)]
    for review in reviews:
        try:
            review()
        except Exception:  # one that breaks must not keep the others waiting
            log.exception("review_failed")
    return len(reviews)


def _decide(row: Row, found: Sequence[Found]) -> Row:
    words = "；".join(one.words for one in found if one.words)
    operation = Operation(kind=OperationKind.TRANSFER_REVIEWING, actor_kind=ActorKind.SYSTEM)
    return advance_transfer(
        operation=operation,
        row=row,
        action=Action.REVIEW_FAILED if words else Action.REVIEW_PASSED,
        actor=Actor.SYSTEM,
        words=words,
        findings=[one.as_json() for one in found],
        reviewed_at=operation.at,
    )


def _judge_out(row: TransferOut, identity: CheckOutcome) -> list[Found]:
    others = TransferOut.objects.filter(record=row.record_id, state__in=OPEN_OUT).exclude(pk=row.pk)
    education = HoldKind.CONTINUING_EDUCATION in hold_kinds(row.record)
    return [
        Found(OutRule.COLLECTED, _collected(row)),
        Found(OutRule.IDENTITY, _told(identity)),
        Found(OutRule.NO_OTHER_TRANSFER, "另有调转未办结，请先办结或撤回" if others.exists() else ""),
        Found(OutRule.PROOF, _proof(row)),
        Found(OutRule.DESTINATION, _destination(row)),
        Found(OutRule.NO_EDUCATION, "继续教育有在途事项，请办结后再申请" if education else ""),
    ]


def _judge_in(row: TransferIn, identity: CheckOutcome, archive: str) -> list[Found]:
    leaving = TransferOut.objects.filter(record__user=row.user, state__in=OPEN_OUT)
    return [
        Found(InRule.ARCHIVE, archive),
        Found(InRule.IDENTITY, _told(identity)),
        Found(InRule.PHONE),  # proven by code; nobody comes here whom neither the release nor a bureau knew
        Found(InRule.NO_OTHER_TRANSFER, "在本平台另有调出未办结，请先撤回" if leaving.exists() else ""),
    ]


def _collected(row: TransferOut) -> str:
    """Collected, and every picture of the record can be opened: they go along."""
    if row.record.status != CollectionStatus.TRANSFERRING_OUT:
        return "信息尚未采集完整，请先完成采集"
    answers = answers_of(current_version(row.record))
    named = [answers[slug].get(name) for slug, names in PICTURES.items() for name in names]
    ids = [number for number in named if number]
    pictures = list(Attachment.objects.select_related("person_key").filter(pk__in=ids))
    if len(pictures) < len(ids) or not all(map(_opens, pictures)):
        return "证件图片无法打开，请在信息变更中重新上传"
    if any(picture.size > LARGEST_PICTURE for picture in pictures):
        return "证件图片太大，不能随档案调转，请在信息变更中重新上传"
    return ""


def _proof(row: TransferOut) -> str:
    proof = Attachment.objects.select_related("person_key").get(pk=row.proof_id)
    rule = rule_of(PROOF)
    if proof.width < rule.min_width or proof.height < rule.min_height or not _opens(proof):
        return "调转证明无法打开或太小，请重新上传清晰的图片"
    return ""


def _opens(picture: Attachment) -> bool:
    try:
        return format_of(read_attachment(picture)) == "JPEG"
    except (OSError, SealBroken):
        return False


def _destination(row: TransferOut) -> str:
    try:
        check_destination(row.destination_id, row.destination_division)
    except RuleBroken:
        return "调入平台或行政区划已失效，请重新选择"
    return ""


def _archive(row: TransferIn, body: AnyTransferReleased) -> str:
    """Whether what came makes a record here: it is tried, and undone."""
    claimed = Person.from_flat(row.person)
    if document_fingerprints(body.person.document) != document_fingerprints(claimed.document):
        return "调出地传来的档案不是本人的，请联系调出地财政部门"
    operation = Operation(kind=OperationKind.TRANSFER_REVIEWING, actor_kind=ActorKind.SYSTEM)
    try:
        try_arrival(operation, row, body)
    except (ValueError, LookupError, DatabaseError) as error:
        log.warning("archive_unusable", reason=type(error).__name__)
        return "调出地传来的档案内容不完整，请联系调出地财政部门"
    return ""


def _identity(person: Person) -> CheckOutcome:
    """Asked anew: what was found once may be long ago."""
    return ask_partner(CheckKind.IDENTITY, person).outcome


def _told(identity: CheckOutcome) -> str:
    return "" if identity in GOES_ON else "姓名与证件号码核验不一致，请联系财政部门更正"
