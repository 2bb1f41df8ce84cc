"""``kuaiji rotate-keys``: bring everything under the current keys of the ring (docs/production.md)."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kuaiji.common.keyring import keyring
from kuaiji.keys import rotation
from kuaiji.keys.models import PersonKey


class Command(BaseCommand):
    help = "把人员密钥和隐式索引换到钥匙环的当前密钥下；可边运行边使用，中断后再运行即可继续"

    def handle(self, *args: Any, **options: Any) -> None:
        for step in rotation.steps():
            self._run(step)
        self._say_what_is_needed()

    def _run(self, step: rotation.Step) -> None:
        begin, done, said = time.monotonic(), step.left(), time.monotonic()
        try:
            for left in rotation.run(step):
                if time.monotonic() - said > 5:
                    said = time.monotonic()
                    self.stdout.write(f"{step.title}：本轮开始时剩 {left}，已 {said - begin:.0f} 秒")
        except rotation.Stuck:
            raise CommandError(f"{step.title}：还有 {step.left()} 条正被占用，请稍后再运行") from None
        self.stdout.write(f"{step.title}：换了 {done} 条，用时 {time.monotonic() - begin:.0f} 秒")

    def _say_what_is_needed(self) -> None:
        ring = keyring()
        for key_id in ring.wrapping:
            if key_id == ring.current_wrapping:
                self.stdout.write(f"{key_id}：当前的封装密钥")
            elif PersonKey.objects.filter(destroyed_at=None, wrapping_key=key_id).exists():
                self.stdout.write(f"{key_id}：仍有进程用它封装，请让所有进程用同一钥匙环后再运行")
            else:
                self.stdout.write(f"{key_id}：没有人员密钥再用它，当前密钥启用满一小时后可从钥匙环中取出")
        for key_id, key in ring.fingerprint.items():
            if key_id == ring.current_fingerprint:
                self.stdout.write(f"{key_id}：当前的索引密钥")
            elif key.retired:
                self.stdout.write(f"{key_id}：已停用，只用来核对以前的封条和打印件，请留在钥匙环中")
            else:
                self.stdout.write(f'{key_id}：仍在建索引，可标上 "retired": true，所有进程重启后再运行一次')
