"""``kuaiji manage witness_sql``: what a superuser runs once in the platform's database (docs/production.md)."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from kuaiji.common import environment, readings
from kuaiji.common.witness import statements


class Command(BaseCommand):
    help = "Print the statements that make the witness; a superuser runs them in the platform's database"

    def handle(self, *args: Any, **options: Any) -> None:
        owner = readings.role_of(environment.DATABASE_OWNER_URL.need())
        self.stdout.write(statements(owner=owner, app=settings.APP_ROLE).as_string())
