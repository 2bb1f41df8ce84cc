"""Names and records of before under today's rules of texts: steps of ``kuaiji mend-texts`` (docs/adr/0063)."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from kuaiji.accountants import models, workflow
from kuaiji.accountants.enums import CollectionStatus, HoldKind, RecordAction, SectionSlug
from kuaiji.accountants.events import TextsMended
from kuaiji.accountants.sections.answers import answers_equal, tidied
from kuaiji.accountants.sections.tables import replace_rows
from kuaiji.accountants.services.locking import hold_kinds
from kuaiji.accountants.services.versions import advance_version, answers_of, current_version
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common.documents import DocumentType
from kuaiji.common.errors import RuleBroken
from kuaiji.common.mending import TEXT_RULES, MendStep
from kuaiji.common.names import clean_name
from kuaiji.common.rotation import RotationStep
from kuaiji.identity.models import User
from kuaiji_wire.names import fold_name

AT_A_TIME = 20  # people locked by one transaction, whom nobody else can change meanwhile
REASON = "文字整理：看不见的字符、多余的空格和间隔号"


@transaction.atomic
def mend_person(*, operation: Operation, user: User) -> bool:
    """Write name and record of the locked ``user`` as the forms of today would; True when they were written otherwise.

    A record gets a new version by the system, past ones stay. Raises what ``workflow.transition`` raises: while a
    transfer is under way, and for a record that another platform holds.
    """
    name = mended_name(user)
    record = models.Record.objects.of(user).select_for_update(of=("self",), no_key=True).first()
    if record is None:
        return _rename(user, name)
    holds = hold_kinds(record)
    workflow.transition(CollectionStatus(record.status), RecordAction.MEND_TEXTS, operation.actor_kind, holds)
    record.user, record.person_key = user, user.person_key
    answers = answers_of(current_version(record))
    after = {slug: tidied(values) for slug, values in answers.items()}
    slugs = [slug for slug in SectionSlug if not answers_equal(answers[slug], after[slug])]
    told = {slug.value: (answers[slug], after[slug]) for slug in slugs} | {"name": (user.name, name)}
    if not _rename(user, name):
        del told["name"]
    for slug in slugs:
        replace_rows(record, slug, after[slug])
    if told:
        advance_version(
            operation, record, RecordAction.MEND_TEXTS, after, holds=holds, event=lambda made: _event(made, told)
        )
    return bool(told)


def _rename(user: User, name: str) -> bool:
    if name == user.name:
        return False
    user.name = name
    user.save(update_fields=["name"])
    return True


def _event(made: models.RecordVersion, told: dict[str, tuple[Any, Any]]) -> TextsMended:
    return TextsMended(
        subject_id=made.record_id,
        version=made.number,
        fields=list(told),
        before={field: before for field, (before, _) in told.items()},
        after={field: after for field, (_, after) in told.items()},
    )


def mended_name(user: User) -> str:
    """The name as a form of today would keep it; what it would refuse stays."""
    try:
        return clean_name(user.name, document_type=DocumentType(user.document_type))
    except RuleBroken:
        return user.name


def _behind() -> "QuerySet[User]":
    """People not looked at yet, but for those whom a transfer locks: they come when it is over."""
    held = models.Hold.objects.filter(kind=HoldKind.TRANSFER, lifted_at=None).values("record")
    locked = models.Record.objects.filter(
        Q(status=CollectionStatus.TRANSFERRING_OUT) | Q(status=CollectionStatus.COLLECTED, pk__in=held)
    )
    return User.objects.exclude(text_rules=TEXT_RULES).exclude(pk__in=locked.values("user"))


def _waiting() -> int:
    return User.objects.exclude(text_rules=TEXT_RULES).count() - _behind().count()


def _ids(after: uuid.UUID, count: int) -> list[uuid.UUID]:
    rows = _behind().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
    return list(rows[: min(count, AT_A_TIME)])


def _mend(ids: list[uuid.UUID]) -> int:
    users = _behind().filter(pk__in=ids).select_related("person_key", "record").order_by("pk")
    found = list(users.select_for_update(of=("self",), no_key=True, skip_locked=True))
    changed = sum(mend_person(operation=_operation(), user=user) for user in found if not _stays(user))
    User.objects.filter(pk__in=[user.pk for user in found]).update(text_rules=TEXT_RULES)
    return changed


def _changes(ids: list[uuid.UUID]) -> int:
    users = User.objects.filter(pk__in=ids).select_related("person_key", "record")
    return sum(_differs(user) for user in users)


def _stays(user: User) -> bool:
    """What another platform holds stays as it left, and what is erased cannot be read."""
    record = getattr(user, "record", None)
    away = record is not None and record.status == CollectionStatus.TRANSFERRED_OUT
    return away or user.person_key.destroyed_at is not None


def _differs(user: User) -> bool:
    if _stays(user):
        return False
    record = getattr(user, "record", None)
    if mended_name(user) != user.name:
        return True
    answers = answers_of(current_version(record)) if record else {}
    return any(not answers_equal(values, tidied(values)) for values in answers.values())


def _operation() -> Operation:
    return Operation(kind=OperationKind.RECORD_CORRECTING, actor_kind=ActorKind.SYSTEM, reason=REASON)


def _folding(title: str, model: type[models.ExamRow] | type[User]) -> MendStep:
    """The step that writes what of a name is compared beside the names that were written without it."""

    def unfolded() -> "QuerySet[Any]":
        return model._default_manager.filter(name_folded="")

    def ids_after(after: uuid.UUID, count: int) -> list[uuid.UUID]:
        return list(unfolded().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:count])

    def fold(ids: list[uuid.UUID]) -> int:
        rows = list(unfolded().filter(pk__in=ids).select_for_update(no_key=True, skip_locked=True))
        for row in rows:
            row.name_folded = fold_name(row.name)
        return int(model._default_manager.bulk_update(rows, ["name_folded"]))

    return MendStep(RotationStep(title, lambda: unfolded().count(), ids_after, fold), changes=len)


PEOPLE = MendStep(RotationStep("姓名和档案", lambda: _behind().count(), _ids, _mend), _changes, _waiting)
EXAM_ROWS = _folding("考试核验", models.ExamRow)
NAMES = _folding("姓名的比对形式", User)
