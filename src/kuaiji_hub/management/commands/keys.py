"""``kuaiji hub keys``: whose signatures are believed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.common import clock
from kuaiji_hub.models import SigningKey
from kuaiji_hub.services import platforms


class Command(BaseCommand):
    """List all keys, add a platform's, revoke one."""

    help = "Keys of the platforms, and the public parts of the hub's own."

    def add_arguments(self, parser: CommandParser) -> None:
        """``list``, ``add KEYID PUBLIC_KEY``, ``revoke KEYID``."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="id, public key, from, until")
        add = verbs.add_parser("add", help="a platform's public key, valid at once")
        add.add_argument("keyid", help="such as 440000:2026-1")
        add.add_argument("public_key", help="32 bytes in base64")
        verbs.add_parser("revoke", help="nothing signed with it from now on is believed").add_argument("keyid")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        try:
            if verb == "list":
                keys = list(SigningKey.objects.all())
            elif verb == "add":
                keys = [platforms.add_key(options["keyid"], options["public_key"], valid_from=clock.now())]
            else:
                keys = [platforms.revoke_key(options["keyid"])]
        except platforms.Impossible as error:
            raise CommandError(str(error)) from None
        for key in keys:
            until = key.valid_until.isoformat(timespec="seconds") if key.valid_until else "-"
            self.stdout.write(f"{key.pk}\t{key.public_key}\t{key.valid_from.isoformat(timespec='seconds')}\t{until}")
