"""``kuaiji rotate-keys``: bring everything under the current keys of the ring (docs/production.md)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kuaiji.common.keyring import keyring
from kuaiji.common.rotation import Stuck, rotate
from kuaiji.keys.models import PersonKey
from kuaiji.keys.rotation import steps


class Command(BaseCommand):
    help = "把人员密钥和隐式索引换到钥匙环的当前密钥下；可边运行边使用，中断后再运行即可继续"

    def handle(self, *args: Any, **options: Any) -> None:
        kept = PersonKey.objects.filter(destroyed_at=None)
        try:
            rotate(
                steps(),
                keyring(),
                wraps=lambda key_id: kept.filter(wrapping_key=key_id).exists(),
                say=self.stdout.write,
            )
        except Stuck as stuck:
            raise CommandError(f"{stuck}：还有一些正被占用，请稍后再运行") from None
