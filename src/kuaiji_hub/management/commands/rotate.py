"""``kuaiji hub rotate``: a new key for the hub to sign with."""

import base64
import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from kuaiji.common import clock, environment
from kuaiji_hub import signatures
from kuaiji_hub.models import SigningKey
from kuaiji_wire.keys import HUB


class Command(BaseCommand):
    """Make a key and print what the platforms must be told. The very first one signs at once."""

    help = "Make a new key for the hub to sign with; it is used when the platforms had time to learn of it."

    def add_arguments(self, parser: CommandParser) -> None:
        """``--if-none`` for preparing a hub; ``--now`` when the key in use has leaked."""
        parser.add_argument(
            "--if-none", action="store_true", help="do nothing when there is a key, or the one of KUAIJI_HUB_FIRST_KEY"
        )
        parser.add_argument("--now", action="store_true", help="sign with it at once, and no longer with the others")

    @transaction.atomic
    def handle(self, *args: Any, if_none: bool, now: bool, **options: Any) -> None:
        own = SigningKey.objects.select_for_update().filter(platform=None)
        keyid, _, seed = environment.HUB_FIRST_KEY.get().partition("=") if if_none else ("", "", "")
        is_first = not own.exists()
        if if_none and (own.filter(pk=keyid).exists() if keyid else not is_first):
            return
        moment = clock.now()
        valid_from = moment if is_first or now or keyid else moment + signatures.ANNOUNCED
        if now:
            signatures.valid(moment).filter(platform=None).update(valid_until=moment)
        try:
            key = signatures.make_own(
                keyid or f"{HUB}:{moment:%Y%m%d}-{own.count() + 1}",
                valid_from=valid_from,
                seed=seed or base64.b64encode(secrets.token_bytes(32)).decode(),
            )
        except ValueError as error:
            raise CommandError(f"KUAIJI_HUB_FIRST_KEY is {HUB}:<name>=<private key>: {error}") from None
        self.stdout.write(f"{key.pk}\t{key.public_key}\tsigns from {valid_from.isoformat(timespec='seconds')}")
