"""SMS codes (S-20): six digits, ten minutes, five wrong tries, once; the last two of a form both work.

Each that is sent costs money until somebody enters it: two budgets, of the address and of its pool (ADR 0059).
"""

import datetime as dt
import enum
import secrets
import uuid
from collections.abc import Mapping

import structlog
from django.db import transaction
from django.db.models import QuerySet

from kuaiji.common import clock, jobs
from kuaiji.common.errors import RuleBroken
from kuaiji.common.keyring import digests_equal, keyring
from kuaiji.common.locks import lock
from kuaiji.identity import attempts
from kuaiji.identity.models import SmsCode
from kuaiji.identity.people.fingerprints import current_fingerprint, phone_fingerprints
from kuaiji.identity.sms_codes.purposes import CODE_PURPOSES, CodePurpose
from kuaiji.limits import budgets
from kuaiji.limits.kinds import Kind
from kuaiji.limits.rules import MINUTE
from kuaiji.limits.services import Address, count_or_refuse, forget_counted
from kuaiji.sms.models import MessageState
from kuaiji.sms.services import SMS_QUEUE, send_message

DIGITS = 6
CODE_MINUTES = 10
TRIES = 5
CODES_ACCEPTED = 2  # a late message must not be worthless because a second one was asked for
AGAIN_AFTER = MINUTE
LATE = dt.timedelta(seconds=20)
RETENTION = dt.timedelta(hours=24)
DRAW = "kuaiji.identity.tasks.draw_code"

# What a code may be counted for where people see it, what only a job counts, and what it costs.
_AT_THE_DOOR = (
    attempts.CODE_TO_PHONE,
    attempts.CODE_TO_BOUND,
    attempts.CODE_FOR_PERSON,
    attempts.CODE_FROM_ADDRESS,
)
_HIDDEN = (attempts.CODE_TO_OWNER, attempts.CODE_TO_KNOWN_BROWSER)
_POOLS = (attempts.CODE_FROM_KNOWN_NETWORKS, attempts.CODE_FROM_NEW_NETWORKS)

log = structlog.get_logger(__name__)


class DeliveryState(enum.Enum):
    """How a code fares on its way to the phone."""

    WELL = enum.auto()
    LATE = enum.auto()
    REFUSED = enum.auto()
    LOST = enum.auto()


def request_code(
    *, purpose: str, form_id: uuid.UUID, phone: str, counts: Mapping[Kind, bytes], address: Address | None = None
) -> bool:
    """Have a code sent for an unfinished form; False when that was done less than a minute ago (a double tap).

    ``purpose`` is one of CODE_PURPOSES. It counts for the keys in ``counts``, and where a door asks it is taken from
    the budgets of its ``address``. Raises RuleBroken ``limit_…``.
    """
    phone_key = current_fingerprint(phone_fingerprints(phone))
    with transaction.atomic():
        lock("form", form_id.bytes)
        if seconds_to_next_code(newest_code(form_id=form_id, phone=phone)):
            return False
        now = clock.now()
        code = SmsCode(
            purpose=purpose,
            form_id=form_id,
            phone_fingerprint=phone_key,
            network_fingerprint=address.networks[0] if address else None,
            created_at=now,
            expires_at=now + dt.timedelta(minutes=CODE_MINUTES),
        )
        for kind, key in counts.items():
            count_or_refuse(kind, key, detail=code.pk.bytes)
        if address:
            _spend(CODE_PURPOSES[purpose], address, code)
        code.save(force_insert=True)
        jobs.defer(DRAW, queue=SMS_QUEUE, code_id=str(code.pk))
    return True


def newest_code(*, form_id: uuid.UUID, phone: str) -> SmsCode | None:
    """The last code this form asked for to be sent to this phone."""
    return _of_form(form_id, phone).select_related("message").first()


def seconds_to_next_code(code: SmsCode | None) -> int:
    """How long after ``code`` the form has to wait before it may ask for another."""
    if code is None:
        return 0
    return max(0, AGAIN_AFTER - int((clock.now() - code.created_at).total_seconds()))


def may_be_entered(code: SmsCode) -> bool:
    """Is it neither used nor over?"""
    return code.used_at is None and code.expires_at > clock.now()


def delivery_state(code: SmsCode) -> DeliveryState:
    """What became of the message that carries it."""
    # A drawn code without a message has been given up and released.
    undrawn = MessageState.WAITING if code.digest is None else MessageState.EXPIRED
    state = code.message.state if code.message else undrawn
    if state == MessageState.WAITING:
        return DeliveryState.LATE if clock.now() - code.created_at > LATE else DeliveryState.WELL
    return {MessageState.REFUSED: DeliveryState.REFUSED, MessageState.EXPIRED: DeliveryState.LOST}.get(
        MessageState(state), DeliveryState.WELL
    )


def draw_requested_code(*, code_id: uuid.UUID) -> None:
    """Send the code to the phone that its form names now, if it names one and no hidden limit is reached."""
    code = SmsCode.objects.filter(pk=code_id).first()
    if code and (phone := CODE_PURPOSES[code.purpose].phone_of(code.form_id)):
        try:
            draw_code(code_id=code.pk, phone=phone)
        except RuleBroken as broken:
            log.warning("code_withheld", code=broken.code)


def draw_code(*, code_id: uuid.UUID, phone: str) -> None:
    """Choose the digits and send them to ``phone``; done once, however often it is asked for.

    Raises RuleBroken ``limit_…`` for a hidden limit or the budget of the known.
    """
    with transaction.atomic():
        code = SmsCode.objects.select_for_update().filter(pk=code_id, digest=None).first()
        if code is None or code.expires_at <= clock.now() or not _is_for(code, phone):
            return
        _count_hidden(code)
        digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        code.digest = _digests(code.pk, code.purpose, digits)[0]
        code.message_id = send_message(
            template_key=CODE_PURPOSES[code.purpose].template,
            phone=phone,
            parameters={"code": digits, "minutes": str(CODE_MINUTES)},
            expires_at=code.expires_at,
        )
        code.save(update_fields=["digest", "message"])


def check_code(*, purpose: str, form_id: uuid.UUID, phone: str, digits: str) -> None:
    """Use up the code, or raise RuleBroken: ``sms_code_gone``, ``sms_code_wrong``, ``sms_code_spent``.

    Not inside a transaction of the caller: a wrong try must count even though it is refused.
    """
    with transaction.atomic(durable=True):
        refusal = _try(purpose, form_id, phone, digits)
    if refusal:
        raise refusal


def release_unsent_codes() -> None:
    """A code that no provider could carry counts against nobody's limit (R-9), where that tells not who is known."""
    for code in SmsCode.objects.filter(message__state=MessageState.EXPIRED):
        seen = () if CODE_PURPOSES[code.purpose].hidden_limit else _AT_THE_DOOR
        with transaction.atomic():
            forget_counted(of=(*seen, *_HIDDEN, *_POOLS), detail=code.pk.bytes, since=code.created_at)
            SmsCode.objects.filter(pk=code.pk).update(message=None)


def sweep_codes() -> None:
    """Remove codes a day after they were made."""
    SmsCode.objects.filter(created_at__lt=clock.now() - RETENTION).delete()


def _try(purpose: str, form_id: uuid.UUID, phone: str, digits: str) -> RuleBroken | None:
    now = clock.now()
    last = _of_form(form_id, phone).filter(purpose=purpose).select_for_update()[:CODES_ACCEPTED]
    live = [code for code in last if code.used_at is None and code.expires_at > now and code.tries < TRIES]
    if not live:
        return RuleBroken("sms_code_gone", "验证码已失效，请重新获取短信验证码", "sms_code")
    # Every code is looked at, so that the time does not tell which one it was.
    matches = [_matches(code, purpose, digits) for code in live]
    if any(matches):
        SmsCode.objects.filter(pk__in=[code.pk for code in live]).update(used_at=now)
        _settle(live)
        return None
    if sum(code.tries for code in live) + 1 >= TRIES:
        SmsCode.objects.filter(pk__in=[code.pk for code in live]).update(tries=TRIES)
        return RuleBroken("sms_code_spent", f"已输错 {TRIES} 次，请重新获取短信验证码", "sms_code")
    SmsCode.objects.filter(pk=live[0].pk).update(tries=live[0].tries + 1)
    return RuleBroken("sms_code_wrong", "短信验证码不正确，请对照短信重新输入", "sms_code")


def _spend(purpose: CodePurpose, address: Address, code: SmsCode) -> None:
    """Take a code from the budgets of its address and its pool. Where a job decides whether it is sent at all, the job
    takes it from the pool, and here is only looked at whether there is anything left for anybody.
    """
    network, act = address.networks[0], code.pk.bytes
    budgets.spend(attempts.CODE_FROM_ADDRESS, address.key, act=act)
    if purpose.hidden_limit:
        budgets.refuse_if_spent(attempts.CODE_FROM_KNOWN_NETWORKS, reserved=True)
    elif purpose.to_bound or budgets.is_known(address):
        budgets.spend(attempts.CODE_FROM_KNOWN_NETWORKS, network, act=act, reserved=purpose.to_bound)
    else:
        budgets.spend(attempts.CODE_FROM_NEW_NETWORKS, network, act=act)


def _count_hidden(code: SmsCode) -> None:
    if hidden_limit := CODE_PURPOSES[code.purpose].hidden_limit:
        kind, key = hidden_limit(code.form_id)
        count_or_refuse(kind, key, detail=code.pk.bytes)
        network = bytes(code.network_fingerprint or b"")
        budgets.spend(attempts.CODE_FROM_KNOWN_NETWORKS, network, act=code.pk.bytes, reserved=True)


def _settle(entered: list[SmsCode]) -> None:
    """They are paid for by somebody who came: their network is known from now on."""
    acts, since = [code.pk.bytes for code in entered], min(code.created_at for code in entered)
    budgets.settle(acts, of=(attempts.CODE_FROM_ADDRESS, *_POOLS), since=since)
    for network in {bytes(code.network_fingerprint) for code in entered if code.network_fingerprint}:
        budgets.remember_network(network)


def _of_form(form_id: uuid.UUID, phone: str) -> QuerySet[SmsCode]:
    keys = list(phone_fingerprints(phone).values())
    return SmsCode.objects.filter(form_id=form_id, phone_fingerprint__in=keys).order_by("-created_at", "-pk")


def _is_for(code: SmsCode, phone: str) -> bool:
    return bytes(code.phone_fingerprint) in phone_fingerprints(phone).values()


def _matches(code: SmsCode, purpose: str, digits: str) -> bool:
    made = _digests(code.pk, purpose, digits)
    return code.digest is not None and any(digests_equal(bytes(code.digest), digest) for digest in made)


def _digests(code_id: uuid.UUID, purpose: str, digits: str) -> list[bytes]:
    return keyring().macs("sms_code", f"{code_id} {purpose} {digits}".encode())
