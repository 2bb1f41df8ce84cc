"""How a member of staff looks at lists."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kuaiji.common.ids import uuid7
from kuaiji.staff.models import Member


class ListColumns(models.Model):
    """The columns that a member's lists show; without a row the usual ones."""

    member = models.OneToOneField(
        Member, primary_key=True, on_delete=models.CASCADE, related_name="+", db_comment="pseudonymous: of staff"
    )
    columns = ArrayField(models.CharField(max_length=20), db_comment="internal: ColumnName")


class SavedFilter(models.Model):
    """A filter of lists under a name of the member's own. What it asks is codes and days, nothing about anybody."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="+", db_index=False, db_comment="pseudonymous: of staff"
    )
    name = models.CharField(max_length=30, db_comment="internal: what its owner calls it")
    query = models.CharField(max_length=500, blank=True, db_comment="internal: the filter as an address carries it")
    kept_at = models.DateTimeField(db_comment="internal")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "name"], name="desk_filter_once_per_name")]
