"""``demo_staff``: the staff of a demonstration, and what they sign in with, written down for the house."""

import json
import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kuaiji.common.profile import profile
from kuaiji.demo.services.staff import Secrets, demo_staff

FILE = "demo-staff-here.json"


class Command(BaseCommand):
    """Again it changes nothing: the file is made once, and its members stay as it says."""

    help = "Make the staff of a demonstration (README: Trying it)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("demo_staff is for a demonstration: KUAIJI_DEMO is not 1")
        path = settings.HOME / FILE
        written = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
        kept = {row["username"]: Secrets(row["password"], row["totp_secret"]) for row in written}
        ours = profile()
        told = [
            {
                "platform": ours.slug,
                "username": post.username,
                "password": made.password,
                "totp_secret": made.totp_secret,
                "roles": [post.role],
                "bureau": post.bureau,
            }
            for post, made in demo_staff(code=ours.code, kept=kept)
        ]
        if told == written:
            return
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(told, file, ensure_ascii=False, indent=1)
        self.stdout.write(f"{len(told)} members written to {path.name}")
