"""Code lists (代码表): rows of national standards and of the notices. The code is stored, never the label."""

from django.db import models


class Entry(models.Model):
    """One code of one list. A code that leaves a list is closed by ``valid_to``, so old records still print it."""

    list = models.CharField(max_length=40, db_comment="public")
    code = models.CharField(max_length=10, db_comment="public")
    name = models.CharField(max_length=100, db_comment="public")
    note = models.CharField(max_length=200, blank=True, db_comment="public")
    position = models.PositiveIntegerField(db_comment="public: order in the list")
    valid_from = models.DateField(null=True, db_comment="public")
    valid_to = models.DateField(null=True, db_comment="public")

    class Meta:
        ordering = ["list", "position"]
        constraints = [models.UniqueConstraint(fields=["list", "code"], name="codelists_entry_code")]
