"""What bureaux list and find records by."""

from collections.abc import Collection
from typing import TypeVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.models.record import Record

Row = TypeVar("Row", "ListRow", "NameKey")
# What a filter asks of: it stands in each ordered index, so that rows that do not match are passed over unread.
_ASKED = (
    "division_code", "status", "title", "schooling", "gender", "birth_date", "collected_at", "confirmed_at",
    "code_meant",
)  # fmt: skip


class PlacedQuerySet(models.QuerySet[Row]):
    """Rows of records, found within what a bureau sees."""

    def visible_to(self, places: Collection[str]) -> "PlacedQuerySet[Row]":
        """Those of the places that a bureau sees (R9.1), as ``regions.scope`` tells them."""
        return self.filter(division_code__in=places)


def _covering(name: str, *fields: str) -> models.Index:
    return models.Index(fields=[*fields, "record"], name=name, include=[one for one in _ASKED if one not in fields])


class ListRow(models.Model):
    """The line of a record in the lists of bureaux; written in the transaction of every save (ADR 0119)."""

    record = models.OneToOneField(
        Record, primary_key=True, on_delete=models.PROTECT, related_name="list_row", db_comment="pseudonymous"
    )
    division_code = models.CharField(max_length=12, db_comment="internal: division or service area")
    name = models.CharField(max_length=50, db_comment="personal: plain (ADR)")
    # Byte order: an index of it serves ranges and beginnings whatever language the database sorts by.
    reading = models.TextField(db_collation="C", db_comment="personal: plain, pinyin and name, what lists sort by")
    status = models.CharField(max_length=20, choices=CollectionStatus, db_comment="internal: 采集状态")
    title = models.CharField(max_length=1, blank=True, db_comment="personal: highest accounting title")
    schooling = models.CharField(max_length=2, blank=True, db_comment="personal: GB/T 4658, the highest of all modes")
    gender = models.CharField(max_length=1, db_comment="personal: GB/T 2261.1")
    birth_date = models.DateField(db_comment="personal")
    collected_at = models.DateTimeField(db_comment="internal")
    confirmed_at = models.DateTimeField(db_comment="internal: last change or 信息无变化，确认 (R4.6)")
    code_meant = models.BooleanField(db_comment="internal: 信用代码待核, a code that breaks the standard, meant so")
    facets = ArrayField(
        models.CharField(max_length=32), db_comment="personal: status, title, schooling, sex and mark once more"
    )

    objects = PlacedQuerySet["ListRow"].as_manager()

    class Meta:
        indexes = [
            _covering("listrow_by_reading", "reading"),
            _covering("listrow_place_by_reading", "division_code", "reading"),
            _covering("listrow_by_time", "confirmed_at"),
            _covering("listrow_place_by_time", "division_code", "confirmed_at"),
            GinIndex(fields=["facets"], name="listrow_facets"),
            models.Index(fields=["birth_date"], name="listrow_birth"),
        ]


class NameKey(models.Model):
    """One way to type a person's name: as it is written, in pinyin, by initials; each with every reading.

    ``shared``: how many characters another key of the same person, which comes before it, begins with as well. Who
    asks for so many, or fewer, finds that one, and must not find the person twice.
    """

    record = models.ForeignKey(
        Record, on_delete=models.PROTECT, related_name="name_keys", db_index=False, db_comment="pseudonymous"
    )
    division_code = models.CharField(max_length=12, db_comment="internal: division or service area")
    key = models.TextField(db_collation="C", db_comment="personal: plain (ADR), a name as typed in a search")
    shared = models.PositiveSmallIntegerField(db_comment="internal: length")

    objects = PlacedQuerySet["NameKey"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "key"], name="namekey_once")]
        indexes = [
            models.Index(fields=["division_code", "key", "record"], name="namekey_place", include=["shared"]),
        ]
