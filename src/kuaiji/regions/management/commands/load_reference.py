"""Load the shipped reference data; harmless to run again."""

from typing import Any

from django.core.management.base import BaseCommand

from kuaiji.codelists.services import load_code_lists
from kuaiji.regions.services import load_regions


class Command(BaseCommand):
    help = "Load code lists, divisions, bureaux, service areas and registries"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_code_lists() + load_regions()} rows of reference data")
