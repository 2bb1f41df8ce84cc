"""One name on a case: taking it, giving it back or to others, and to the level above (R9.2)."""

import uuid

from django.db import transaction
from django.db.models import Q

from kuaiji.audit.services import Operation, record_events
from kuaiji.cases import rules
from kuaiji.cases.events import CaseGiven, CaseHandedUp, CaseReleased, CaseTaken
from kuaiji.cases.kinds import CASE_KINDS
from kuaiji.cases.models import Case
from kuaiji.cases.services.moved import check_as_shown, check_takeable, may_take
from kuaiji.cases.services.reading import cases_of, queue
from kuaiji.common.errors import RuleBroken
from kuaiji.regions.models import FinanceBureau
from kuaiji.regions.services import bureaux_above, bureaux_under
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member


@transaction.atomic
def take_case(*, operation: Operation, case_id: uuid.UUID, member: Member) -> Case:
    """领取: the case is in ``member``'s hand for 30 minutes from now; who has it already goes on having it.

    Raises Case.DoesNotExist outside the member's scope, CaseMoved, RuleBroken ``second_is_first``, ``handed_up``,
    ``not_yours``.
    """
    case = locked_case(case_id, member)
    check_as_shown(case, stage=case.stage)
    check_takeable(case, member, operation.at)
    put_name(operation=operation, case=case, member=member)
    return case


@transaction.atomic
def release_case(*, operation: Operation, case_id: uuid.UUID, member: Member) -> None:
    """归还. Nothing where the member does not have it, or no longer. Raises Case.DoesNotExist."""
    case = locked_case(case_id, member)
    if case.holder_id == member.pk:
        take_name_off(case)
        record_events(operation, CaseReleased(subject_id=case.pk, kind=case.kind))


@transaction.atomic
def take_some(*, operation: Operation, kind: str, stage: int, member: Member) -> list[Case]:
    """领取一批: up to 20 of a queue that nobody has, those first that are due first; none that others are just taking.

    Raises RuleBroken ``not_yours``.
    """
    if not CASE_KINDS[kind].takes(stage, member.roles):
        raise RuleBroken("not_yours", "您的角色不能办理这类事项，只能查看")
    free = queue(member, kind, stage).free(operation.at).filter(Q(handed_to=None) | Q(handed_to=member.bureau_id))
    found = list(
        free.order_by("due_on", "pk").select_for_update(of=("self",), skip_locked=True, no_key=True)[
            : rules.MOST_AT_ONCE
        ]
    )
    for case in found:
        put_name(operation=operation, case=case, member=member)
    return found


@transaction.atomic
def give_cases(*, operation: Operation, giver: Member, of: Member, to: Member | None) -> tuple[int, int]:
    """All that ``of`` has goes to ``to``, or back to the queues: how many did, and how many ``to`` may not have.

    Raises RuleBroken ``not_a_manager``, ``not_a_colleague``: both have to be of the giver's bureau or one below.
    """
    if not giver.has_role(Role.MANAGER):
        raise RuleBroken("not_a_manager", "只有管理人员可以转交他人的事项")
    under = bureaux_under(giver.bureau)
    if of.bureau_id not in under or (to and (to.bureau_id not in under or not to.is_active)):
        raise RuleBroken("not_a_colleague", "只能在本单位和下级单位的人员之间转交", "to")
    held = cases_of(giver).waiting().filter(holder=of).order_by("pk")
    found = list(held.select_for_update(of=("self",), no_key=True))
    seen = set(cases_of(to).filter(pk__in=[case.pk for case in found]).values_list("pk", flat=True)) if to else set()
    given = 0
    for case in found:
        if to and not (case.pk in seen and may_take(case, to)):
            continue
        given += 1
        _give(operation, case, of, to)
    return given, len(found) - given


@transaction.atomic
def hand_up(*, operation: Operation, case_id: uuid.UUID, member: Member, words: str) -> Case:
    """交上级: the case waits at the bureau above from now on, with a word from below. Once more changes nothing.

    Raises Case.DoesNotExist, CaseMoved, RuleBroken ``nobody_above``, ``words_missing`` and what ``rules.check_words``
    and taking raise.
    """
    rules.check_words(words, most=rules.LONGEST_HAND_UP, must=True)
    case = locked_case(case_id, member)
    if case.handed_by_id == member.pk and case.handed_to_id:
        return case
    check_as_shown(case, stage=case.stage)
    check_takeable(case, member, operation.at)
    above = bureaux_above(member.bureau)
    if not above:
        raise RuleBroken("nobody_above", "本单位在本平台没有上级，不能再上交", "words")
    case.handed_to, case.handed_by = FinanceBureau.objects.get(pk=above[0]), member
    case.handed_at, case.handed_words = operation.at, words
    case.save(update_fields=["handed_to", "handed_by", "handed_at", "handed_words"])
    take_name_off(case)
    record_events(operation, CaseHandedUp(subject_id=case.pk, kind=case.kind, bureau=above[0]))
    return case


def locked_case(case_id: uuid.UUID, member: Member) -> Case:
    """A case that ``member`` sees, locked. Raises Case.DoesNotExist.

    Nothing is joined: of a row that somebody changed while we waited for it the joined columns would be the old ones.
    """
    return cases_of(member).select_for_update(no_key=True).get(pk=case_id)


def put_name(*, operation: Operation, case: Case, member: Member) -> None:
    """The locked case is in ``member``'s hand, anew or still."""
    before = case.holder_id
    if before != member.pk or not case.held_by(operation.at):
        case.holder, case.held_at = member, operation.at
        event = CaseTaken(subject_id=case.pk, kind=case.kind, before=str(before) if before else None)
        record_events(operation, event)
    case.touched_at = operation.at
    case.save(update_fields=["holder", "held_at", "touched_at"])


def take_name_off(case: Case) -> None:
    """The locked case is in nobody's hand."""
    case.holder, case.held_at, case.touched_at = None, None, None
    case.save(update_fields=["holder", "held_at", "touched_at"])


def _give(operation: Operation, case: Case, of: Member, to: Member | None) -> None:
    if to is None:
        take_name_off(case)
    else:
        case.holder, case.held_at, case.touched_at = to, operation.at, operation.at
        case.save(update_fields=["holder", "held_at", "touched_at"])
    event = CaseGiven(subject_id=case.pk, kind=case.kind, of=str(of.pk), to=str(to.pk) if to else None)
    record_events(operation, event)
