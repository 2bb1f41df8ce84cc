"""Refusals that a save has overtaken (docs/adr/0092): made in the save, numbered when they are read."""

import datetime as dt
import uuid
from typing import Any, NamedTuple

import structlog
from django.db import connection, transaction

from kuaiji.common.ids import lowest_uuid7
from kuaiji.examchecks.enums import Outcome
from kuaiji.examchecks.models import ExamCheck, Repair, RepairCount
from kuaiji.examchecks.services.judgements import judged, judgement_of
from kuaiji.examchecks.services.standing import facts_of_user
from kuaiji.exams.judging.facts import Facts
from kuaiji.exams.judging.here import Here
from kuaiji.exams.judging.judge import Judgement
from kuaiji.exams.services.rulebook import UnknownRuleSet, rulebook

log = structlog.get_logger(__name__)

REMEMBERED = dt.timedelta(days=60)  # nobody is told that an older refusal was mended
KEPT = dt.timedelta(days=90)  # of a repair
PAGE = 1_000
# Questions of so long ago are looked at once more: what was being saved while they were answered is saved by now.
AGAIN_FROM, AGAIN_TO = dt.timedelta(minutes=4), dt.timedelta(minutes=1)


class Repaired(NamedTuple):
    """For the exam system: ask about this candidate of yours once more."""

    number: int
    reference: str


def note_saved(*, owner: str, subject_id: uuid.UUID, at: dt.datetime) -> int:
    """Something was saved that the exam check reads: make a row of each refusal whose verdicts are others now.

    ``owner`` is SQL for the user whom ``%(subject)s`` belongs to. Belongs into the transaction of the save, after it
    has written. One look by an index and no lock; what is found is judged by the rules and at the moment of the
    refusal, so that neither the clock nor new rules repair anything. Gives how many.
    """
    values = {"subject": subject_id, "since": lowest_uuid7(at - REMEMBERED), "found": Outcome.FOUND}
    return _compare(_found(_NEWEST.format(owner=owner), values), at=at)


def look_again(*, at: dt.datetime) -> int:
    """Make the rows of refusals that were being written down while their save looked for them. How many."""
    since, until = lowest_uuid7(at - AGAIN_FROM), lowest_uuid7(at - AGAIN_TO)
    found = _found(_CHANGED_MEANWHILE, {"since": since, "until": until, "found": Outcome.FOUND})
    return sum(_compare([check], at=at) for check in found)


def repairs_after(client_id: uuid.UUID, after: int, *, limit: int = PAGE) -> list[Repaired]:
    """What follows number ``after``, in order; nothing with a smaller number can come later."""
    _number(client_id)
    rows = Repair.objects.filter(client_id=client_id, number__gt=after).order_by("number")
    return [Repaired(number or 0, reference) for number, reference in rows.values_list("number", "reference")[:limit]]


def sweep_repairs(*, at: dt.datetime) -> int:
    """Forget what nobody asks for any more. How many."""
    return Repair.objects.filter(at__lt=at - KEPT).delete()[0]


def _found(query: str, values: dict[str, Any]) -> list[ExamCheck]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        ids = [check_id for (check_id,) in cursor.fetchall()]
    return list(ExamCheck.objects.filter(pk__in=ids).order_by("pk")) if ids else []


def _compare(checks: list[ExamCheck], *, at: dt.datetime) -> int:
    """Of one user."""
    if not checks or checks[0].user_id is None:
        return 0
    here = rulebook().here
    facts = facts_of_user(checks[0].user_id, here)
    if facts is None:  # closed: nobody is found any more, and no save mended that
        return 0
    overtaken = [check for check in checks if _is_overtaken(check, facts, here)]
    rows = [Repair(check_id=one.pk, client_id=one.client_id, reference=one.reference, at=at) for one in overtaken]
    Repair.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _is_overtaken(check: ExamCheck, facts: Facts, here: Here) -> bool:
    try:
        told = judgement_of(check)
    except UnknownRuleSet:  # a save never fails for what was answered before
        log.warning("exam_check_not_judged", name=check.ruleset)
        return False
    if told is None or told.eligible:
        return False
    return _verdicts(told) != _verdicts(judged(check, facts, here))


def _verdicts(judgement: Judgement) -> list[tuple[str, bool, str]]:
    """What of an answer counts as another one: its words may tell more months of the same refusal."""
    return [(verdict.condition, verdict.met, verdict.code) for verdict in judgement.verdicts]


@transaction.atomic
def _number(client_id: uuid.UUID) -> None:
    """Number what saves that are over have left. A save that still runs may have written before one that is over: what
    is not behind the horizon waits, so that whoever went past a number has missed nothing."""
    if not Repair.objects.filter(client_id=client_id, number=None).exists():
        return
    RepairCount.objects.bulk_create([RepairCount(client_id=client_id)], ignore_conflicts=True)
    count = RepairCount.objects.select_for_update().get(pk=client_id)
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, {"client_id": client_id, "last": count.last})
        count.last += cursor.rowcount
    count.save(update_fields=["last"])


# The last answer about each reference of each client, unless it is known to be overtaken.
_NEWEST = """
SELECT id FROM (
    SELECT DISTINCT ON (client_id, reference) id FROM examchecks_examcheck
    WHERE user_id = ({owner}) AND id >= %(since)s AND outcome = %(found)s AND reference <> ''
    ORDER BY client_id, reference, id DESC
) AS newest WHERE NOT EXISTS (SELECT FROM examchecks_repair r WHERE r.check_id = newest.id)
"""
# Answers after which something of their person stands otherwise.
_CHANGED_MEANWHILE = """
SELECT c.id FROM examchecks_examcheck c LEFT JOIN accountants_record r ON r.user_id = c.user_id
LEFT JOIN accountants_examrow e ON e.record_id = r.id
WHERE c.id >= %(since)s AND c.id < %(until)s AND c.outcome = %(found)s AND c.reference <> ''
    AND NOT EXISTS (SELECT FROM examchecks_repair o WHERE o.check_id = c.id)
    AND ((c.record_id, c.version, c.status, c.division_code, c.confirmed_at, c.name_change_pending)
            IS DISTINCT FROM (r.id, e.version, coalesce(e.status, c.status), coalesce(e.division_code, ''),
                e.confirmed_at, e.name_change_pending)
        OR EXISTS (SELECT FROM identity_check k WHERE k.user_id = c.user_id AND k.kind = 'holder'
            AND k.checked_at >= c.at - interval '1 minute')
        OR r.id IS NULL AND (
            EXISTS (SELECT FROM collection_draft d WHERE d.user_id = c.user_id
                AND greatest(d.created_at, d.submitted_at) >= c.at - interval '1 minute')
            OR EXISTS (SELECT FROM collection_submission s WHERE s.user_id = c.user_id
                AND greatest(s.submitted_at, s.decided_at) >= c.at - interval '1 minute')
            OR EXISTS (SELECT FROM transfers_transferin i WHERE i.user_id = c.user_id
                AND greatest(i.claimed_at, i.hub_changed_at, i.reviewed_at) >= c.at - interval '1 minute')))
"""
_NUMBER = """
UPDATE examchecks_repair AS r SET number = %(last)s + w.place FROM (
    SELECT check_id, row_number() OVER (ORDER BY made_in, check_id) AS place FROM examchecks_repair
    WHERE client_id = %(client_id)s AND number IS NULL AND made_in < pg_snapshot_xmin(pg_current_snapshot())
) AS w WHERE r.check_id = w.check_id
"""
