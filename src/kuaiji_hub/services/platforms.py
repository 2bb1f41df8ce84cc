"""The platforms of the country and their keys, kept by the hub's operators."""

import csv
import datetime as dt
import re
from pathlib import Path

from django.db import transaction

from kuaiji.common import clock
from kuaiji_hub.models import FeedEntry, Platform, SigningKey
from kuaiji_wire.keys import HUB, dump_public_key, load_public_key, owner_of
from kuaiji_wire.messages import VERSIONS
from kuaiji_wire.published import PUBLISHED_KEYS

LIST = Path(__file__).resolve().parents[1] / "data" / "platforms.csv"


class Impossible(Exception):
    """What an operator asked for cannot be. The message says why."""


@transaction.atomic
def load() -> int:
    """Add the platforms of the list, and name again those that are there; how many the list has."""
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        named = {"name": row["name"], "division_code": row["division_code"]}
        Platform.objects.update_or_create(code=row["code"], defaults=named)
    return len(rows)


def add(code: str, name: str, division_code: str) -> Platform:
    """One more platform, or another name for one. Raises Impossible."""
    if owner_of(f"{code}:1") != code or not name.strip() or not re.fullmatch(r"(?:[0-9]{6})?", division_code):
        raise Impossible("a platform has a code of six digits, a name, and perhaps a division of six digits")
    named = {"name": name.strip(), "division_code": division_code}
    platform, _ = Platform.objects.update_or_create(code=code, defaults=named)
    return platform


def switch(code: str, *, is_active: bool) -> None:
    """Stop or resume talking with a platform; what waits in its feed stays. Raises Impossible."""
    if not Platform.objects.filter(code=code).update(is_active=is_active):
        raise Impossible(f"there is no platform {code}")


@transaction.atomic
def set_reads(code: str, version: int) -> None:
    """From now on the platform is told in versions of the wire up to this one.

    Raises Impossible, also for a step back after it was told something in a later version: its feed gives that again.
    """
    platform = Platform.objects.select_for_update(no_key=True).filter(pk=code).first()
    if platform is None:
        raise Impossible(f"there is no platform {code}")
    if version not in VERSIONS:
        raise Impossible(f"versions of the wire are {', '.join(map(str, VERSIONS))}")
    told = FeedEntry.objects.filter(platform=platform, message__version__gt=version)
    if version < platform.reads and told.exists():
        raise Impossible(f"{code} was told in a later version already: its feed must stay readable")
    platform.reads = version
    platform.save(update_fields=["reads"])


def reads(code: str, version: int) -> bool:
    """Whether the platform reads that version; until the transaction ends nobody changes it."""
    if version == 1:
        return True
    return Platform.objects.select_for_update(no_key=True).get(pk=code).reads >= version


@transaction.atomic
def add_key(keyid: str, public_key: str, *, valid_from: dt.datetime) -> SigningKey:
    """Take a platform's public key into the book; the same again changes nothing. Raises Impossible."""
    owner = owner_of(keyid)
    try:
        public_key = dump_public_key(load_public_key(public_key))
    except ValueError:
        raise Impossible("a public key is 32 bytes in base64") from None
    if public_key in PUBLISHED_KEYS:
        raise Impossible("that is a key of the wire's examples: everybody has its private part")
    if owner in (None, HUB) or not Platform.objects.filter(code=owner).exists():
        raise Impossible(f"{keyid} begins with no platform's code")
    key, _ = SigningKey.objects.get_or_create(
        id=keyid, defaults={"platform_id": owner, "public_key": public_key, "valid_from": valid_from}
    )
    if key.public_key != public_key:
        raise Impossible(f"{keyid} is another key already: choose a new name")
    return key


@transaction.atomic
def revoke_key(keyid: str) -> SigningKey:
    """From now on nothing signed with the key is believed; what was taken before stays proven. Raises Impossible."""
    key = SigningKey.objects.select_for_update(no_key=True).filter(pk=keyid).first()
    if key is None:
        raise Impossible(f"there is no key {keyid}")
    moment = clock.now()
    if key.valid_until is None or key.valid_until > moment:
        key.valid_until = moment
        key.save(update_fields=["valid_until"])
    return key


def going_to(destination: str, division: str | None) -> Platform | None:
    """The platform that takes people into that division; None when the two do not belong together (R5.1).

    A platform without divisions takes them without one.
    """
    platform = Platform.objects.filter(code=destination, is_active=True).first()
    if platform is None or not platform.division_code:
        return platform if division is None else None
    if division is None:
        return None
    return platform if _owner(division) == platform.code else None


def _owner(division: str) -> str | None:
    """Whose division that is: 深圳's begin with 4403 and are not 广东's, whose begin with 44."""
    prefixes = {platform.division_prefix: platform.code for platform in Platform.objects.exclude(division_code="")}
    return prefixes.get(division[:4]) or prefixes.get(division[:2])
