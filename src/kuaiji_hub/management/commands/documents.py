"""``kuaiji hub documents``: who stands under a document that would be refused today."""

from typing import Any

from django.core.management.base import BaseCommand

from kuaiji_hub.services.standing import unsound_documents


class Command(BaseCommand):
    """Records whose document breaks the rule of its type, taken before the hub looked."""

    help = "Records under a document that breaks the rules. Exit status 1 when there is one. Reads every newest report."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for person, field in unsound_documents():
            found += 1
            self.stdout.write(f"{person.holder_id}\t{person.record_id}\t{field}\tsince {person.held_since:%Y-%m-%d}")
        if found:
            raise SystemExit(1)
