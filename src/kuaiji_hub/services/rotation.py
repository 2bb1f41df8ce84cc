"""What the hub has under keys of its ring: the steps of ``kuaiji hub rotate-keys``."""

import uuid

from django.db.models import Exists, OuterRef, QuerySet

from kuaiji.common.keyring import current_head
from kuaiji.common.rotation import RotationStep, data_keys, walk
from kuaiji_hub import sealing, signatures
from kuaiji_hub.models import DataKey, Fingerprint, Person, SigningKey
from kuaiji_hub.services import people


def _missing() -> QuerySet[Person]:
    """People who are not found under the current key."""
    here = Fingerprint.objects.filter(person=OuterRef("pk"), key_id=sealing.ring().current_fingerprint)
    return Person.objects.filter(~Exists(here))


def _over() -> QuerySet[Fingerprint]:
    """Indexes under keys that make none any more, of those who are found under the current one."""
    return Fingerprint.objects.exclude(key_id__in=sealing.ring().indexing).exclude(person__in=_missing())


def _index(ids: list[uuid.UUID]) -> None:
    """By the newest report: whatever renames a person is one."""
    rows_of = Person.objects.filter(pk__in=ids).select_for_update(of=("self",), no_key=True, skip_locked=True)
    found = list(rows_of.select_related("report__data_key"))
    missing = set(_missing().filter(pk__in=[person.pk for person in found]).values_list("pk", flat=True))
    current = sealing.ring().current_fingerprint
    rows = []
    for person in (person for person in found if person.pk in missing):
        index = sealing.fingerprints(people.reported(person), "body.person")[current]
        rows.append(Fingerprint(fingerprint=index, key_id=current, person=person))
    Fingerprint.objects.bulk_create(rows, ignore_conflicts=True)
    _over().filter(person__in=found).delete()


def _own_keys() -> QuerySet[SigningKey]:
    """The hub's own, which are named, in the order of the keys that seal their private parts."""
    return SigningKey.objects.filter(platform=None).select_related("data_key").order_by("data_key")


def _is_old(key: SigningKey) -> bool:
    """Whether the private part is sealed in an older version, or with another suite."""
    head = current_head(sealing.ring().suite)
    return not bytes(key.private_key or b"").startswith(head)


def _seal_private_parts(ids: list[uuid.UUID]) -> None:
    for key in filter(_is_old, _own_keys().filter(data_key__in=ids).select_for_update(of=("self",), no_key=True)):
        assert key.data_key and key.private_key
        seed = key.data_key.box.unseal(bytes(key.private_key), signatures.LABEL, key.data_key.id)
        key.private_key = key.data_key.box.seal(seed, signatures.LABEL, key.data_key.id)
        key.save(update_fields=["private_key"])


STEPS = (
    data_keys("数据密钥", DataKey, sealing.ring),
    RotationStep(
        "签名私钥",
        lambda: sum(map(_is_old, _own_keys())),
        lambda after, count: list(_own_keys().filter(data_key__gt=after).values_list("data_key", flat=True)[:count]),
        _seal_private_parts,
    ),
    RotationStep("证件索引", lambda: _missing().count() + _over().count(), walk(Person), _index),
)
