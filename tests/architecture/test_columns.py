"""Every column of ours says how sensitive it is, in the model and in the database."""

import pytest
from django.db import connection, models

from tests.support.columns import CLASSES, OURS


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_column_has_a_sensitivity_comment(model: type[models.Model]) -> None:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.AutoField):
            continue
        assert (field.db_comment or "").split(":")[0] in CLASSES, f"{model.__name__}.{field.name}"


@pytest.mark.django_db
def test_the_database_says_the_same() -> None:
    tables = [model._meta.db_table for model in OURS]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname, col_description(c.oid, a.attnum) FROM pg_class c "
            "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
            "WHERE c.relname = ANY(%s) AND a.attidentity = ''",
            [tables],
        )
        rows = cursor.fetchall()
    assert len(rows) > 200
    bare = [f"{table}.{column}" for table, column, comment in rows if (comment or "").split(":")[0] not in CLASSES]
    assert bare == []


def test_sealed_columns_and_comments_agree() -> None:
    from kuaiji.keys.fields import SealedField

    for model in OURS:
        for field in model._meta.concrete_fields:
            assert isinstance(field, SealedField) is (field.db_comment or "").startswith("sealed:"), field


def test_labels_of_sealed_columns_are_unique() -> None:
    from kuaiji.keys.fields import SealedField

    labels = [f.label for model in OURS for f in model._meta.concrete_fields if isinstance(f, SealedField)]
    assert len(labels) == len(set(labels)) and all(labels)
