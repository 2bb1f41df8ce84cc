"""Keep two years of monthly partitions ready, and the witness attached; as the owner, at every start and monthly."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from kuaiji.audit.proving import witness
from kuaiji.audit.sealed_tables import sealed_tables

MONTHS_AHEAD = 24


class Command(BaseCommand):
    help = "Make the monthly partitions of the tables that are sealed (owner role)"

    def handle(self, *args: Any, **options: Any) -> None:
        made = 0
        with connection.cursor() as cursor:
            for table in sealed_tables():
                cursor.execute("SELECT kuaiji_ensure_partitions(%s, %s, %s)", [table, settings.APP_ROLE, MONTHS_AHEAD])
                made += cursor.fetchone()[0]
        self.stdout.write(f"{made} partitions made")
        if not witness.attach():
            self.stderr.write("no witness in this database: see docs/production.md, Tamper evidence")
