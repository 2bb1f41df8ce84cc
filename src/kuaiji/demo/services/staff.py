"""Members of staff of a demonstration, with secrets that are written down."""

import dataclasses
import secrets
from collections.abc import Iterator, Mapping

import pyotp
from django.contrib.auth.hashers import make_password
from django.db import transaction

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.demo.rules import Post, posts
from kuaiji.identity.passwords.rules import prepared
from kuaiji.regions.services import bureau_of
from kuaiji.staff.enums import FactorKind, Role
from kuaiji.staff.joining.services import invite_by_command, join
from kuaiji.staff.models import Factor, Member


@dataclasses.dataclass(frozen=True, slots=True)
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
    """Who is not there yet joins as everybody does, by an invitation of the command."""
    member = Member.objects.select_related("data_key").filter(username=post.username).first()
    if member is not None and is_kept:
        return
    if member is None:
        member = _join(post, made.password)
    else:
        member.password, member.roles = make_password(prepared(made.password)), [Role(post.role)]
        member.save(update_fields=["password", "roles"])
        Factor.objects.filter(member=member).delete()
    Factor.objects.create(
        member=member,
        data_key=member.data_key,
        kind=FactorKind.TOTP,
        label="演示",
        secret=made.totp_secret.encode(),
        created_at=clock.now(),
    )
    Member.objects.filter(pk=member.pk).update(enrol_until=None, last_used_at=clock.now())


def _join(post: Post, password: str) -> Member:
    bureau = bureau_of(post.bureau)
    if bureau is None:
        raise LookupError(post.bureau)
    operation = Operation(kind=OperationKind.STAFF_INVITING, actor_kind=ActorKind.SYSTEM, reason="演示")
    invited = invite_by_command(operation=operation, bureau=bureau, roles=[Role(post.role)])
    return join(
        operation=dataclasses.replace(operation, kind=OperationKind.STAFF_JOINING, id=uuid7()),
        secret=invited.secret,
        username=post.username,
        name=post.name,
        password=password,
    )
