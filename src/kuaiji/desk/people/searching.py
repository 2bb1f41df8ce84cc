"""People whom a number finds: in the member's scope, or nobody's yet (R9.1)."""

import base64
import uuid

from django.db.models import Q

from kuaiji.accountants.models import Record
from kuaiji.desk.people.typed import Typed
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.models import User
from kuaiji.identity.people.fingerprints import (
    current_fingerprint,
    number_fingerprints,
    phone_fingerprints,
    users_with,
    users_with_number,
)
from kuaiji.regions.scope import Scope


def people_with(typed: Typed, scope: Scope) -> list[User]:
    """Everybody with this number, phone or reference number whom the member may see: with a record in ``scope``, or,
    by number and phone, without any record. Few: a number or phone belongs to three at most."""
    found: set[uuid.UUID] = set()
    if typed.reference:
        found |= set(Record.objects.filter(reference_number=typed.reference).values_list("user_id", flat=True))
    for number in typed.numbers:
        found |= set(users_with_number(number).values_list("pk", flat=True))
    if typed.phone:
        found |= set(users_with(FingerprintKind.PHONE, phone_fingerprints(typed.phone)).values_list("pk", flat=True))
    mine = Q(record=None) | Q(record__division_code__in=scope.sees)
    return list(User.objects.filter(mine, pk__in=found).select_related("person_key").order_by("name", "pk"))


def trace_of(typed: Typed) -> str:
    """What the access log keeps of a number that found nobody: its fingerprint, so that another search for it, or its
    owner, can be told again; the number itself cannot."""
    prints = phone_fingerprints(typed.phone) if typed.phone else number_fingerprints(typed.numbers[0])
    return f"nobody {base64.urlsafe_b64encode(current_fingerprint(prints)).decode().rstrip('=')}"
