"""``kuaiji manage wire_key``: a key pair for the exchange with the national hub."""

import base64
import hashlib
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.common.profile import profile
from kuaiji_wire.keys import dump_private_key, dump_public_key, new_private_key, owner_of


class Command(BaseCommand):
    help = "Make a key pair: one part for our environment, one for the hub's office. Nothing is kept"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="of the new key, such as 2026-1; never one that was used before")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        keyid = f"{profile().code}:{name}"
        if owner_of(keyid) is None:
            raise CommandError(f"{keyid} is no key id: letters, digits, dots and dashes, at most 40")
        key = new_private_key()
        public = dump_public_key(key.public_key())
        self.stdout.write(
            f"KUAIJI_WIRE_KEY_ID={keyid}\nKUAIJI_WIRE_KEY={dump_private_key(key)}\n"
            f"for the hub: kuaiji hub keys add {keyid} {public}\n"
            f"by telephone: SHA-256 {hashlib.sha256(base64.b64decode(public)).hexdigest()}"
        )
