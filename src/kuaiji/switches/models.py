"""When a switch was on, by whom and why. A row is never edited but for its agreement and its end."""

import datetime as dt

from django.db import models
from django.db.models import F, Q

from kuaiji.common.clock import CHINA
from kuaiji.common.ids import uuid7
from kuaiji.switches import rules
from kuaiji.switches.enums import SwitchName

LONGEST_NAME = 50
_TWO_PEOPLE = Q(begun_by__isnull=False, second_by__isnull=False) & ~Q(second_by=F("begun_by")) | (
    Q(begun_by=None) | Q(second_by=None)
) & ~Q(second_name=F("begun_name"))


class SwitchPeriodQuerySet(models.QuerySet["SwitchPeriod"]):
    """Periods of switches."""

    def open(self, now: dt.datetime) -> "SwitchPeriodQuerySet":
        """Not over at ``now``: in force, or waiting for a second person."""
        return self.filter(ended_at=None, ends_at__gt=now)

    def in_force(self, now: dt.datetime) -> "SwitchPeriodQuerySet":
        """What stops something at ``now``."""
        return self.open(now).filter(in_force_at__isnull=False)


class SwitchPeriod(models.Model):
    """A time that a switch is on for (开关). It ends by itself at ``ends_at``.

    Who turns it is of a package above this one, or an operator at the command line, who has no account: ids are those
    of members where there is one, names always stand.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    switch = models.CharField(max_length=20, choices=SwitchName, db_comment="public: which one")
    reason = models.CharField(max_length=rules.LONGEST_REASON, db_comment="public: why, as people read it")
    begun_at = models.DateTimeField(db_comment="internal")
    begun_by = models.UUIDField(null=True, db_comment="internal: the member of staff")
    begun_name = models.CharField(max_length=LONGEST_NAME, db_comment="personal: name of staff")
    second_by = models.UUIDField(null=True, db_comment="internal: the member who agreed")
    second_name = models.CharField(max_length=LONGEST_NAME, blank=True, db_comment="personal: name of staff")
    in_force_at = models.DateTimeField(null=True, db_comment="internal: null while a second person is awaited")
    ends_at = models.DateTimeField(db_comment="public: it ends by itself then")
    ended_at = models.DateTimeField(null=True, db_comment="internal: turned off before, or found to be over")
    ended_name = models.CharField(max_length=LONGEST_NAME, blank=True, db_comment="personal: name of staff")

    objects = SwitchPeriodQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["switch"], condition=Q(ended_at=None), name="switch_one_open"),
            models.CheckConstraint(condition=Q(switch__in=SwitchName.values), name="switch_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("begun_at")), name="switch_ends_after_it_begins"),
            models.CheckConstraint(
                name="switch_by_two_where_two_are_asked",
                condition=Q(in_force_at=None)
                | ~Q(switch__in=sorted(rules.NEEDS_SECOND))
                | ~Q(second_name="") & _TWO_PEOPLE,
            ),
        ]

    @property
    def words(self) -> str:
        """What stands still, why and until when, as people read it."""
        until = self.ends_at.astimezone(CHINA)
        return f"{rules.WORDS[SwitchName(self.switch)]}。原因：{self.reason}。预计{until:%Y年%-m月%-d日 %H:%M}恢复"
