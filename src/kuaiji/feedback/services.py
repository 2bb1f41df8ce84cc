"""Taking an evaluation of one's own act, and reading what people said (好差评).

An evaluation is bounded by what it is about: only who has finished an act of the kind within MAY_BE_GIVEN gives one,
and one for each act, which a keyed digest tells. The operation names no actor (docs/adr/0075).
"""

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterator

from django.db import models, transaction
from django.db.models import Count

from kuaiji.audit.services import Operation, record_events
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.keyring import keyring
from kuaiji.feedback.acts import ACTS, FinishedAct
from kuaiji.feedback.enums import Grade
from kuaiji.feedback.events import EvaluationGiven
from kuaiji.feedback.models import Evaluation
from kuaiji.identity.models import User
from kuaiji.keys.models import PersonKey

MAY_BE_GIVEN = dt.timedelta(days=30)
KEPT = dt.timedelta(days=730)
LONGEST = 200  # characters of words


def open_act(user: User, act: str) -> FinishedAct | None:
    """The newest act of this kind that ``user`` has finished lately and not evaluated; None without one."""
    done = ACTS[act].newest(user) if act in ACTS else None
    if done is None or done.at < clock.now() - MAY_BE_GIVEN:
        return None
    return None if Evaluation.objects.filter(act_digest__in=_digests(act, done)).exists() else done


def evaluate(*, operation: Operation, user: User, act: str, grade: Grade, words: str) -> None:
    """Keep what ``user`` says of the newest own act of this kind. ``operation`` names no actor.

    Sent twice it is kept once. Raises RuleBroken ``nothing_to_evaluate``.
    """
    assert operation.actor_id is None, "an evaluation is nobody's"
    done = ACTS[act].newest(user) if act in ACTS else None
    if done is None or done.at < operation.at - MAY_BE_GIVEN:
        raise RuleBroken("nothing_to_evaluate", "没有可以评价的办理")
    with transaction.atomic():
        if Evaluation.objects.filter(act_digest__in=_digests(act, done)).exists():
            return
        key = PersonKey.objects.make() if words else None
        made = Evaluation(
            act=act,
            place=done.place,
            day=operation.day,
            grade=grade,
            act_digest=keyring().mac("evaluation", _value(act, done)),
            person_key=key,
            words=words or None,
        )
        # Two presses at once: the second adds nothing, and says nothing.
        Evaluation.objects.bulk_create([made], ignore_conflicts=True)
        if Evaluation.objects.filter(pk=made.pk).exists():
            record_events(operation, EvaluationGiven(subject_id=made.pk, act=act, has_words=bool(words)))
        elif key:
            key.delete()


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """How often a grade was given for a kind of act."""

    act: str
    grade: Grade
    count: int


def figures(*, since: dt.date, until: dt.date, places: Collection[str] | None = None) -> list[Figure]:
    """What was given from ``since`` to ``until``, both days included; ``places`` are those a bureau sees, None all."""
    rows = (
        _given(since, until, places).values_list("act", "grade").annotate(count=Count("pk")).order_by("act", "-grade")
    )
    return [Figure(act, Grade(grade), count) for act, grade, count in rows]


def words_given(
    *, since: dt.date, until: dt.date, places: Collection[str]
) -> Iterator[tuple[dt.date, str, Grade, str]]:
    """Day, act, grade and words of the evaluations with words, the newest first: for the desk of a bureau."""
    rows = _given(since, until, places).filter(person_key__isnull=False).select_related("person_key")
    for row in rows.order_by("-day", "pk").iterator():
        yield row.day, row.act, Grade(row.grade), row.words


def sweep_evaluations(*, today: dt.date) -> int:
    """Delete those that were kept long enough, with the keys of their words; gives how many."""
    with transaction.atomic():
        rows = list(Evaluation.objects.filter(day__lt=today - KEPT).values_list("pk", "person_key_id")[:5000])
        Evaluation.objects.filter(pk__in=[pk for pk, _ in rows]).delete()
        PersonKey.objects.filter(pk__in=[key for _, key in rows if key]).delete()
    return len(rows)


def _given(since: dt.date, until: dt.date, places: Collection[str] | None) -> models.QuerySet[Evaluation]:
    given = Evaluation.objects.filter(day__gte=since, day__lte=until)
    return given if places is None else given.filter(place__in=places)


def _value(act: str, done: FinishedAct) -> bytes:
    return f"{act}:{done.key}".encode()


def _digests(act: str, done: FinishedAct) -> list[bytes]:
    """All under which it may be kept: keys come and retire while an act may be evaluated."""
    return keyring().macs("evaluation", _value(act, done))
