"""``loademployers``: fill the employer register. Run again, it makes the same register again."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from kuaiji.common.pinyin import employer_readings
from kuaiji_standins.models import Employer
from kuaiji_standins.register import employers


class Command(BaseCommand):
    """Replace all employers by the generated ones, in one transaction."""

    help = "Fill the employer register with the made-up employers."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        Employer.objects.all().delete()
        loaded = Employer.objects.bulk_create([Employer(**one, readings=_readings(one["name"])) for one in employers()])
        self.stdout.write(f"{len(loaded)} employers")


def _readings(name: str) -> str:
    return "".join(f" {reading}" for reading in employer_readings(name))
