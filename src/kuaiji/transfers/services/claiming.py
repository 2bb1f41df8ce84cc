"""调入 (R8.1 to R8.3): 验证信息, then 确认调入. Whoever asks learns nothing about others (R8.2).

Until the phone is proven nothing is told. What proves a claim: ``proving``. A phone is known when it was this
person's here before; of any other one the phone that is bound, here or at the origin, is told.
"""

import dataclasses
import uuid
from typing import Any

from django.db import IntegrityError, transaction

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.models import Record
from kuaiji.audit.services import Operation, record_events
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import uuid7
from kuaiji.common.locks import lock
from kuaiji.common.profile import profile
from kuaiji.exchange.sending import send_now
from kuaiji.exchange.services import enqueue
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import User
from kuaiji.identity.partner_checks.services import PartnerFinding, ask_partner, record_hub_verdict
from kuaiji.identity.passwords.hashing import verify_any
from kuaiji.identity.passwords.services import check_password, encode_password
from kuaiji.identity.people.details import Details
from kuaiji.identity.people.locks import lock_user
from kuaiji.identity.people.services import check_phone_has_room, has_phone
from kuaiji.identity.recovery.services import renew_sign_in
from kuaiji.identity.registration.services import enrol_user
from kuaiji.identity.security.services import replace_phone
from kuaiji.identity.sessions.known_browsers import Browser, remember_browser
from kuaiji.identity.unfinished.services import (
    find_unfinished,
    keep_answers,
    prove_typed_phone,
    send_typed_code,
    start_unfinished,
    typed_phone,
)
from kuaiji.limits.services import Address
from kuaiji.transfers.enums import Action, Actor, Road
from kuaiji.transfers.events import TransferClaimed
from kuaiji.transfers.models import ClaimDraft, TransferIn
from kuaiji.transfers.services.advancing import advance_transfer
from kuaiji.transfers.services.arriving import record_id_for, user_before
from kuaiji.transfers.services.effects import notify_claimed
from kuaiji.transfers.services.matching import identity_mismatch
from kuaiji.transfers.services.proving import (
    claim_in_the_way,
    has_bound_phone,
    prove_claim,
    release_of,
    renewal_of,
)
from kuaiji.transfers.services.releases import locked_release
from kuaiji.transfers.workflow import OPEN_IN
from kuaiji_wire.messages import Topic

TRANSFER_IN_CODE = "transfer_in"  # purpose of its SMS codes
CLAIM = "claim"  # kind of lock: one claim of a transfer at a time


def start_claim() -> ClaimDraft:
    """Begin; nothing is known yet."""
    return start_unfinished(ClaimDraft)


def find_claim_draft(draft_id: uuid.UUID | None) -> ClaimDraft | None:
    """A draft whose time is not over, confirmed (``draft.claim``) or not."""
    return find_unfinished(ClaimDraft.objects.select_related("claim"), draft_id)


def send_claim_code(
    *, draft: ClaimDraft, details: Details, division_code: str, transfer_code: str = "", address: Address | None = None
) -> bool:
    """Keep what was typed and have a code sent; False for a double tap. It counts for ``address``.

    The phone that is bound at the origin counts for its transfer, so that no stranger uses up its codes; a page can
    tell that only once ten messages have gone to that phone in a day. Raises RuleBroken ``limit_…``.
    """
    said = {"division_code": division_code, "transfer_code": transfer_code, "match": None}
    coming = release_of(details.person.document)
    bound_to = coming.pk.bytes if coming and has_bound_phone(coming, details.phone) else None
    return send_typed_code(draft, purpose=TRANSFER_IN_CODE, details=details, address=address, bound_to=bound_to, **said)


def claim_phone(draft_id: uuid.UUID) -> str | None:
    """Where its code goes: to the phone typed last."""
    return typed_phone(find_claim_draft(draft_id))


def verify_claim(
    *, draft: ClaimDraft, details: Details, division_code: str, sms_code: str, transfer_code: str = ""
) -> None:
    """验证信息: prove the phone, ask the hub whether this person is released to that division, and look what proves the
    claim: the phone, or ``transfer_code`` as ``read_code`` gives it.

    Call it outside transactions. Raises RuleBroken: ``sms_code_…``, ``limit_document_by_phone``,
    ``identity_mismatch`` (field ``name``; the same words and code for nobody of that number, so that neither tells),
    ``held_here``, ``transfer_open``, ``phone_full`` (field ``phone``), ``hub_away``, and what ``prove_claim`` raises.
    """
    prove_typed_phone(draft, purpose=TRANSFER_IN_CODE, details=details, sms_code=sms_code, match=None)
    identity = ask_partner(CheckKind.IDENTITY, details.person)
    if identity.outcome == CheckOutcome.CONFLICT:
        raise identity_mismatch()
    proven = prove_claim(details, division_code, transfer_code)
    transfer_id = uuid.UUID(proven.match["transfer_id"])
    user = user_before(transfer_id, details.person)
    if user:
        _check_free(user, beside=claim_in_the_way(transfer_id, proven.road))
    check_phone_has_room(details.phone, beside=user)
    keep_answers(
        draft,
        match=proven.match,
        road=proven.road.value,
        renewal=proven.renewal,
        division_code=division_code,
        transfer_code="",
        identity=identity.as_json(),
    )


def is_claim_verified(draft: ClaimDraft) -> bool:
    """Whether 确认调入 may be shown."""
    return bool(draft.answers.get("match")) and draft.claim is None


def confirm_claim(
    *, operation: Operation, draft_id: uuid.UUID, password: str, browser: Browser | None = None
) -> TransferIn:
    """确认调入 (OperationKind.TRANSFER_CLAIMING), beside the notice of today's privacy text: the user (made, or the old
    one again) and the claim, which the hub is told at once; ask ``signs_in`` before signing its ``user`` in. Who
    signs in is known in ``browser`` from now on.

    Call it outside transactions. The same call once more gives the same claim. Raises RuleBroken ``claim_gone``,
    ``claim_unverified``, ``password_…``, ``phone_full``, ``number_full``, ``transfer_open``, ``already_claimed``.
    """
    with transaction.atomic():
        draft = find_unfinished(ClaimDraft.objects.select_for_update(of=("self",)), draft_id)
        if draft is None:
            raise RuleBroken("claim_gone", "填写已超时，请重新验证；已确认的请直接登录")
        claim = _again(draft.claim, password) if draft.claim else _claim(operation, draft, password)
        draft.claim, draft.answers = claim, {}
        draft.save()
        if claim_signs_in(claim):
            remember_browser(claim.user_id, browser)
    send_now(claim.transfer_id)
    return TransferIn.objects.select_related("user__person_key", "person_key", "origin").get(pk=claim.pk)


def claim_signs_in(claim: TransferIn) -> bool:
    """Whether the password typed at 确认调入 is the user's now. Not so for somebody who was here before with another
    phone: that phone and the old password stay until the claim has passed."""
    return claim.credentials is None


def claim_of(user: User) -> TransferIn | None:
    """The newest claim of ``user``."""
    return TransferIn.objects.select_related("person_key", "origin").filter(user=user).first()


def _claim(operation: Operation, draft: ClaimDraft, password: str) -> TransferIn:
    answers = draft.answers
    if not answers.get("match"):
        raise RuleBroken("claim_unverified", "请先验证信息")
    details, match, road = Details.from_flat(answers["details"]), answers["match"], Road(answers["road"])
    transfer_id = uuid.UUID(match["transfer_id"])
    check_password(password, own=details.own_words)
    lock(CLAIM, transfer_id.bytes)  # of two at once the later one sees the other, and makes it give way or gives way
    _displace(operation, transfer_id, road)
    claimant = _claimant(operation, details, answers, password)
    user = claimant.user
    _check_proofs(transfer_id, answers["renewal"])
    holder = PartnerFinding(CheckOutcome.CONFLICT, match["origin"], match["name"])
    record_hub_verdict(operation=operation, user_id=user.pk, finding=holder)
    claim = TransferIn(
        transfer_id=transfer_id,
        user=user,
        person_key=user.person_key,
        origin_id=match["origin"],
        division_code=answers["division_code"],
        person=details.person.flat(),
        record_id=record_id_for(user, uuid7()),
        credentials=claimant.credentials,
        phone_known=claimant.phone_known,
        road=road,
        claimed_at=operation.at,
    )
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError:
        raise RuleBroken("already_claimed", "已有调入申请正在审核，请等待结果") from None
    enqueue(topic=Topic.TRANSFER_CLAIMED, subject_id=claim.pk, stream_id=claim.transfer_id)
    event = TransferClaimed(
        subject_id=claim.pk,
        transfer_id=claim.transfer_id,
        origin=match["origin"],
        division_code=claim.division_code,
        phone_known=claim.phone_known,
        road=road,
    )
    record_events(dataclasses.replace(operation, actor_id=user.pk), event)
    return claim


def _displace(operation: Operation, transfer_id: uuid.UUID, road: Road) -> None:
    """A claim that is less proven makes room."""
    if weaker := claim_in_the_way(transfer_id, road):
        words = "本人已用办理调出的手机号或调转码另行确认"
        advance_transfer(
            operation=operation,
            row=weaker,
            action=Action.DISPLACE,
            actor=Actor.CITIZEN,
            words=words,
            reviewed_at=operation.at,
        )


def _check_proofs(transfer_id: uuid.UUID, renewal: int) -> None:
    """Raises RuleBroken ``claim_unverified`` when the code was drawn anew, or the transfer ended, since it was looked
    at."""
    release = locked_release(transfer_id)
    if release is None or renewal_of(release) != renewal:
        raise RuleBroken("claim_unverified", "调出地的情况有变化，请返回重新验证信息")


@dataclasses.dataclass(frozen=True, slots=True)
class _Claimant:
    """Who claims; ``credentials`` wait until the claim has passed."""

    user: User
    phone_known: bool = False
    credentials: dict[str, str] | None = dataclasses.field(default=None, repr=False)


def _claimant(operation: Operation, details: Details, answers: dict[str, Any], password: str) -> _Claimant:
    """The user, made or known. Raises what ``enrol_user`` and ``_check_free`` raise."""
    known = user_before(uuid.UUID(answers["match"]["transfer_id"]), details.person)
    if known is None:
        return _Claimant(_new_user(operation, details, answers, password))
    user = lock_user(known.pk)
    _check_free(user)
    phone_known = has_phone(user, details.phone)
    is_proven = answers["road"] != Road.BUREAU
    if not phone_known and is_proven and not Record.objects.of(user).exists():
        # A user without a record was made here by somebody who knew name and number. Now their owner has come.
        replace_phone(operation=operation, user_id=user.pk, phone=details.phone)
        user = lock_user(user.pk)
    elif not phone_known:
        # The phone that is bound hears of it now.
        notify_claimed(user, uuid.UUID(answers["match"]["transfer_id"]), profile().title, operation)
        return _Claimant(user, credentials=_kept_back(user, details, password))
    renew_sign_in(operation=operation, user=user, phone=details.phone, password=password)
    return _Claimant(user, phone_known=phone_known)


def _new_user(operation: Operation, details: Details, answers: dict[str, Any], password: str) -> User:
    """The two questions of registration are answered by the archive once it is the person's. Raises RuleBroken
    ``claim_unverified`` when another claim made the user in this moment: it may have to make room, so look again."""
    try:
        return enrol_user(
            operation=operation,
            details=details,
            password=password,
            works_in_accounting=True,
            holds_qualification=False,
            findings={CheckKind.IDENTITY: PartnerFinding.from_json(answers["identity"])},
            holder=CheckOutcome.CONFLICT,  # recorded with the claim
            privacy_version=profile().privacy_version,
        )
    except RuleBroken as broken:
        if broken.code != "already_registered":
            raise
        raise RuleBroken("claim_unverified", "刚有另一份调入申请提交，请返回重新验证信息") from None


def _kept_back(user: User, details: Details, password: str) -> dict[str, str]:
    """What takes effect once the claim has passed."""
    encoded = encode_password(password, user=user, document=details.person.document)
    return {"phone": details.phone, "password": encoded}


def _again(claim: TransferIn, password: str) -> TransferIn:
    """The last button pressed twice. Raises RuleBroken ``claim_gone`` for another password."""
    holder = User(password=claim.credentials["password"]) if claim.credentials else claim.user
    if verify_any(password, [holder]):
        return claim
    raise RuleBroken("claim_gone", "调入申请已经提交，请登录查看进度")


def _check_free(user: User, *, beside: TransferIn | None = None) -> None:
    """Raises RuleBroken ``transfer_open``, ``already_claimed`` (``beside`` not counted) or ``user_stopped``."""
    if Record.objects.of(user).filter(status=CollectionStatus.TRANSFERRING_OUT).exists():
        raise RuleBroken("transfer_open", "您在本平台的调出还没有办结，请先撤回调出")
    claims = TransferIn.objects.filter(user=user, state__in=OPEN_IN)
    if beside:
        claims = claims.exclude(pk=beside.pk)
    if claims.exists():
        raise RuleBroken("already_claimed", "已有调入申请正在审核，请登录查看进度")
    if not user.is_active and not user.closed_at:
        raise RuleBroken("user_stopped", "您在本平台的用户已停用，请联系当地财政部门")
