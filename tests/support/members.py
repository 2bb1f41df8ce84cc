"""Members of staff as tests need them, and their browsers."""

import functools
import itertools
import re
from typing import Any

import pyotp
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client

from kuaiji.common import clock
from kuaiji.keys.models import PersonKey
from kuaiji.regions.models import FinanceBureau
from kuaiji.regions.services import bureau_of
from kuaiji.staff.enums import FactorKind, Role
from kuaiji.staff.models import Factor, Member
from kuaiji.staff.sessions.store import MEMBER, PROVED, SessionStore

PASSWORD = "一把很长的口令 for the desk"
_numbers = itertools.count(1)


def make_member(
    *roles: Role,
    bureau: str | FinanceBureau = "440103",
    name: str = "周经办",
    username: str = "",
    is_active: bool = True,
) -> Member:
    """A member with these roles (经办 by default) at the bureau that serves a place, with a secret for one-time codes
    (``code_of``) and the password ``PASSWORD``."""
    served = bureau_of(bureau) if isinstance(bureau, str) else bureau
    assert served is not None, bureau
    now = clock.now()
    member = Member.objects.create(
        data_key=PersonKey.objects.make(),
        username=username or f"member{next(_numbers)}",
        name=name,
        bureau=served,
        roles=[role.value for role in roles or (Role.CLERK,)],
        password=_hashed(),
        is_active=is_active,
        joined_at=now,
        last_used_at=now,
    )
    add_secret(member)
    return member


def add_secret(member: Member) -> Factor:
    """Another secret for one-time codes."""
    return Factor.objects.create(
        member=member,
        data_key=member.data_key,
        kind=FactorKind.TOTP,
        label="验证器应用",
        secret=pyotp.random_base32().encode(),
        created_at=clock.now(),
    )


def code_of(member: Member) -> str:
    """The one-time code that the member's application shows now."""
    factor = Factor.objects.select_related("data_key").filter(member=member, kind=FactorKind.TOTP).latest("created_at")
    return pyotp.TOTP(factor.secret.decode()).at(int(clock.now().timestamp()))


def signed_in(member: Member, *, client: Client | None = None) -> Client:
    """A browser in which the member has signed in, the second factor shown just now."""
    session = SessionStore()
    session[MEMBER] = str(member.pk)
    session[PROVED] = clock.now().timestamp()
    session.save()
    client = client or Client()
    client.cookies[settings.STAFF_SESSION_COOKIE_NAME] = str(session.session_key)
    return client


def half_way(member: Member) -> Client:
    """A browser in which only the password was given."""
    session = SessionStore()
    session[MEMBER] = str(member.pk)
    session.save()
    client = Client()
    client.cookies[settings.STAFF_SESSION_COOKIE_NAME] = str(session.session_key)
    return client


def bare(page: Any) -> str:
    """The page without the token of its forms, which is another one each time."""
    return re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", page.content.decode())


@functools.cache
def _hashed() -> str:
    """One hash for all: it takes its time."""
    return make_password(PASSWORD)
