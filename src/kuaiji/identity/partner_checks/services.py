"""Asking other systems about a person: at the door, and later what nobody answered then (R1.4)."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation, record_events
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.http import PartnerUnavailable
from kuaiji.common.profile import profile
from kuaiji.exchange.partners import clients, holders
from kuaiji.exchange.partners.holders import KnownOtherwise
from kuaiji.exchange.partners.identity_check import IdentityResult
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.events import CheckAnswered, CheckSettled
from kuaiji.identity.models import Check, User
from kuaiji.switches.services.standing import hub_is_paused
from kuaiji_wire.names import same_name
from kuaiji_wire.people import Person

log = structlog.get_logger(__name__)

FIRST_WAIT, LONGEST_WAIT = dt.timedelta(minutes=5), dt.timedelta(minutes=30)


@dataclasses.dataclass(frozen=True, slots=True)
class PartnerFinding:
    """What an answer comes to. ``holder_code`` and ``holder_name`` say which other platform holds the person; a
    conflict without them is a person whom the national platform knows under another name. ``is_released_here``: that
    platform lets the person go to this one; true for the moment only, and kept nowhere."""

    outcome: CheckOutcome
    holder_code: str = ""
    holder_name: str = ""
    is_released_here: bool = dataclasses.field(default=False, compare=False)

    def as_json(self) -> dict[str, str]:
        """For the sealed answers of a registration, and for columns: what is kept."""
        return {"outcome": self.outcome, "holder_code": self.holder_code, "holder_name": self.holder_name}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "PartnerFinding":
        """The opposite of ``as_json``."""
        return cls(**values | {"outcome": CheckOutcome(values["outcome"])})


PENDING = PartnerFinding(CheckOutcome.PENDING)
_OUTCOMES: Mapping[IdentityResult, CheckOutcome] = MappingProxyType(
    {
        "match": CheckOutcome.CLEAR,
        "mismatch": CheckOutcome.CONFLICT,
        "not_covered": CheckOutcome.NOT_COVERED,
    }
)

# Answers after which the person goes on. An open question is none of them: an absent partner has not said yes.
GOES_ON = (CheckOutcome.CLEAR, CheckOutcome.NOT_COVERED)

# Who holds a person is not asked while the name has not been found right.
_IN_DOUBT = Q(kind=CheckKind.HOLDER) & Exists(
    Check.objects.filter(user=OuterRef("user"), kind=CheckKind.IDENTITY).exclude(outcome__in=GOES_ON)
)


def ask_partner(kind: CheckKind, person: Person) -> PartnerFinding:
    """Ask now; PENDING when there is no answer. Call it outside transactions: it may take seconds."""
    try:
        return _identity(person) if kind == CheckKind.IDENTITY else _holder(person)
    except PartnerUnavailable as away:
        log.warning("partner_unavailable", partner=away.partner, reason=away.reason)
        return PENDING


def _identity(person: Person) -> PartnerFinding:
    return PartnerFinding(_OUTCOMES[clients.identity_checker().check_identity(person)])


def _holder(person: Person) -> PartnerFinding:
    if hub_is_paused():
        raise PartnerUnavailable(holders.NAME, "paused")
    try:
        holder = clients.holder_lookup().look_up_holder(person)
    except KnownOtherwise:
        return PartnerFinding(CheckOutcome.CONFLICT)
    if holder is None or holder.code == profile().code:
        return PartnerFinding(CheckOutcome.CLEAR)
    is_released_here = holder.released_to == profile().code
    return PartnerFinding(CheckOutcome.CONFLICT, holder.code, holder.name, is_released_here)


def first_check(user: User, kind: CheckKind, finding: PartnerFinding) -> Check:
    """The row for what was found at the door, not saved yet."""
    now = clock.now()
    is_open = finding.outcome == CheckOutcome.PENDING
    return Check(
        user=user,
        kind=kind,
        attempts=1,
        next_attempt_at=now + FIRST_WAIT if is_open else None,
        checked_at=None if is_open else now,
        **finding.as_json(),
    )


def next_question(attempts: int) -> dt.datetime:
    """When to ask again what nobody has answered ``attempts`` times (1 and more)."""
    doublings: int = min(attempts - 1, 10)
    return clock.now() + min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def due_checks(*, limit: int) -> list[uuid.UUID]:
    """Checks whose time has come, the longest waiting first."""
    rows = Check.objects.filter(next_attempt_at__lte=clock.now()).order_by("next_attempt_at")
    return list(rows.exclude(_IN_DOUBT).values_list("pk", flat=True)[:limit])


def has_open_check(user_column: str) -> Exists:
    """For a query over people: whether another system has not said yes about the person in that column."""
    return Exists(Check.objects.exclude(outcome=CheckOutcome.CLEAR).filter(user=OuterRef(user_column)))


def ask_open_checks(user: User) -> None:
    """Ask at submission what may have changed since the door: who holds the person, and what is still open (R1.4).

    A no to the name is asked again as well: the other system may have been put right, and nobody else asks it then.
    """
    for check in user.checks.order_by("-kind"):  # identity first: the other question depends on it
        outcome = CheckOutcome(check.outcome)
        if check.kind == CheckKind.HOLDER or outcome not in GOES_ON:
            operation = Operation(kind=OperationKind.CHECK_RECORDING, actor_kind=ActorKind.SYSTEM)
            outcome = _ask_and_record(operation, check)
        if outcome not in GOES_ON:
            return


def ask_once_more(*, operation: Operation, check_id: uuid.UUID) -> CheckOutcome:
    """Ask once more and record the answer. Who holds a person is asked only when name and number match (R1.4)."""
    check = Check.objects.select_related("user__person_key").filter(pk=check_id).first()
    if check is None:
        return CheckOutcome.CLEAR  # nobody is left to ask about
    if Check.objects.filter(_IN_DOUBT, pk=check_id).exists():
        return CheckOutcome(check.outcome)
    return _ask_and_record(operation, check)


def replace_finding(*, operation: Operation, user: User, finding: PartnerFinding) -> None:
    """Put what was found about another name in the place of the old answer; an open question is asked again as ever.

    Belongs into the transaction that changes the name.
    """
    before = Check.objects.select_for_update().filter(user=user, kind=CheckKind.IDENTITY).first()
    check = first_check(user, CheckKind.IDENTITY, finding)
    if before is None:
        check.save()
        return
    check.pk = before.pk
    check.save(force_update=True)
    if check.outcome != before.outcome:
        event = CheckAnswered(
            subject_id=user.pk, check=check.kind, before=before.outcome, after=check.outcome, holder_code=""
        )
        record_events(operation, event)


def record_hub_verdict(*, operation: Operation, user_id: uuid.UUID, finding: PartnerFinding) -> None:
    """Keep what the national platform said of its own accord about who holds a person (R1.4). In a transaction."""
    check, _ = Check.objects.get_or_create(
        user_id=user_id,
        kind=CheckKind.HOLDER,
        defaults={"outcome": CheckOutcome.CLEAR, "checked_at": operation.at},
    )
    if PartnerFinding(CheckOutcome(check.outcome), check.holder_code, check.holder_name) != finding:
        record_answer(operation=operation, check_id=check.pk, finding=finding)


def record_answer(
    *, operation: Operation, check_id: uuid.UUID, finding: PartnerFinding, name: str | None = None
) -> CheckOutcome:
    """Keep an answer; without one an earlier answer stands, and an open question waits longer each time.

    ``name`` is what was asked about: the answer about a name that was changed meanwhile is dropped.
    """
    with transaction.atomic():
        rows = Check.objects.select_for_update(of=("self",)).select_related("user")
        check = rows.filter(pk=check_id).first()
        if check is None:  # the person has closed, or was displaced, meanwhile
            return CheckOutcome.PENDING
        before, now = CheckOutcome(check.outcome), clock.now()
        if name is not None and not same_name(name, check.user.name):
            return before
        check.attempts += 1
        reopened = False
        if finding.outcome != CheckOutcome.PENDING:
            if (before, check.holder_code) != (finding.outcome, finding.holder_code):
                check.settled_at, reopened = None, check.settled_at is not None
            check.outcome, check.checked_at, check.next_attempt_at = finding.outcome, now, None
            check.holder_code, check.holder_name = finding.holder_code, finding.holder_name
        elif before == CheckOutcome.PENDING:
            check.next_attempt_at = next_question(check.attempts)
        check.save()
        if check.outcome != before or reopened:
            event = CheckAnswered(
                subject_id=check.user_id,
                check=check.kind,
                before=before,
                after=check.outcome,
                holder_code=check.holder_code,
            )
            record_events(operation, event)
    return CheckOutcome(check.outcome)


@transaction.atomic
def settle_check(*, operation: Operation, check_id: uuid.UUID) -> None:
    """A bureau has found out how a contradiction comes about: it is nobody's work until an answer differs. Once more
    changes nothing. Raises RuleBroken ``not_in_conflict``."""
    check = Check.objects.select_for_update().filter(pk=check_id, outcome=CheckOutcome.CONFLICT).first()
    if check is None:
        raise RuleBroken("not_in_conflict", "核验结果已经变了，不再有冲突")
    if check.settled_at:
        return
    check.settled_at = operation.at
    check.save(update_fields=["settled_at"])
    record_events(operation, CheckSettled(subject_id=check.user_id, check=check.kind))


def _ask_and_record(operation: Operation, check: Check) -> CheckOutcome:
    user = check.user
    finding = ask_partner(CheckKind(check.kind), user.person)
    if finding.outcome == CheckOutcome.PENDING != check.outcome:
        return CheckOutcome(check.outcome)  # nobody answers: what was answered before stands
    if _is_answered_as_before(check, user.name, finding):
        return finding.outcome
    return record_answer(operation=operation, check_id=check.pk, finding=finding, name=user.name)


def _is_answered_as_before(check: Check, name: str, finding: PartnerFinding) -> bool:
    """Note an answer that changes nothing but when it came; whether it was one. In one statement."""
    if finding.outcome == CheckOutcome.PENDING:
        return False
    same = Check.objects.filter(pk=check.pk, user__name=name, **finding.as_json())
    return bool(same.update(attempts=F("attempts") + 1, checked_at=clock.now()))
