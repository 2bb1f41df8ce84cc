"""Deciding a case, with a second person where two are asked, and taking it back before it takes effect (R9.2)."""

import dataclasses
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from kuaiji.audit.services import Operation, record_events
from kuaiji.cases import rules
from kuaiji.cases.enums import Verdict, VoidReason
from kuaiji.cases.events import DecisionMade, DecisionSeconded, DecisionTakenBack
from kuaiji.cases.kinds import CASE_KINDS
from kuaiji.cases.models import Case, Decision
from kuaiji.cases.services.carrying_out import carry_out
from kuaiji.cases.services.moved import CaseMoved, check_as_shown, check_takeable
from kuaiji.cases.services.opening import void_decision
from kuaiji.cases.services.reading import cases_of
from kuaiji.cases.services.reasons import check_offered
from kuaiji.cases.services.taking import locked_case, put_name, take_name_off
from kuaiji.cases.services.words import forget_words
from kuaiji.common.errors import RuleBroken
from kuaiji.staff.models import Member


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page that a decision is sent from: its random ``key``, and the stage of the case that it showed."""

    key: uuid.UUID
    stage: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is decided: a verdict, codes of the kept reasons, own words; ``details`` are ids and codes that the kind
    needs besides."""

    verdict: Verdict
    reasons: Sequence[str] = ()
    words: str = ""
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@transaction.atomic
def decide(
    *,
    operation: Operation,
    case_id: uuid.UUID,
    member: Member,
    judgement: Judgement,
    page: Page,
    at_once: bool = False,
) -> Decision:
    """Decide, or agree as the second of two; sent twice from one page has one effect and gives the same decision.

    It takes effect ten minutes from now, at once with ``at_once`` and where the kind knows no window; then what it says
    is done in this transaction. A second who says something else than the first replaces the first's decision. Raises
    Case.DoesNotExist outside the member's scope, CaseMoved, and RuleBroken ``not_offered``, what ``rules`` and taking
    raise, and at once also what the kind's ``carry_out`` raises.
    """
    if sent := _sent_before(case_id, member, page):
        return sent
    seen = cases_of(member).get(pk=case_id)
    CASE_KINDS[seen.kind].lock(seen.subject_id)
    case = locked_case(case_id, member)
    if sent := _sent_before(case_id, member, page):  # the same press was faster
        return sent
    check_as_shown(case, stage=page.stage)
    check_takeable(case, member, operation.at)
    _check(case, judgement)
    first = _standing(case)
    if first and _agrees(judgement, first):
        decision = _second(operation, case, first, member, page)
    else:
        decision = _first(operation, case, first, member, page, judgement)
    forget_words(case=case, member=member)
    take_name_off(case)
    if decision.needs_second and decision.second_id is None:
        _stand(case, decision)
        return decision
    window = CASE_KINDS[case.kind].has_window(decision.verdict)
    decision.at_once = at_once or not window
    decision.effective_at = rules.effective_at(operation.at, window=window, at_once=at_once)
    decision.save()
    _stand(case, decision)
    if decision.at_once:
        carry_out(operation=operation, case=case, decision=decision)
    return decision


@transaction.atomic
def take_back(*, operation: Operation, case_id: uuid.UUID, member: Member) -> Decision:
    """收回: nothing has happened, and the case is in the hand of who decided it. Once more changes nothing.

    A first review is taken back until the second person has decided. Raises Case.DoesNotExist, CaseMoved
    ``took_effect``, RuleBroken ``not_your_decision``.
    """
    case = locked_case(case_id, member)
    decision = _standing(case) or _carried_out(case)
    if decision is None or decision.last_by != member.pk:
        if decision is None and (again := _taken_back_by(case, member)):
            return again
        raise RuleBroken("not_your_decision", "只有作出决定的人可以收回")
    if decision.carried_out_at or (decision.effective_at and decision.effective_at <= operation.at):
        raise CaseMoved("took_effect", "决定已经生效，不能收回", who=member, at=decision.effective_at)
    if decision.second_id:
        decision.second, decision.seconded_at, decision.effective_at = None, None, None
        decision.at_once = False
    else:
        decision.taken_back_at = operation.at
    decision.save()
    record_events(operation, DecisionTakenBack(subject_id=case.pk, kind=case.kind, decision=str(decision.pk)))
    _stand(case, decision if decision.stands else _restored(decision))
    put_name(operation=operation, case=case, member=member)
    return decision


def _sent_before(case_id: uuid.UUID, member: Member, page: Page) -> Decision | None:
    """The decision that this page was sent for already, whatever became of it since."""
    of_page = Q(maker=member, key=page.key) | Q(second_key=page.key) & (Q(second=member) | Q(second=None))
    return Decision.objects.filter(of_page, case=case_id).select_related("case", "maker", "second").first()


def _check(case: Case, judgement: Judgement) -> None:
    kind = CASE_KINDS[case.kind]
    if judgement.verdict not in kind.verdicts:
        raise RuleBroken("not_offered", f"{kind.label}不能这样办理", "decision")
    rules.check_reasons(judgement.verdict, judgement.reasons, judgement.words)
    rules.check_words(judgement.words)
    check_offered(case.kind, judgement.reasons)


def _agrees(judgement: Judgement, first: Decision) -> bool:
    """Whether the second says what the first has said; own reasons or words of the second are another decision."""
    if judgement.verdict != first.verdict:
        return False
    if judgement.verdict == Verdict.APPROVE:
        return True
    return sorted(judgement.reasons) == sorted(first.reasons) and judgement.words == first.words


def _first(
    operation: Operation, case: Case, before: Decision | None, member: Member, page: Page, judgement: Judgement
) -> Decision:
    if before:
        void_decision(operation=operation, case=case, decision=before, void_as=VoidReason.REPLACED)
    needs_second = CASE_KINDS[case.kind].needs_second(case, judgement.verdict)
    decision = Decision.objects.create(
        case=case,
        verdict=judgement.verdict,
        reasons=list(judgement.reasons),
        words=judgement.words,
        details=dict(judgement.details),
        maker=member,
        made_at=operation.at,
        key=page.key,
        needs_second=needs_second,
        replaces=before,
        effective_at=None if needs_second else operation.at,
    )
    event = DecisionMade(
        subject_id=case.pk,
        kind=case.kind,
        decision=str(decision.pk),
        verdict=decision.verdict,
        reasons=decision.reasons,
        needs_second=needs_second,
    )
    record_events(operation, event)
    return decision


def _second(operation: Operation, case: Case, first: Decision, member: Member, page: Page) -> Decision:
    first.second, first.seconded_at, first.second_key = member, operation.at, page.key
    event = DecisionSeconded(subject_id=case.pk, kind=case.kind, decision=str(first.pk), verdict=first.verdict)
    record_events(operation, event)
    return first


def _stand(case: Case, decision: Decision | None) -> None:
    """Write into the locked case what follows of the decision that stands about it."""
    awaited = decision is not None and decision.effective_at is None
    case.stage, case.first_by = (2, decision.maker) if decision and awaited else (1, None)
    if decision and not awaited and decision.second_id:
        case.stage, case.first_by = 2, decision.maker
    case.decided_at = decision.last_at if decision and not awaited else None
    case.save(update_fields=["stage", "first_by", "decided_at"])


def _standing(case: Case) -> Decision | None:
    waiting = case.decisions.filter(taken_back_at=None, void_at=None, carried_out_at=None)
    return waiting.select_related("maker", "second").first()


def _carried_out(case: Case) -> Decision | None:
    return case.decisions.filter(carried_out_at__isnull=False).select_related("maker", "second").first()


def _taken_back_by(case: Case, member: Member) -> Decision | None:
    last = case.decisions.order_by("-made_at", "-pk").first()
    return last if last and last.taken_back_at and last.maker_id == member.pk else None


def _restored(decision: Decision) -> Decision | None:
    """The first review that the decision taken back had replaced stands again."""
    before = decision.replaces
    if before is None or before.void_as != VoidReason.REPLACED:
        return None
    before.void_at, before.void_as = None, ""
    before.save(update_fields=["void_at", "void_as"])
    return before
