"""显示完整 and 备注: the two things that staff write on the pages of a person."""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import QuerySet

from kuaiji.audit.services import Operation, record_events
from kuaiji.common import clock
from kuaiji.common.sessions import stored_keys
from kuaiji.desk.models import Note, Reveal
from kuaiji.desk.record.enums import RevealReason, Shown
from kuaiji.desk.record.events import NoteWritten, PersonShown
from kuaiji.identity.models import User
from kuaiji.staff.models import Member

SHOWN_FOR = dt.timedelta(minutes=10)
TWICE = dt.timedelta(seconds=30)  # a button pressed again, or a page sent again
KEPT = dt.timedelta(hours=1)
MANY = 3  # people shown whole within KEPT: before the third the second factor is asked for


def shown_now(*, cookie: str | None, member: Member, person: User) -> frozenset[Shown]:
    """What of a person this session may see whole at this moment."""
    rows = _lately(member, SHOWN_FOR).filter(session_key__in=stored_keys(cookie), person_key=person.person_key_id)
    return frozenset(Shown(what) for what in rows.values_list("what", flat=True))


def needs_proof(*, member: Member, person: User, what: Shown) -> bool:
    """Whether this would be one more of several people shown whole in a row, for which the second factor is shown."""
    others = _lately(member, KEPT).filter(what=Shown.ALL).exclude(person_key=person.person_key_id)
    return what == Shown.ALL and others.values("person_key").distinct().count() >= MANY - 1


@transaction.atomic
def show(
    *, operation: Operation, cookie: str | None, member: Member, person: User, what: Shown, reason: RevealReason,
    words: str = "",
) -> bool:  # fmt: skip
    """Show what is masked to one session for ten minutes. The same once more, just now, changes nothing: False."""
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    [key, *_] = stored_keys(cookie)
    mine = _lately(member, TWICE).filter(session_key__in=stored_keys(cookie), person_key=person.person_key_id)
    if mine.filter(what=what, reason=reason).exists():
        return False
    Reveal.objects.filter(member=member, shown_at__lt=operation.at - KEPT).delete()
    Reveal.objects.create(
        member=member,
        session_key=key,
        person_key_id=person.person_key_id,
        what=what,
        reason=reason,
        shown_at=operation.at,
    )
    event = PersonShown(subject_id=person.pk, what=what, reason=reason, words=words)
    record_events(operation, event, person_key=person.person_key)
    return True


@transaction.atomic
def write_note(*, operation: Operation, member: Member, person: User, words: str, key: uuid.UUID) -> None:
    """Keep a note about a person; ``key`` is its page's, so that it is written once however often it is sent."""
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if Note.objects.filter(pk=key).exists():
        return
    Note(id=key, person_key=person.person_key, words=words, member=member, written_at=operation.at).save()
    record_events(operation, NoteWritten(subject_id=person.pk, note=key))


def notes_of(person: User) -> QuerySet[Note]:
    """All notes about a person, the newest first."""
    rows = Note.objects.filter(person_key=person.person_key_id).select_related("member__bureau", "person_key")
    return rows.order_by("-written_at", "-pk")


def _lately(member: Member, within: dt.timedelta) -> QuerySet[Reveal]:
    return Reveal.objects.filter(member=member, shown_at__gt=clock.now() - within)
