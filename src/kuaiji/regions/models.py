"""Places and bodies: divisions (行政区划), what people belong to besides them, bureaux, the other registries.

And the calendar of working days."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kuaiji.common.ids import uuid7


class Division(models.Model):
    """A row of GB/T 2260."""

    code = models.CharField(max_length=6, primary_key=True, db_comment="public")
    name = models.CharField(max_length=60, db_comment="public")
    level = models.CharField(max_length=12, db_comment="public: province, prefecture or county")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, db_comment="public")

    class Meta:
        ordering = ["code"]


class FinanceBureau(models.Model):
    """A row of annex 1 (财政部门咨询电话). ``serial`` and ``source`` name the printed row."""

    serial = models.CharField(max_length=6, blank=True, db_comment="public")
    source = models.CharField(max_length=3, db_comment="public: notice it is printed in")
    position = models.PositiveSmallIntegerField(unique=True, db_comment="public: order in print")
    city = models.CharField(max_length=20, db_comment="public")
    unit = models.CharField(max_length=60, db_comment="public")
    division = models.ForeignKey(Division, null=True, on_delete=models.PROTECT, db_comment="public")
    parent_code = models.CharField(max_length=6, blank=True, db_comment="public: city or province it belongs to")
    phones = ArrayField(models.CharField(max_length=20), db_comment="public")
    address = models.CharField(max_length=200, blank=True, db_comment="public")
    note = models.TextField(blank=True, db_comment="public")

    class Meta:
        ordering = ["position"]

    @property
    def full_name(self) -> str:
        """广州市荔湾区, where print says 荔湾区 under 广州市."""
        return self.unit if self.unit.startswith(self.city) else f"{self.city}{self.unit}"

    @property
    def is_technical_support(self) -> bool:
        """系统操作技术支持 is help with the platform, no bureau (R11.5)."""
        return self.unit == "系统操作技术支持"


class ServiceArea(models.Model):
    """What a person can belong to besides a division: 省本级, 市本级 and the functional zones."""

    code = models.CharField(max_length=12, primary_key=True, db_comment="public")
    name = models.CharField(max_length=60, db_comment="public")
    parent = models.ForeignKey(Division, on_delete=models.PROTECT, db_comment="public")
    is_functional_zone = models.BooleanField(db_comment="public")
    bureau = models.ForeignKey(FinanceBureau, on_delete=models.PROTECT, db_comment="public: who handles it")
    platform = models.CharField(max_length=6, db_comment="public: registry whose people it serves")

    class Meta:
        ordering = ["code"]


class Registry(models.Model):
    """A body that keeps its own book of accountants (归口平台): the addressees of 财办会〔2018〕28号."""

    code = models.CharField(max_length=6, primary_key=True, db_comment="public")
    name = models.CharField(max_length=40, db_comment="public")
    division = models.ForeignKey(Division, null=True, on_delete=models.PROTECT, db_comment="public")
    kind = models.CharField(max_length=24, db_comment="public")
    authority = models.CharField(max_length=60, db_comment="public")
    note = models.CharField(max_length=200, blank=True, db_comment="public")

    class Meta:
        ordering = ["code"]


class CalendarNotice(models.Model):
    """The State Council's notice on the days off of a year, as staff entered it.

    Entered anew it is another row; the last one of a year counts, before whatever the program is shipped with.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="public")
    year = models.PositiveSmallIntegerField(db_index=True, db_comment="public")
    source = models.CharField(max_length=60, db_comment="public: the notice's number (文号)")
    text = models.TextField(db_comment="public: as it was pasted")
    entered_at = models.DateTimeField(db_comment="internal")
    entered_by = models.UUIDField(null=True, db_comment="internal: the member of staff")
    entered_name = models.CharField(max_length=50, db_comment="personal: name of staff")

    class Meta:
        ordering = ["-year", "-entered_at"]


class Workday(models.Model):
    """A day on which work differs from its day of the week, as the State Council's notice says: a holiday, or 调休.

    A year without rows is not published yet.
    """

    day = models.DateField(primary_key=True, db_comment="public")
    is_working = models.BooleanField(db_comment="public")
    name = models.CharField(max_length=60, db_comment="public: the holiday it belongs to")

    class Meta:
        ordering = ["day"]
