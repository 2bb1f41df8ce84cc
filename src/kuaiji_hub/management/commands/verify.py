"""``kuaiji hub verify``: prove every message and every answer, offline."""

from typing import Any

from django.core.management.base import BaseCommand

from kuaiji_hub import verification


class Command(BaseCommand):
    """Bodies, digests, signatures and answers against the keys that counted then."""

    help = "Prove every message and every answer. Exit status 1 when one differs."

    def handle(self, *args: Any, **options: Any) -> None:
        topics, wrong = verification.differences()
        for topic, number in sorted(topics.items()):
            self.stdout.write(f"{topic}\t{number}")
        for message, faults in wrong:
            self.stdout.write(f"{message.pk}\t{message.sender_id or 'hub'}\tdiffers: {', '.join(faults)}")
        broken = verification.broken_feeds()
        for code in broken:
            self.stdout.write(f"feed\t{code}\tnot numbered without a gap")
        self.stdout.write(f"{topics.total()} messages, {len(wrong)} differ")
        if wrong or broken:
            raise SystemExit(1)
