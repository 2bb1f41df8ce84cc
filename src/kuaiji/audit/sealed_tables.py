"""Which tables are sealed: those of the audit, and what apps above add in their ``apps.py`` (docs/adr/0050).

Each only grows, is split by month, and carries its transaction (``partition_by_month``, ``insert_only``, ``sealable``
in ``common/migrations.py``): a test asks for it. The witness sees the audit's alone (docs/adr/0058, 0090).
"""

from django.db.models import Model

from kuaiji.common.registry import AppRegistry

SEALED: AppRegistry[str, type[Model]] = AppRegistry("sealed table")


def sealed_tables() -> tuple[str, ...]:
    """Their names in the database, the audit's first."""
    return tuple(model._meta.db_table for model in SEALED.values())
