"""Second factors and recovery codes: setting them up, taking them at sign-in, taking them away."""

import base64
import io
import secrets

import segno
from django.db import transaction

from kuaiji.audit.services import Operation, record_events
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.keyring import keyring
from kuaiji.limits.services import count_or_refuse
from kuaiji.staff import attempts
from kuaiji.staff.enums import FactorKind
from kuaiji.staff.events import FactorAdded, FactorRemoved, RecoveryCodesMade, RecoveryCodeTaken
from kuaiji.staff.factors import passkeys
from kuaiji.staff.factors.codes import step_of
from kuaiji.staff.factors.passkeys import Ceremony
from kuaiji.staff.models import Factor, Member, RecoveryCode
from kuaiji.staff.sessions.services import note_use

RECOVERY_CODES = 10
MOST_FACTORS = 5
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are taken for each other
_WRONG = "口令不正确，请核对应用上现在显示的 6 位数字，并检查手机时间是否准确"


def secret_of(member: Member, nonce: str) -> str:
    """A secret to be set up, in base32: made again from the session's ``nonce`` each time, and kept nowhere until a
    code has shown that the application has it."""
    return base64.b32encode(keyring().mac("staff_secret", f"{member.pk} {nonce}".encode())[:20]).decode()


@transaction.atomic
def add_codes(*, operation: Operation, member: Member, secret: str, code: str, label: str) -> Factor:
    """Set up one-time codes of ``secret``, which ``code`` proves to stand in an application.

    Raises RuleBroken ``code_wrong`` or ``factors_many``. The same secret again changes nothing.
    """
    step = step_of(secret, code, at=clock.now().timestamp())
    if step is None:
        raise RuleBroken("code_wrong", _WRONG, "code")
    mine = _locked(member)
    for factor in mine:
        if factor.kind == FactorKind.TOTP and factor.secret == secret.encode():
            return factor
    return _add(operation, member, Factor(kind=FactorKind.TOTP, label=label, secret=secret.encode(), last_step=step))


@transaction.atomic
def add_passkey(*, operation: Operation, member: Member, ceremony: Ceremony, credential: str, label: str) -> Factor:
    """Set up the passkey that a browser made in ``ceremony``. Raises RuleBroken ``passkey_wrong``, ``factors_many``."""
    made = passkeys.registered(ceremony, credential)
    mine = _locked(member)
    for factor in mine:
        if factor.credential is not None and bytes(factor.credential) == made.credential:
            return factor
    factor = Factor(kind=FactorKind.PASSKEY, label=label, secret=made.public_key, credential=made.credential)
    factor.sign_count = made.sign_count
    return _add(operation, member, factor)


@transaction.atomic
def remove_factor(*, operation: Operation, member: Member, factor_id: object) -> None:
    """Take one of several away; raises RuleBroken ``factor_last`` for the only one.

    One that is gone already changes nothing.
    """
    mine = _locked(member)
    gone = next((factor for factor in mine if str(factor.pk) == str(factor_id)), None)
    if gone is None:
        return
    if len(mine) == 1:
        raise RuleBroken("factor_last", "这是唯一的第二步验证方式，请先添加另一种，再移除它")
    gone.delete()
    record_events(operation, FactorRemoved(subject_id=member.pk, kind=gone.kind))


@transaction.atomic
def make_recovery_codes(*, operation: Operation, member: Member) -> list[str]:
    """New codes, told this once: ``abcde-fghjk``; those there were hold no more."""
    _locked(member)
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(member=member).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(member=member, digest=_digests(member, code)[0]) for code in codes)
    record_events(operation, RecoveryCodesMade(subject_id=member.pk, count=len(codes)))
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def take_code(*, member: Member, code: str) -> None:
    """Take a one-time code of one of the member's secrets; the member has signed in then.

    Raises RuleBroken ``code_wrong``, ``code_used`` for one that was taken before, or ``limit_staff_code``.
    """
    with transaction.atomic():
        guess = count_or_refuse(attempts.CODE_GUESSED, member.pk.bytes)
    with transaction.atomic():
        _use_step(member, code)
        note_use(member)
        if guess:
            guess.delete()


def take_passkey(*, member: Member, ceremony: Ceremony, credential: str) -> None:
    """Take a passkey's answer; raises RuleBroken ``passkey_wrong`` or ``limit_staff_code``."""
    with transaction.atomic():
        guess = count_or_refuse(attempts.CODE_GUESSED, member.pk.bytes)
    with transaction.atomic():
        named = passkeys.named(credential)
        mine = [factor for factor in _locked(member) if factor.credential and bytes(factor.credential) == named]
        if not mine:
            raise passkeys.wrong()
        [factor] = mine
        factor.sign_count = passkeys.shown(ceremony, credential, factor.secret, factor.sign_count)
        factor.last_used_at = clock.now()
        factor.save(update_fields=["sign_count", "last_used_at"])
        note_use(member)
        if guess:
            guess.delete()


def take_recovery_code(*, operation: Operation, member: Member, code: str) -> None:
    """Take a recovery code, once; raises RuleBroken ``recovery_code_wrong`` or ``limit_staff_code``."""
    with transaction.atomic():
        guess = count_or_refuse(attempts.CODE_GUESSED, member.pk.bytes)
    with transaction.atomic():
        _locked(member)
        plain = code.casefold().replace("-", "").replace(" ", "")
        unused = RecoveryCode.objects.filter(member=member, used_at=None)
        found = unused.filter(digest__in=_digests(member, plain)).first()
        if found is None:
            raise RuleBroken("recovery_code_wrong", "恢复码不正确，或已经用过，请换一个", "recovery_code")
        found.used_at = clock.now()
        found.save(update_fields=["used_at"])
        record_events(operation, RecoveryCodeTaken(subject_id=member.pk, left=unused.count()))
        note_use(member)
        if guess:
            guess.delete()


def _locked(member: Member) -> list[Factor]:
    """The member's factors, with nobody else at them before this transaction ends."""
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    return list(Factor.objects.select_related("data_key").filter(member=member).order_by("created_at"))


def _add(operation: Operation, member: Member, factor: Factor) -> Factor:
    if Factor.objects.filter(member=member).count() >= MOST_FACTORS:
        raise RuleBroken("factors_many", f"最多设 {MOST_FACTORS} 种第二步验证方式，请先移除不用的")
    factor.member, factor.data_key, factor.created_at = member, member.data_key, operation.at
    factor.save(force_insert=True)
    Member.objects.filter(pk=member.pk).update(enrol_until=None)
    record_events(operation, FactorAdded(subject_id=member.pk, kind=factor.kind))
    return factor


def _use_step(member: Member, code: str) -> None:
    now, used = clock.now(), False
    for factor in _locked(member):
        if factor.kind != FactorKind.TOTP:
            continue
        step = step_of(factor.secret.decode(), code, at=now.timestamp())
        if step is None:
            continue
        if factor.last_step is None or step > factor.last_step:
            factor.last_step, factor.last_used_at = step, now
            factor.save(update_fields=["last_step", "last_used_at"])
            return
        used = True
    if used:
        raise RuleBroken("code_used", "这个口令已经用过，请等应用显示下一个口令", "code")
    raise RuleBroken("code_wrong", _WRONG, "code")


def _digests(member: Member, code: str) -> list[bytes]:
    return keyring().macs("staff_recovery", f"{member.pk} {code}".encode())


def drawn(address: str) -> bytes:
    """``address`` as an SVG for the camera of a phone."""
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="svg", scale=5, border=4, light="#fff")
    return picture.getvalue()
