"""用户注册 (R2.1): from the first question to the user.

Until the phone is proven nothing is looked up, so that a stranger learns nothing about anybody (S-24).
"""

import dataclasses
import uuid
from collections.abc import Mapping

from django.db import IntegrityError, transaction

from kuaiji.audit.services import Operation, record_events
from kuaiji.common.errors import RuleBroken
from kuaiji.common.locks import lock
from kuaiji.identity.displacing.services import Claim, claim_on, correct_registration, make_way, refuse_disputed
from kuaiji.identity.enums import CheckKind, CheckOutcome, FingerprintKind, TextKey
from kuaiji.identity.events import UserRegistered
from kuaiji.identity.models import PEOPLE_PER_NUMBER, PEOPLE_PER_PHONE, Check, Registration, User
from kuaiji.identity.partner_checks.services import (
    GOES_ON,
    PENDING,
    PartnerFinding,
    ask_partner,
    first_check,
    record_hub_verdict,
    replace_finding,
)
from kuaiji.identity.passwords.hashing import verify_any
from kuaiji.identity.passwords.services import check_password, encode_password
from kuaiji.identity.people.details import Details
from kuaiji.identity.people.fingerprints import (
    NoSlot,
    add_fingerprints,
    document_fingerprints,
    index_number,
    lock_number,
    phone_fingerprints,
)
from kuaiji.identity.people.services import check_phone_has_room, phone_full
from kuaiji.identity.sessions.known_browsers import Browser, remember_browser
from kuaiji.identity.texts import files
from kuaiji.identity.texts.services import keep_agreement
from kuaiji.identity.unfinished.services import (
    find_unfinished,
    keep_answers,
    prove_typed_phone,
    send_typed_code,
    start_unfinished,
    typed_phone,
)
from kuaiji.keys.models import PersonKey
from kuaiji.limits.services import Address
from kuaiji_wire.names import same_name
from kuaiji_wire.people import Person

REGISTRATION_CODE = "registration"  # purpose of its SMS codes


class HeldElsewhere(RuleBroken):
    """Another platform holds the person: first 调出 there, then 调入 here. Code ``held_elsewhere``, or
    ``released_here`` when the first is done."""

    def __init__(self, finding: PartnerFinding) -> None:
        if finding.is_released_here:
            super().__init__("released_here", "您已放行到本平台，请办理省外调入", None)
        else:
            super().__init__("held_elsewhere", "您的信息已在其他地区采集，请先在当地办理调出", None)
        self.is_released_here = finding.is_released_here
        self.holder_code = finding.holder_code
        self.holder_name = finding.holder_name


class IdentityUnanswered(RuleBroken):
    """Whether the name is right cannot be told now, and the document is registered under another one."""

    def __init__(self) -> None:
        super().__init__("identity_unanswered", "核验姓名与证件号码的系统暂时没有答复，请稍后再试")


def start_registration(*, works_in_accounting: bool, holds_qualification: bool) -> Registration:
    """Keep the answers to the two questions (R1.2), and which privacy notice stood beside them."""
    answers = {
        "works_in_accounting": works_in_accounting,
        "holds_qualification": holds_qualification,
        "privacy_version": files.current_text(TextKey.PRIVACY).version,
    }
    return start_unfinished(Registration, answers=answers)


def find_registration(registration_id: uuid.UUID | None) -> Registration | None:
    """An unfinished registration whose time is not over."""
    return find_unfinished(Registration.objects.filter(user=None), registration_id)


def send_registration_code(*, registration: Registration, details: Details, address: Address | None = None) -> bool:
    """Keep what was typed and have a code sent; False for a double tap. It counts for ``address``.

    Raises RuleBroken ``limit_…``.
    """
    return send_typed_code(
        registration, purpose=REGISTRATION_CODE, details=details, address=address, findings=None, unanswered=False
    )


def registration_phone(registration_id: uuid.UUID) -> str | None:
    """Where its code goes: to the phone typed last."""
    return typed_phone(find_registration(registration_id))


def verify_details(*, registration: Registration, details: Details, sms_code: str) -> None:
    """Prove the phone, then ask everybody who knows whether this person may register here.

    Raises RuleBroken: ``sms_code_…``, ``limit_document_by_phone``, and what ``_admit`` raises. A phone once proven
    stays so for this registration.
    """
    prove_typed_phone(
        registration, purpose=REGISTRATION_CODE, details=details, sms_code=sms_code, findings=None, unanswered=False
    )
    try:
        findings = _admit(details)
    except IdentityUnanswered:  # kept, and told by the page that is opened next: that takes as long as to go on
        keep_answers(registration, unanswered=True)
        raise
    keep_answers(registration, findings={kind: finding.as_json() for kind, finding in findings.items()})


def register_user(
    *, operation: Operation, registration_id: uuid.UUID, password: str, browser: Browser | None = None
) -> User:
    """Make the user, known in ``browser``. The same call once more returns the same user, if the password is the same.

    Raises RuleBroken: ``registration_gone``, ``password_…``, ``already_registered``, ``number_disputed``,
    ``number_full``, ``phone_full``.
    """
    with transaction.atomic():
        registration = find_unfinished(Registration.objects.select_for_update(), registration_id)
        if registration is None:
            raise RuleBroken("registration_gone", "填写已超时，请重新注册；已设密码的请直接登录")
        if registration.user:
            if user := verify_any(password, [registration.user]):
                remember_browser(user.pk, browser)
                return user
            raise _already_registered()
        answers = registration.answers
        if not answers.get("findings"):
            raise RuleBroken("registration_unfinished", "请先填写注册信息并验证手机号")
        details = Details.from_flat(answers["details"])
        check_password(password, own=details.own_words)
        findings = {kind: PartnerFinding.from_json(answers["findings"][kind]) for kind in CheckKind}
        user = enrol_user(
            operation=operation,
            details=details,
            password=password,
            findings=findings,
            holder=findings[CheckKind.HOLDER].outcome,
            privacy_version=answers["privacy_version"],
            **{name: answers[name] for name in ("works_in_accounting", "holds_qualification")},
        )
        registration.user, registration.answers = user, {}
        registration.save()
        remember_browser(user.pk, browser)
    return user


def enrol_user(
    *,
    operation: Operation,
    details: Details,
    password: str,
    works_in_accounting: bool,
    holds_qualification: bool,
    findings: Mapping[CheckKind, PartnerFinding],
    holder: CheckOutcome,
    privacy_version: str,
) -> User:
    """Make the user, with what partners said of the person (``findings``), the event, and the agreement to the privacy
    notice that was shown. In the caller's transaction; ``password`` was checked.

    Whom the identity check confirms takes the place of a claim that nobody confirmed (``make_way``).

    ``holder`` stands in the event: what is known of who holds the person, also where the caller records that itself.
    Raises what ``make_user`` and ``make_way`` raise.
    """
    questions = {"works_in_accounting": works_in_accounting, "holds_qualification": holds_qualification}
    if findings[CheckKind.IDENTITY].outcome == CheckOutcome.CLEAR:
        person = details.person
        if known := make_way(operation=operation, person=person, phone=details.phone):
            return _go_on(operation, known, person.name, password, findings)
    is_confirmed = findings[CheckKind.IDENTITY].outcome == CheckOutcome.CLEAR
    user = make_user(details, password=password, is_confirmed=is_confirmed, **questions)
    Check.objects.bulk_create(first_check(user, kind, finding) for kind, finding in findings.items())
    event = UserRegistered(
        subject_id=user.pk,
        document_type=user.document_type,
        identity=findings[CheckKind.IDENTITY].outcome,
        holder=holder,
        privacy_version=privacy_version,
        **questions,
    )
    record_events(dataclasses.replace(operation, actor_id=user.pk), event)
    keep_agreement(user=user, key=TextKey.PRIVACY, version=privacy_version, at=operation.at)
    return user


def _go_on(
    operation: Operation, user: User, name: str, password: str, findings: Mapping[CheckKind, PartnerFinding]
) -> User:
    """The user of before under the confirmed name; what was filled in, or waits, goes on."""
    operation = dataclasses.replace(operation, actor_id=user.pk)
    correct_registration(operation=operation, user=user, name=name, password=password)
    replace_finding(operation=operation, user=user, finding=findings[CheckKind.IDENTITY])
    holder = findings.get(CheckKind.HOLDER, PENDING)
    if holder.outcome != CheckOutcome.PENDING:
        record_hub_verdict(operation=operation, user_id=user.pk, finding=holder)
    return user


def make_user(
    details: Details, *, works_in_accounting: bool, holds_qualification: bool, password: str, is_confirmed: bool
) -> User:
    """A user of this document, in the caller's transaction; ``password`` was checked. One of the places of a number is
    kept for who ``is_confirmed``, so that strangers cannot fill them all under types that nobody checks.

    Raises RuleBroken ``already_registered``, ``number_full``, ``phone_full``, ``password_common``.
    """
    phone = phone_fingerprints(details.phone)
    lock_number(details.person.document)
    lock(FingerprintKind.PHONE, min(phone.values()))
    user = User.objects.create(
        person_key=PersonKey.objects.make(),
        works_in_accounting=works_in_accounting,
        holds_qualification=holds_qualification,
        **details.flat(),
    )
    document = document_fingerprints(details.person.document)
    try:
        with transaction.atomic():
            add_fingerprints(user, FingerprintKind.DOCUMENT, document, people=1)
    except (IntegrityError, NoSlot):
        raise _already_registered() from None
    try:
        index_number(user, people=PEOPLE_PER_NUMBER if is_confirmed else PEOPLE_PER_NUMBER - 1)
    except NoSlot:
        raise RuleBroken("number_full", "该证件号不能再注册，请联系本地财政部门", "document_number") from None
    try:
        add_fingerprints(user, FingerprintKind.PHONE, phone, people=PEOPLE_PER_PHONE)
    except NoSlot:
        raise phone_full() from None
    # Only now: whoever is refused above is told why, and not that the password is somebody's.
    user.password = encode_password(password, user=user, document=details.person.document)
    user.save(update_fields=["password"])
    return user


def _admit(details: Details) -> dict[CheckKind, PartnerFinding]:
    """May this person, whose phone is proven, register?

    The same is asked, of the same systems, whoever is registered already: the time tells nobody (docs/adr/0055).
    Raises RuleBroken ``already_registered``, ``closed``, ``identity_mismatch``, ``identity_unanswered``,
    ``number_disputed``, ``held_elsewhere`` or ``phone_full``.
    """
    claim = claim_on(details.person.document)
    identity = ask_partner(CheckKind.IDENTITY, details.person)
    # Where a person is held is told to nobody whose name has not been found right.
    holder = ask_partner(CheckKind.HOLDER, details.person) if identity.outcome in GOES_ON else PENDING
    if claim:
        _check_claim(claim, details.person, identity.outcome)
    if identity.outcome == CheckOutcome.CONFLICT:
        raise _mismatch()
    if holder.outcome == CheckOutcome.CONFLICT:
        raise HeldElsewhere(holder) if holder.holder_code else _mismatch()
    check_phone_has_room(details.phone, beside=claim.user if claim else None)
    if claim and identity.outcome == CheckOutcome.PENDING:
        raise IdentityUnanswered
    return {CheckKind.IDENTITY: identity, CheckKind.HOLDER: holder}


def _check_claim(claim: Claim, person: Person, identity: CheckOutcome) -> None:
    """Let on only who has the document confirmed, beside a claim that was not; see ``_admit`` for what is raised."""
    if same_name(claim.user.name, person.name):
        raise _closed() if claim.user.closed_at else _already_registered()
    if identity in (CheckOutcome.CONFLICT, CheckOutcome.NOT_COVERED):
        raise _mismatch()
    if identity == CheckOutcome.PENDING:
        return  # refused at the end, after as much work as for anybody
    if claim.confirmed:  # another name by now
        raise _already_registered()
    refuse_disputed(claim.user)


def _already_registered() -> RuleBroken:
    return RuleBroken("already_registered", "您已在本平台注册，请直接登录，或找回密码")


def _closed() -> RuleBroken:
    return RuleBroken("closed", "您已注销，用原手机号找回密码即可恢复使用")


def _mismatch() -> RuleBroken:
    return RuleBroken("identity_mismatch", "姓名与证件号码不一致，请核对", "name")
