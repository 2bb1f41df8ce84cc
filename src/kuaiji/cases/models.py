"""What waits for a bureau, who has it in hand, and what was decided (R9.2).

One narrow table: queues, counts, lists and pages read it, and one row says who holds a case.
"""

import datetime as dt
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from kuaiji.cases import rules
from kuaiji.cases.enums import Verdict, VoidReason
from kuaiji.common.ids import uuid7
from kuaiji.identity.models import User
from kuaiji.keys.fields import SealedJSONField
from kuaiji.keys.models import PersonKey
from kuaiji.regions.models import FinanceBureau
from kuaiji.regions.scope import Scope
from kuaiji.staff.models import Member

ANY_BUREAU = ""  # the division of what concerns somebody without a record: any bureau of the platform sees it
WAITING = Q(closed_at=None, decided_at=None)


class CaseQuerySet(models.QuerySet["Case"]):
    """How cases are found."""

    def visible_to(self, scope: Scope) -> "CaseQuerySet":
        """Those of the places that a bureau sees, and those that any bureau does (R9.1)."""
        return self.filter(division_code__in=[ANY_BUREAU, *sorted(scope.sees)])

    def waiting(self) -> "CaseQuerySet":
        """Open ones about which nothing is decided."""
        return self.filter(WAITING)

    def held(self, now: dt.datetime) -> "CaseQuerySet":
        """Those that somebody has in hand; ``Case.held_by`` is the same of one row."""
        return self.filter(_held(now))

    def free(self, now: dt.datetime) -> "CaseQuerySet":
        """Those that nobody has in hand."""
        return self.exclude(_held(now))


class Case(models.Model):
    """待办事项: something open that a bureau has to see to, or to look at.

    ``stage`` is 2 once the first of two people has agreed. The name of a holder counts for 30 minutes from
    ``touched_at``; no job takes it away.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="pseudonymous")
    kind = models.CharField(max_length=24, db_comment="internal: of CASE_KINDS")
    stage = models.PositiveSmallIntegerField(default=1, db_comment="internal: 1 first, 2 second review")
    subject_id = models.UUIDField(db_comment="pseudonymous: the application, the transfer, the message")
    number = models.CharField(max_length=40, db_comment="pseudonymous: its number for people")
    user = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_comment="pseudonymous: whom it concerns"
    )
    division_code = models.CharField(
        max_length=12, blank=True, db_comment="internal: division or service area; empty is any bureau's"
    )
    opened_at = models.DateTimeField(db_comment="internal")
    due_on = models.DateField(db_comment="internal: its last working day")
    first_by = models.ForeignKey(
        Member,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_comment="internal: who agreed first of two",
    )
    handed_to = models.ForeignKey(
        FinanceBureau,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_comment="internal: the level above",
    )
    handed_by = models.ForeignKey(
        Member,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_comment="internal: who handed it up",
    )
    handed_at = models.DateTimeField(null=True, db_comment="internal")
    handed_words = models.CharField(
        max_length=rules.LONGEST_HAND_UP, blank=True, db_comment="internal: why, staff's words"
    )
    holder = models.ForeignKey(
        Member, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_comment="internal: who has it"
    )
    held_at = models.DateTimeField(null=True, db_comment="internal: since when")
    touched_at = models.DateTimeField(null=True, db_comment="internal: the holder's last post or saved draft")
    decided_at = models.DateTimeField(null=True, db_comment="internal: a decision waits to take effect")
    closed_at = models.DateTimeField(null=True, db_comment="internal")

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "kind"], condition=Q(closed_at=None), name="case_open_once_per_subject"
            ),
            models.CheckConstraint(name="case_stage_known", condition=Q(stage__in=(1, 2))),
            models.CheckConstraint(name="case_second_after_first", condition=Q(stage=1) | Q(first_by__isnull=False)),
            models.CheckConstraint(
                name="case_held_since",
                condition=Q(holder=None, held_at=None, touched_at=None)
                | Q(holder__isnull=False, held_at__isnull=False, touched_at__isnull=False),
            ),
            # The first of two people may look at the second review, and never have it in hand.
            models.CheckConstraint(
                name="case_second_by_another",
                condition=Q(holder=None) | Q(first_by=None) | ~Q(holder=F("first_by")) | Q(stage=1),
            ),
            models.CheckConstraint(
                name="case_handed_by_somebody",
                condition=Q(handed_to=None) | (Q(handed_by__isnull=False) & Q(handed_at__isnull=False)),
            ),
        ]
        indexes = [
            # All that counts and lists ask about what waits stands in the index: the table is not read for a count.
            models.Index(
                fields=["kind", "stage", "due_on", "id"],
                include=["division_code", "opened_at", "handed_to", "first_by"],
                condition=WAITING,
                name="case_waiting",
            ),
            models.Index(fields=["holder"], condition=Q(closed_at=None, holder__isnull=False), name="case_held"),
            models.Index(
                fields=["handed_by"], condition=Q(closed_at=None, handed_by__isnull=False), name="case_handed"
            ),
            models.Index(fields=["subject_id"], name="case_subject"),
        ]

    def held_by(self, now: dt.datetime) -> Member | None:
        """Who has it in hand at ``now``; ``CaseQuerySet.held`` is the same of a query."""
        return self.holder if rules.is_held(self.holder_id, self.touched_at, now) else None


class Decision(models.Model):
    """决定: what somebody decided about a case, with a second person where two are asked. It is never deleted.

    It takes effect at ``effective_at``; until then its maker takes it back and nothing has happened.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="pseudonymous")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions", db_comment="pseudonymous")
    verdict = models.CharField(max_length=12, choices=Verdict, db_comment="internal")
    reasons = ArrayField(models.CharField(max_length=40), default=list, db_comment="internal: codes of ReturnReason")
    words = models.CharField(
        max_length=rules.LONGEST_WORDS, blank=True, db_comment="internal: staff's own, shown to the person"
    )
    details = models.JSONField(default=dict, db_comment="internal: ids and codes of what was decided")
    maker = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="+", db_index=False, db_comment="internal: who decided"
    )
    made_at = models.DateTimeField(db_comment="internal")
    key = models.UUIDField(db_comment="internal: of the page it was sent from")
    at_once = models.BooleanField(default=False, db_comment="internal: 立即生效 was chosen by who decided last")
    needs_second = models.BooleanField(db_comment="internal: two people have to agree")
    replaces = models.OneToOneField(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pseudonymous: the first review that the second person did not agree to",
    )
    second = models.ForeignKey(
        Member, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_comment="internal: who agreed"
    )
    seconded_at = models.DateTimeField(null=True, db_comment="internal")
    second_key = models.UUIDField(null=True, db_comment="internal: of the page the second agreed from")
    effective_at = models.DateTimeField(null=True, db_comment="internal: null while a second person is awaited")
    carried_out_at = models.DateTimeField(null=True, db_comment="internal")
    tried_at = models.DateTimeField(null=True, db_comment="internal: last time that carrying it out broke down")
    taken_back_at = models.DateTimeField(null=True, db_comment="internal: by who made it last, before it took effect")
    void_at = models.DateTimeField(null=True, db_comment="internal: it came to nothing otherwise")
    void_as = models.CharField(max_length=12, blank=True, choices=VoidReason, db_comment="internal: why")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(taken_back_at=None, void_at=None), name="decision_one_stands"
            ),
            models.UniqueConstraint(fields=["maker", "key"], name="decision_once_per_page"),
            models.UniqueConstraint(
                fields=["second", "second_key"], condition=Q(second__isnull=False), name="decision_second_once_per_page"
            ),
            models.CheckConstraint(name="decision_second_is_another", condition=Q(second=None) | ~Q(second=F("maker"))),
            models.CheckConstraint(
                name="decision_by_two_where_two_are_asked",
                condition=Q(needs_second=False, second=None)
                | Q(needs_second=True, second=None, effective_at=None)
                | Q(needs_second=True, second__isnull=False, effective_at__isnull=False),
            ),
            models.CheckConstraint(
                name="decision_drop_by_two", condition=~Q(verdict=Verdict.DROP) | Q(needs_second=True)
            ),
            models.CheckConstraint(
                name="decision_ends_once",
                condition=Q(carried_out_at=None) | Q(effective_at__isnull=False, taken_back_at=None, void_at=None),
            ),
            models.CheckConstraint(
                name="decision_void_with_reason",
                condition=Q(void_at=None, void_as="") | Q(void_at__isnull=False, void_as__in=VoidReason.values),
            ),
        ]
        indexes = [
            models.Index(
                fields=["effective_at"],
                condition=Q(carried_out_at=None, taken_back_at=None, void_at=None),
                name="decision_due",
            ),
            models.Index(fields=["maker", "made_at"], name="decision_made"),
            models.Index(fields=["second", "seconded_at"], condition=Q(second__isnull=False), name="decision_seconded"),
        ]

    @property
    def stands(self) -> bool:
        """Neither taken back nor void."""
        return self.taken_back_at is None and self.void_at is None

    @property
    def last_by(self) -> uuid.UUID:
        """Who may take it back: who made it complete."""
        return self.second_id or self.maker_id

    @property
    def last_at(self) -> dt.datetime:
        """When it was made complete, so far."""
        return self.seconded_at or self.made_at


class KeptWords(models.Model):
    """What somebody has typed about a case and not sent, kept past the end of a session and the loss of the case."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_comment="pseudonymous")
    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="+", db_index=False, db_comment="internal: who typed"
    )
    data_key = models.ForeignKey(
        PersonKey, on_delete=models.PROTECT, related_name="+", db_index=False, db_comment="internal: the member's"
    )
    fields = SealedJSONField(
        label="cases.kept_words", owner="data_key", db_comment="sealed: posted fields, a list each"
    )
    saved_at = models.DateTimeField(db_index=True, db_comment="internal")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "case"], name="kept_words_once")]


class ReturnReason(models.Model):
    """退回原因: one of the kept list. A row is filled in once and then the operator's; none is deleted."""

    code = models.CharField(max_length=40, primary_key=True, db_comment="public")
    words = models.CharField(max_length=200, db_comment="public: what the person reads")
    field = models.CharField(max_length=40, blank=True, db_comment="public: what it points to, in words")
    remedy = models.CharField(max_length=200, db_comment="public: what the person does about it")
    kinds = ArrayField(models.CharField(max_length=24), default=list, db_comment="public: kinds it is offered for")
    position = models.PositiveSmallIntegerField(db_comment="public: order in the list")
    ended_at = models.DateTimeField(null=True, db_comment="public: since when it is offered no more")

    class Meta:
        ordering = ["position", "code"]


def _held(now: dt.datetime) -> Q:
    return Q(holder__isnull=False, touched_at__gt=now - rules.HOLD)
