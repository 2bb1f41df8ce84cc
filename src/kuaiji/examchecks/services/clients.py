"""Letting exam systems in, giving them other keys, and taking keys back (ADR 0088)."""

import base64
import datetime as dt
import ipaddress
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q, QuerySet

from kuaiji.audit.services import Operation, record_events
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import lowest_uuid7
from kuaiji.common.text import clean_line
from kuaiji.examchecks.enums import KeyAlgorithm
from kuaiji.examchecks.events import ExamClientAdded, ExamKeyMade, ExamKeyRevoked
from kuaiji.examchecks.models import ExamCheck, ExamClient, ExamClientKey
from kuaiji.exams.enums import ExamLevel
from kuaiji.keys.models import PersonKey
from kuaiji_signed.keys import SECRET_BYTES

LONGEST_NAME = 50
MOST_RATE = 1_000_000
KEYS_AT_ONCE = 2  # that hold now or will: the old one and the new one of a rotation
OVERLAP = dt.timedelta(days=7)  # how long the old key of a rotation holds


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as its owner is told, once."""

    keyid: str
    algorithm: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """How far a client may go: levels of the exam, networks (none is any), tokens a second."""

    levels: Collection[ExamLevel] = tuple(ExamLevel)
    addresses: Collection[str] = ()
    rate: int


@transaction.atomic
def add_client(
    *,
    operation: Operation,
    name: str,
    allowed: Allowed,
    algorithm: KeyAlgorithm,
    not_before: dt.datetime | None = None,
    not_after: dt.datetime | None = None,
) -> NewKey:
    """Let a system in, with its first key.

    Raises ``RuleBroken``: ``required``, ``too_long`` (name), ``client_known``, ``no_level``, ``bad_network``,
    ``bad_rate``, ``ends_before_it_begins``.
    """
    name = clean_line(name, field="name", label="名称", limit=LONGEST_NAME)
    _check(allowed)
    client = ExamClient(
        name=name,
        levels=sorted(level.value for level in allowed.levels),
        addresses=[str(_network(each)) for each in allowed.addresses],
        rate=allowed.rate,
        created_at=operation.at,
    )
    try:
        with transaction.atomic():
            client.save(force_insert=True)
    except IntegrityError:
        raise RuleBroken("client_known", f"“{name}”已登记；要换密钥请用 rotate，查看请用 list", "name") from None
    added = ExamClientAdded(
        subject_id=client.pk, name=name, levels=client.levels, addresses=client.addresses, rate=client.rate
    )
    record_events(operation, added)
    return _make_key(operation, client, algorithm, not_before, not_after)


@transaction.atomic
def rotate_key(
    *, operation: Operation, keyid: str, algorithm: KeyAlgorithm | None = None, overlap: dt.timedelta = OVERLAP
) -> NewKey:
    """Another key for the client of ``keyid``, which holds for ``overlap`` beside it and no longer.

    Raises ``RuleBroken``: ``unknown_key``; ``two_keys`` where another one holds beside it already.
    """
    old = _locked(keyid, operation.at)
    if in_force(operation.at).filter(client=old.client).count() >= KEYS_AT_ONCE:
        raise RuleBroken("two_keys", "该系统已有两个有效密钥，请先用 revoke 停用不再使用的一个", "keyid")
    end = operation.at + overlap
    if old.not_after is None or old.not_after > end:
        old.not_after = max(end, old.not_before + dt.timedelta(seconds=1))
        old.save(update_fields=["not_after"])
    return _make_key(operation, old.client, algorithm or KeyAlgorithm(old.algorithm), None, None)


@transaction.atomic
def revoke_key(*, operation: Operation, keyid: str) -> ExamClientKey:
    """Let a key hold no longer, within a second everywhere (services/key_book.py).

    Raises ``RuleBroken``: ``unknown_key``, also for one that does not hold any more.
    """
    key = _locked(keyid, operation.at)
    key.revoked_at = operation.at
    key.save(update_fields=["revoked_at"])
    record_events(operation, ExamKeyRevoked(subject_id=key.client_id, keyid=key.keyid))
    return key


def in_force(at: dt.datetime) -> QuerySet[ExamClientKey]:
    """The keys that hold at ``at`` or will hold later."""
    return ExamClientKey.objects.filter(Q(not_after=None) | Q(not_after__gt=at), revoked_at=None)


class KeyUse(NamedTuple):
    """What one key was used for: candidates by outcome, and when last."""

    keyid: str
    name: str
    outcomes: dict[str, int]
    last_at: dt.datetime


def use_of_keys(*, since: dt.datetime) -> list[KeyUse]:
    """Of each key that was used since, the most used first."""
    rows = ExamCheck.objects.filter(pk__gte=lowest_uuid7(since)).values("key_id", "outcome")
    counted = rows.annotate(number=Count("pk"), last=Max("at")).order_by("key_id", "outcome")
    names = dict(ExamClientKey.objects.values_list("keyid", "client__name"))
    found: dict[str, KeyUse] = {}
    for row in counted:
        before = found.get(row["key_id"])
        outcomes = (before.outcomes if before else {}) | {row["outcome"]: row["number"]}
        last = max(before.last_at, row["last"]) if before else row["last"]
        found[row["key_id"]] = KeyUse(row["key_id"], names.get(row["key_id"], ""), outcomes, last)
    return sorted(found.values(), key=lambda use: -sum(use.outcomes.values()))


def _locked(keyid: str, at: dt.datetime) -> ExamClientKey:
    key = in_force(at).filter(keyid=keyid).select_related("client").first()
    if key is None:
        raise RuleBroken("unknown_key", "没有这个有效的密钥，请用 list 核对编号", "keyid")
    ExamClient.objects.select_for_update(no_key=True).get(pk=key.client_id)  # whoever changes its keys waits here
    return in_force(at).select_related("client").get(pk=key.pk)


def _make_key(
    operation: Operation,
    client: ExamClient,
    algorithm: KeyAlgorithm,
    not_before: dt.datetime | None,
    not_after: dt.datetime | None,
) -> NewKey:
    begin = not_before or operation.at
    if not_after is not None and not_after <= begin:
        raise RuleBroken("ends_before_it_begins", "密钥的截止时间须晚于开始时间", "not_after")
    secret = base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    key = ExamClientKey.objects.create(
        client=client,
        keyid=f"exam-{secrets.token_hex(8)}",
        algorithm=algorithm,
        data_key=PersonKey.objects.make(),
        secret=secret,
        not_before=begin,
        not_after=not_after,
        created_at=operation.at,
    )
    record_events(operation, ExamKeyMade(subject_id=client.pk, keyid=key.keyid, algorithm=algorithm))
    return NewKey(key.keyid, algorithm.value, secret)


def _check(allowed: Allowed) -> None:
    if not allowed.levels:
        raise RuleBroken("no_level", "请至少登记一个级别：1、2、3", "levels")
    for each in allowed.addresses:
        _network(each)
    if not 1 <= allowed.rate <= MOST_RATE:
        raise RuleBroken("bad_rate", f"速率应为每秒 1 至 {MOST_RATE}，现为 {allowed.rate}", "rate")


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        words = f"“{text[:60]}”不是地址或网段，请填写如 203.0.113.7 或 203.0.113.0/24"
        raise RuleBroken("bad_network", words, "addresses") from None
