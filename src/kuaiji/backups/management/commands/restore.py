"""``kuaiji restore COPY``: take a copy back, all of it or nothing (docs/production.md)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.backups.copies import CopyUnusable
from kuaiji.backups.services import NotEmpty, NotTheSame, restore
from kuaiji.backups.tools import ToolFailed


class Command(BaseCommand):
    help = "恢复一份备份；请先停止所有进程。库和文件夹须是空的，否则加 --replace"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("copy", type=Path, help="备份的文件夹")
        parser.add_argument("--replace", action="store_true", help="用备份替换现有的数据，现有的不再保留")

    def handle(self, *args: Any, copy: Path, replace: bool, **options: Any) -> None:
        try:
            manifest = restore(copy.absolute(), replace=replace, say=self.stdout.write)
        except CopyUnusable as unusable:
            raise CommandError(f"这份备份不能用：{unusable}") from None
        except NotEmpty as there:
            raise CommandError(f"{there}：请换一个空的，或加 --replace 替换（现有的不再保留）") from None
        except NotTheSame as differs:
            raise CommandError(f"恢复完成，但与备份不一致：{differs}") from None
        except ToolFailed as failed:
            raise CommandError(f"没有恢复，数据库未改动：{failed}") from None
        rows = sum(manifest.rows.values())
        self.stdout.write(f"已恢复到 {manifest.made_at}：{rows} 行，{manifest.files} 个文件，抽查的档案和图片都能打开")
        self.stdout.write("请运行 kuaiji verify-audit；封条的异地副本若比备份新，请先移开保存")
