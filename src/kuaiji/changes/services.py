"""变更姓名: what it needs besides the record, another system's word on the new name (R4.2).

Without that word the change waits and the record stays as it is (docs/adr/0054). Locks are taken in the order person,
record, waiting name.
"""

import dataclasses
import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Exists, OuterRef

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import Record, RecordVersion
from kuaiji.accountants.sections.answers import Answers
from kuaiji.accountants.services.changing import Changed, change_name, change_section
from kuaiji.accountants.services.locking import locked_record, refusal
from kuaiji.attachments.services import claim_attachments, release_attachments
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import AccessLog
from kuaiji.audit.services import Operation, record_events
from kuaiji.changes.enums import NameState
from kuaiji.changes.events import NameDecided, NameHeldBack
from kuaiji.changes.models import WaitingName
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import lowest_uuid7
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import User
from kuaiji.identity.notices import tell_returned, tell_user
from kuaiji.identity.partner_checks.services import PartnerFinding, ask_partner, next_question, replace_finding
from kuaiji.messages.services.telling import moment_words
from kuaiji.sms.enums import TemplateKey
from kuaiji.unsent.services import OpenedPage, settle_form
from kuaiji_wire.people import Person

MISMATCH = "identity_mismatch"
MISMATCHES_PER_DAY = 10
FORMS = "changes."  # what the names of unsent changes begin with
NAME_FORM = f"{FORMS}name"
WORDS = "姓名变更"  # what was answered, in the message to the phone


def form_of(slug: SectionSlug) -> str:
    """The name under which a section's change is kept that was not sent."""
    return f"{FORMS}{slug}"


@transaction.atomic
def save_section(
    *,
    operation: Operation,
    seen: RecordVersion,
    slug: SectionSlug,
    answers: Answers,
    based_on: int,
    opened: OpenedPage | None,
) -> Changed:
    """``change_section`` of the record of ``seen``, and what was typed there before is settled by it. Raises StaleForm
    besides what that raises: another page has kept something else unsent."""
    record = seen.record
    changed = change_section(
        operation=operation, record_id=record.pk, slug=slug, answers=answers, based_on=based_on, seen=seen
    )
    settle_form(user_id=record.user_id, form=form_of(slug), opened=opened)
    return changed


def rename_person(
    *,
    operation: Operation,
    record: Record,
    name: str,
    proof_id: uuid.UUID,
    reason: str,
    opened: OpenedPage | None = None,
) -> Changed | WaitingName:
    """Ask whether ``name`` and the document number belong together, then save it; without an answer it waits.

    Call it outside transactions. Raises RuleBroken ``identity_mismatch``, ``limit_mismatches``, ``name_waiting``, what
    ``change_name`` raises, and StaleForm where another page than ``opened`` has kept something else unsent.
    """
    user = record.user
    if refused := refusal(record):
        raise refused
    if _mismatches_today(user.pk) >= MISMATCHES_PER_DAY:
        raise RuleBroken("limit_mismatches", f"今天已核验不一致 {MISMATCHES_PER_DAY} 次，请明天再试", "name")
    finding = ask_partner(CheckKind.IDENTITY, renamed(user, name))
    if finding.outcome == CheckOutcome.CONFLICT:
        raise RuleBroken(MISMATCH, "姓名与证件号码核验不一致，请核对；确认无误请联系财政部门", "name")
    with transaction.atomic():
        record = locked_record(record.pk)
        if waiting_name(record):
            raise RuleBroken("name_waiting", "已有姓名变更在等待核验，请先撤回", "name")
        settle_form(user_id=user.pk, form=NAME_FORM, opened=opened)
        if finding.outcome == CheckOutcome.PENDING:
            return _hold_back(operation, record, name, proof_id, reason)
        changed = change_name(operation=operation, record_id=record.pk, name=name, proof_id=proof_id, reason=reason)
        if changed.version:
            replace_finding(operation=operation, user=user, finding=finding)
            WaitingName.objects.filter(record=record).delete()  # of earlier tries: the form needs them no more
            _tell_changed(record, changed, operation)
    return changed


def renamed(user: User, name: str) -> Person:
    """Who the identity check is asked about: the person under the new name."""
    return dataclasses.replace(user.person, name=name)


def waiting_name(record: Record) -> WaitingName | None:
    """The change of name that waits, if one does."""
    return WaitingName.objects.select_related("person_key").filter(record=record, state=NameState.WAITING).first()


def has_held_name(user_column: str) -> Exists:
    """For a query over people: whether a change of name of the person in that column ever had to wait."""
    return Exists(WaitingName.objects.filter(record__user=OuterRef(user_column)))


def newest_name(record: Record) -> WaitingName | None:
    """The change of name that had to wait last, answered or not."""
    return WaitingName.objects.select_related("person_key").filter(record=record).order_by("-made_at", "-pk").first()


@transaction.atomic
def withdraw_name(*, operation: Operation, record_id: uuid.UUID) -> None:
    """撤回: the record stays as it is. Nothing when none waits any more."""
    record = locked_record(record_id)
    if row := waiting_name(record):
        _decide(operation, row, NameState.WITHDRAWN)


def answer_name(*, waiting_id: uuid.UUID, finding: PartnerFinding) -> None:
    """Carry an answer of the identity check out: yes applies the change, no refuses it, silence lets it wait longer.

    A change that can no longer be made, as while a transfer locks the record, is refused in words.
    """
    record_id = WaitingName.objects.filter(pk=waiting_id).values_list("record_id", flat=True).first()
    if record_id is None:
        return
    operation = Operation(kind=OperationKind.RECORD_CHANGING, actor_kind=ActorKind.SYSTEM)
    with transaction.atomic():
        record = locked_record(record_id)
        row = waiting_name(record)
        if row is None or row.pk != waiting_id:
            return
        if finding.outcome == CheckOutcome.PENDING:
            row.attempts += 1
            row.next_attempt_at = next_question(row.attempts)
            row.save(update_fields=["attempts", "next_attempt_at"])
            return
        words = _apply(operation, record, row, finding)
        _decide(operation, row, NameState.REFUSED if words else NameState.APPLIED, words)
        if words:
            tell_returned(record.user, kind=WORDS, subject_id=row.pk, at=operation.at)


def due_names(*, limit: int) -> list[uuid.UUID]:
    """Changes of names whose question is to be asked again, the longest waiting first."""
    rows = WaitingName.objects.filter(next_attempt_at__lte=clock.now()).order_by("next_attempt_at")
    return list(rows.values_list("pk", flat=True)[:limit])


def ask_again(waiting_id: uuid.UUID) -> CheckOutcome:
    """Ask about one of them, outside transactions, and carry the answer out."""
    row = WaitingName.objects.select_related("person_key", "record__user__person_key").filter(pk=waiting_id).first()
    if row is None:
        return CheckOutcome.CLEAR  # nobody is left to ask about
    finding = ask_partner(CheckKind.IDENTITY, renamed(row.record.user, row.name))
    answer_name(waiting_id=waiting_id, finding=finding)
    return finding.outcome


def forget_names(user: User) -> None:
    """Delete changes of name of a person who closes: nobody waits for them."""
    WaitingName.objects.filter(record__user=user).delete()


def _hold_back(operation: Operation, record: Record, name: str, proof_id: uuid.UUID, reason: str) -> WaitingName:
    """The proof is kept from the nightly sweep by being the record's until the answer."""
    if refused := refusal(record):
        raise refused
    claim_attachments(person_key=record.person_key, ids=[proof_id], at=operation.at)
    row = WaitingName.objects.create(
        record=record,
        person_key=record.person_key,
        state=NameState.WAITING,
        name=name,
        reason=reason,
        proof_id=proof_id,
        made_at=operation.at,
        next_attempt_at=next_question(1),
    )
    event = NameHeldBack(subject_id=record.pk, proof=str(proof_id), name=name, reason=reason)
    record_events(operation, event, person_key=record.person_key)
    return row


def _apply(operation: Operation, record: Record, row: WaitingName, finding: PartnerFinding) -> str:
    """Change the name; why not, in words, where it cannot be."""
    if finding.outcome == CheckOutcome.CONFLICT:
        return "姓名与证件号码核验不一致，请核对；确认无误请联系财政部门"
    try:
        changed = change_name(
            operation=operation, record_id=record.pk, name=row.name, proof_id=row.proof_id, reason=row.reason
        )
    except RuleBroken as broken:
        return broken.message
    if changed.version:
        replace_finding(operation=operation, user=record.user, finding=finding)
        _tell_changed(record, changed, operation)
    return ""


def _tell_changed(record: Record, changed: Changed, operation: Operation) -> None:
    """The message says the day, not the name: it goes to a phone that others may read."""
    version = changed.version
    assert version
    tell_user(
        record.user,
        TemplateKey.NAME_CHANGED,
        parameters={"time": moment_words(operation.at)},
        once=f"{record.pk}:{version.number}",
        at=operation.at,
    )


def _decide(operation: Operation, row: WaitingName, after: NameState, words: str = "") -> None:
    row.state, row.words, row.decided_at, row.next_attempt_at = after, words, operation.at, None
    row.save(update_fields=["state", "words", "decided_at", "next_attempt_at"])
    if after != NameState.APPLIED:
        release_attachments(person_key=row.person_key, ids=[row.proof_id])
    record_events(operation, NameDecided(subject_id=row.record_id, after=after))


def _mismatches_today(user_id: uuid.UUID) -> int:
    """Every refusal is in the access log: nobody tries name after name on the other system."""
    midnight = dt.datetime.combine(clock.today(), dt.time(), clock.CHINA)
    refused = AccessLog.objects.filter(subject_id=user_id, outcome=MISMATCH, id__gte=lowest_uuid7(midnight))
    return refused.count()
