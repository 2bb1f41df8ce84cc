"""``loademployers``: fill the employer register. Run again, it makes the same register again."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from kuaiji_standins.models import Employer
from kuaiji_standins.register import employers


class Command(BaseCommand):
    """Replace all employers by the generated ones, in one transaction."""

    help = "Fill the employer register with the made-up employers."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        Employer.objects.all().delete()
        loaded = Employer.objects.bulk_create([Employer(**fields) for fields in employers()])
        self.stdout.write(f"{len(loaded)} employers")
