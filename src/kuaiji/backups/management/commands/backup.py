"""``kuaiji backup FOLDER``: a copy of database and files, while people work (docs/production.md)."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.backups.services import make
from kuaiji.backups.tools import ToolFailed


class Command(BaseCommand):
    help = "备份数据库和文件，可边运行边备份；钥匙环（KUAIJI_KEYRING）不在里面，请另外保管"

    def add_arguments(self, parser: CommandParser) -> None:
        default = settings.HOME / "backups"
        parser.add_argument("folder", nargs="?", type=Path, default=default, help=f"放在哪个文件夹，默认 {default}")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            copy, manifest = make(folder.absolute())
        except ToolFailed as failed:
            raise CommandError(f"备份没有做成：{failed}") from None
        except OSError as error:
            raise CommandError(f"备份没有做成：{error.strerror}（{error.filename}）") from None
        size = sum(size for size, _ in manifest.parts.values())
        self.stdout.write(str(copy))
        self.stderr.write(
            f"{len(manifest.rows)} 张表 {sum(manifest.rows.values())} 行，{manifest.files} 个文件，共 {size} 字节"
        )
