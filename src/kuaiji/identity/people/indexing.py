"""People found under the current fingerprint key, whenever they registered, and holders of permits by the lasting part
of their number: steps of ``kuaiji rotate-keys``."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from django.db.models import Exists, OuterRef, QuerySet

from kuaiji.common import documents
from kuaiji.common.keyring import keyring
from kuaiji.common.rotation import RotationStep, walk
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.models import Fingerprint, User
from kuaiji.identity.people.fingerprints import (
    Fingerprints,
    document_fingerprints,
    number_fingerprints,
    permit_fingerprints,
    phone_fingerprints,
)

_OF: Mapping[str, Callable[[User], Fingerprints]] = {
    FingerprintKind.DOCUMENT: lambda user: document_fingerprints(user.document),
    FingerprintKind.NUMBER: lambda user: number_fingerprints(user.document_number),
    FingerprintKind.PERMIT: lambda user: permit_fingerprints(user.document),
    FingerprintKind.PHONE: lambda user: phone_fingerprints(user.phone),
}


def _missing() -> QuerySet[Fingerprint]:
    """Indexes that do not stand under the current key as well."""
    here = Fingerprint.objects.filter(
        user=OuterRef("user"), kind=OuterRef("kind"), key_id=keyring().current_fingerprint
    )
    return Fingerprint.objects.filter(~Exists(here))


def _over() -> QuerySet[Fingerprint]:
    """Indexes under keys that make none any more, of those who are found under the current one."""
    return Fingerprint.objects.exclude(key_id__in=keyring().indexing).exclude(pk__in=_missing().values("pk"))


def _left() -> int:
    return _missing().count() + _over().count()


def _index(ids: list[uuid.UUID]) -> None:
    users = User.objects.filter(pk__in=ids).select_related("person_key").order_by("pk")
    known = {user.pk: user for user in users.select_for_update(of=("self",), no_key=True, skip_locked=True)}
    current = keyring().current_fingerprint
    wanted = _missing().filter(user__in=list(known)).values_list("user", "kind").distinct()
    _add(current, [(known[user_id], kind, _OF[kind](known[user_id])[current]) for user_id, kind in wanted])
    _over().filter(user__in=list(known)).delete()


def _add(key_id: str, wanted: Iterable[tuple[User, str, bytes]]) -> None:
    """In the first free slots; where somebody else took one meanwhile, the next pass finds another."""
    values = [value for _, _, value in wanted]
    taken: defaultdict[tuple[str, bytes], set[int]] = defaultdict(set)
    for kind, value, slot in Fingerprint.objects.filter(fingerprint__in=values).values_list(
        "kind", "fingerprint", "slot"
    ):
        taken[kind, bytes(value)].add(slot)
    rows = []
    for user, kind, value in wanted:
        slot = next(number for number in range(1, 100) if number not in taken[kind, value])
        taken[kind, value].add(slot)
        rows.append(Fingerprint(kind=kind, fingerprint=value, slot=slot, key_id=key_id, user=user))
    Fingerprint.objects.bulk_create(rows, ignore_conflicts=True)


def _unindexed_permits() -> QuerySet[User]:
    """Holders of permits who registered before all issues of a permit were one person."""
    indexed = Fingerprint.objects.filter(user=OuterRef("pk"))
    permits = User.objects.filter(Exists(indexed), document_type__in=documents.RENEWED)
    return permits.exclude(Exists(indexed.filter(kind=FingerprintKind.PERMIT)))


def _index_permits(ids: list[uuid.UUID]) -> None:
    rows = _unindexed_permits().filter(pk__in=ids).select_related("person_key").order_by("pk")
    people = list(rows.select_for_update(of=("self",), no_key=True, skip_locked=True))
    values = {user: permit_fingerprints(user.document) for user in people}
    for key_id in keyring().indexing:
        _add(key_id, [(user, FingerprintKind.PERMIT, made[key_id]) for user, made in values.items()])


PEOPLE = RotationStep("隐式索引", _left, walk(User), _index)
PERMITS = RotationStep("通行证索引", lambda: _unindexed_permits().count(), walk(User), _index_permits)
