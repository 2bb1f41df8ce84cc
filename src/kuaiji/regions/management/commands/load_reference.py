"""Load the shipped reference data; harmless to run again."""

from typing import Any

from django.core.management.base import BaseCommand

from kuaiji.common.reference import REFERENCE


class Command(BaseCommand):
    help = "Load code lists, divisions, bureaux, service areas, registries and first fillings"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{sum(load() for load in REFERENCE.values())} rows of reference data")
