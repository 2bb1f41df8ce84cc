"""Load the shipped reference data; harmless to run again."""

from typing import Any

from django.core.management.base import BaseCommand

from kuaiji.codelists import services as codelists
from kuaiji.regions import services as regions


class Command(BaseCommand):
    help = "Load code lists, divisions, bureaux, service areas and registries"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{codelists.load() + regions.load()} rows of reference data")
