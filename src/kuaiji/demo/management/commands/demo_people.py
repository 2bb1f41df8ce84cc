"""``demo_people``: make the known people of a demonstration, and tell the exam's registration who they are."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.demo.rules import KNOWN, PLACES, question_of
from kuaiji.demo.services.people import make_known_people

FILE = "demo-exam-people.json"


class Command(BaseCommand):
    """Again it makes only who is missing; a platform that is no demonstration is refused."""

    help = "Make the known people of a demonstration (docs/exam-api.md#known-people)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("demo_people is for a demonstration: KUAIJI_DEMO is not 1")
        place = PLACES.get(profile().code)
        if place is None:
            self.stdout.write(f"no known people for {profile().code}")
            return
        made = make_known_people(place=place)
        told = [
            {
                "platform": profile().code,
                "code": next(iter(known.codes.values())),
                "shows": known.shows,
                **question_of(place, known, day=clock.today()),
            }
            for known in KNOWN
        ]
        path = settings.HOME / FILE
        path.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
        self.stdout.write(f"{made} known people made, {len(told)} written to {path.name}")
