"""Inserting a row unless there is one like it, and knowing which."""

from typing import Any, cast

from django.db import models
from django.db.models.constants import OnConflict


def insert_once(row: models.Model) -> bool:
    """Insert ``row`` unless a unique constraint says that it is there already; whether it was inserted.

    One statement, which waits for whoever is inserting the same in this moment. Django's ``bulk_create`` with
    ``ignore_conflicts`` does not tell.
    """
    fields = [field for field in row._meta.concrete_fields if not field.generated]
    manager = cast(Any, type(row)._default_manager)
    [told] = manager._insert([row], fields=fields, returning_fields=[row._meta.pk], on_conflict=OnConflict.IGNORE)
    row._state.adding = told is None
    return told is not None
