"""The keys of platforms whose signatures are believed, and the hub's own signature."""

import datetime as dt
import functools
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from kuaiji.common import clock
from kuaiji_hub.models import DataKey, SigningKey
from kuaiji_wire.keys import HUB, dump_public_key, load_private_key, load_public_key, owner_of
from kuaiji_wire.signing import Response, Signer

LABEL = "hub.signing_key"
ANNOUNCED = dt.timedelta(days=14)  # platforms get to know a new key of the hub that long before it signs


class NoKey(Exception):
    """The hub has no key to sign with yet: ``kuaiji hub rotate``."""


def valid(moment: dt.datetime) -> QuerySet[SigningKey]:
    """The keys that count at that moment."""
    until = Q(valid_until=None) | Q(valid_until__gt=moment)
    owner = Q(platform=None) | Q(platform__is_active=True)
    return SigningKey.objects.filter(until, owner, valid_from__lte=moment)


class Book:
    """The platforms' keys, as they are now."""

    def find(self, keyid: str) -> Any:
        key = valid(clock.now()).filter(pk=keyid).first()
        return key and load_public_key(key.public_key)


class Memory:
    """Nonces in the database: remembered with the work of their request, or forgotten with it."""

    def first_use(self, keyid: str, nonce: str, expires: dt.datetime) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO kuaiji_hub_nonce (key_id, nonce, expires_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                [keyid, nonce, expires],
            )
            return bool(cursor.rowcount)


def own(moment: dt.datetime) -> SigningKey:
    """The key with which the hub signs: the newest that is valid. Raises NoKey."""
    key = valid(moment).filter(platform=None).order_by("-valid_from", "-id").first()
    if key is None:
        raise NoKey
    return key


@functools.cache
def signer(keyid: str) -> Signer:
    """What signs with one of the hub's own keys, opened once in a process."""
    key = SigningKey.objects.select_related("data_key").get(pk=keyid)
    assert key.data_key and key.private_key
    seed = key.data_key.box.unseal(bytes(key.private_key), LABEL, key.data_key.id)
    return Signer(keyid, load_private_key(seed.decode()))


def sign(response: Response) -> Response:
    """The answer, proven to be the hub's. Raises NoKey."""
    return signer(own(clock.now()).pk).sign_response(response)


def make_own(keyid: str, *, valid_from: dt.datetime, seed: str) -> SigningKey:
    """A new key of the hub's own, ``hub:…``. ``seed`` is the private key, 32 bytes in base64. Raises ValueError."""
    if owner_of(keyid) != HUB:
        raise ValueError("a key of the hub's own must look like hub:2026-1")
    private = load_private_key(seed)
    data_key = DataKey.objects.make()
    return SigningKey.objects.create(
        id=keyid,
        public_key=dump_public_key(private.public_key()),
        private_key=data_key.box.seal(seed.encode(), LABEL, data_key.id),
        data_key=data_key,
        valid_from=valid_from,
    )
