"""What the platform has under keys of the ring: each app registers its step of ``kuaiji rotate-keys``."""

import uuid
from collections.abc import Iterator

from django.apps import apps
from django.db import connection
from django.db.models import BinaryField, F, Func, Model, Q, QuerySet

from kuaiji.common.keyring import current_head, keyring
from kuaiji.common.rotation import RotationStep, data_keys, walk
from kuaiji.keys.fields import SealedField
from kuaiji.keys.models import PersonKey

PERSON_KEYS = data_keys("人员密钥", PersonKey, keyring)
_steps: list[RotationStep] = []


class _Head(Func):
    """Version and suite of a sealed value."""

    function = "substring"
    template = "%(function)s(%(expressions)s FROM 1 FOR 2)"
    output_field = BinaryField()


def register(step: RotationStep) -> None:
    """Make it part of every rotation, after those that were registered before."""
    _steps.append(step)


def steps() -> tuple[RotationStep, ...]:
    """All of them, in order; at last the values that people's keys seal."""
    return (*_steps, *map(_sealed_values, _models_to_seal_anew()))


def fields_of(model: type[Model]) -> list[SealedField]:
    """The columns of ``model`` that a person's key seals; the service key's are gone within the hour."""
    return [field for field in model._meta.local_fields if isinstance(field, SealedField) and field.owner]


def _models_to_seal_anew() -> Iterator[type[Model]]:
    """Those whose rows the application may change: what only grows stays the bytes that were digested."""
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if fields_of(model):
                cursor.execute("SELECT has_table_privilege(%s, 'UPDATE')", [model._meta.db_table])
                if cursor.fetchone()[0]:
                    yield model


def _sealed_values(model: type[Model]) -> RotationStep:
    """The step that seals the values of ``model`` in today's version, with the ring's suite."""
    fields = fields_of(model)
    keys = sorted({str(field.owner) for field in fields})

    def behind() -> "QuerySet[Model]":
        head = current_head(keyring().suite)
        rows = model._default_manager.alias(**{f"{field.name}_head": _Head(F(field.name)) for field in fields})
        old = [Q(**{f"{name}__isnull": False}) & ~Q(**{name: head}) for name in (f"{f.name}_head" for f in fields)]
        kept = {f"{key}__wrapped__isnull": False for key in keys}
        found: QuerySet[Model] = rows.filter(Q(*old, _connector=Q.OR), **kept)
        return found

    def bring(ids: list[uuid.UUID]) -> None:
        rows = behind().filter(pk__in=ids).select_related(*keys)
        for row in rows.select_for_update(of=("self",), no_key=True, skip_locked=True):
            for field in fields:
                setattr(row, field.attname, getattr(row, field.attname))  # opened, so that saving seals it anew
            row.save(update_fields=[field.name for field in fields])

    title = f"封存的内容（{model._meta.db_table}）"
    return RotationStep(title, lambda: behind().count(), walk(model), bring)
