"""``demo_work``: give the clerks of a demonstration something to decide."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kuaiji.common.profile import profile
from kuaiji.demo.rules import PLACES
from kuaiji.demo.services.work import make_work


class Command(BaseCommand):
    """After ``demo_staff``, who decide some of it. Again it changes nothing."""

    help = "Make what waits at the bureau desk of a demonstration (README: Trying it)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("demo_work is for a demonstration: KUAIJI_DEMO is not 1")
        place = PLACES.get(profile().code)
        if place is None:
            self.stdout.write(f"no work for {profile().code}")
            return
        self.stdout.write(f"{make_work(place=place)} cases opened")
