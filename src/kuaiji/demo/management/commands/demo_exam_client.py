"""``demo_exam_client``: let the exam's registration of a demonstration in, and write its key down for the house."""

import json
import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kuaiji.common.profile import profile
from kuaiji.demo.services.keys import demo_key

FILE = "demo-exam-key.json"


class Command(BaseCommand):
    """Again it changes nothing, while the key that is written down holds."""

    help = "Let the exam's registration of a demonstration in (docs/exam-api.md#known-people)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("demo_exam_client is for a demonstration: KUAIJI_DEMO is not 1")
        path = settings.HOME / FILE
        kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        made = demo_key(kept=kept.get("keyid", ""))
        if made is None:
            return
        ours = profile()
        told = {"code": ours.code, "region": ours.region, "keyid": made.keyid, "alg": made.algorithm}
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(told | {"secret": made.secret}, file, ensure_ascii=False)
        self.stdout.write(f"{made.keyid} written to {path.name}")
