"""Members of staff of a demonstration, with secrets that are written down."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyotp
from django.contrib.auth.hashers import make_password
from django.db import transaction

from kuaiji.common import clock
from kuaiji.demo.rules import Post, posts
from kuaiji.identity.passwords.rules import prepared
from kuaiji.keys.models import PersonKey
from kuaiji.regions.services import bureau_of
from kuaiji.staff.enums import FactorKind, Role
from kuaiji.staff.models import Factor, Member


@dataclass(frozen=True, slots=True)
class Secrets:
    """What one of them signs in with."""

    password: str
    totp_secret: str


def demo_staff(*, code: str, kept: Mapping[str, Secrets]) -> Iterator[tuple[Post, Secrets]]:
    """The staff of the platform with this code, each with its secrets: those that are ``kept``, by user name, stay.

    Whose secrets were lost gets new ones.
    """
    for post in posts(code):
        known = kept.get(post.username)
        made = known or Secrets(password=secrets.token_urlsafe(18), totp_secret=pyotp.random_base32())
        _write(post, made, is_kept=known is not None)
        yield post, made


@transaction.atomic
def _write(post: Post, made: Secrets, *, is_kept: bool) -> None:
    member = Member.objects.select_related("data_key").filter(username=post.username).first()
    if member is not None and is_kept:
        return
    now, bureau = clock.now(), bureau_of(post.bureau)
    if bureau is None:
        raise LookupError(post.bureau)
    if member is None:
        member = Member(
            data_key=PersonKey.objects.make(), username=post.username, name=post.name, bureau=bureau, joined_at=now
        )
    member.roles, member.last_used_at = [Role(post.role)], now
    member.password = make_password(prepared(made.password))
    member.save()
    Factor.objects.filter(member=member).delete()
    Factor.objects.create(
        member=member,
        data_key=member.data_key,
        kind=FactorKind.TOTP,
        label="演示",
        secret=made.totp_secret.encode(),
        created_at=now,
    )
