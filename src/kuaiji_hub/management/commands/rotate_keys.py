"""``kuaiji hub rotate-keys``: bring everything under the current keys of the hub's ring (docs/production.md)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kuaiji.common.rotation import Stuck, rotate
from kuaiji_hub import sealing
from kuaiji_hub.models import DataKey
from kuaiji_hub.services.rotation import STEPS


class Command(BaseCommand):
    """While the hub answers; a run that was killed goes on where it was."""

    help = "Bring data keys and the indexes of documents under the current keys of the ring."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rotate(
                STEPS,
                sealing.ring(),
                wraps=lambda key_id: DataKey.objects.filter(wrapping_key=key_id).exists(),
                say=self.stdout.write,
            )
        except Stuck as stuck:
            raise CommandError(f"{stuck}：还有一些正被占用，请稍后再运行") from None
