"""Users in the database, without walking through the pages."""

import random

from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.identity.enums import FingerprintKind, TextKey
from kuaiji.identity.models import Fingerprint, User
from kuaiji.identity.people.fingerprints import document_fingerprints, number_fingerprints, phone_fingerprints
from kuaiji.identity.texts.services import keep_agreement
from kuaiji.keys.models import PersonKey
from people.persons import Person, make_person


def make_user(person: Person | None = None, *, seed: int = 1, status: str = "1", document_type: str = "01") -> User:
    """A registered user with fingerprints and no usable password; ``person`` or one made from ``seed``."""
    someone = person or make_person(random.Random(seed), status=status, document_type=document_type)
    user = User.objects.create(
        person_key=PersonKey.objects.make(),
        name=someone.name,
        document_type=someone.document_type,
        document_country=someone.document_country,
        document_number=someone.document_number,
        phone=someone.phone,
        password="!",
        works_in_accounting=someone.status == "1",
        holds_qualification=True,
    )
    by_kind = {
        FingerprintKind.DOCUMENT: document_fingerprints(
            someone.document_type, someone.document_number, someone.document_country
        ),
        FingerprintKind.NUMBER: number_fingerprints(someone.document_number),
        FingerprintKind.PHONE: phone_fingerprints(someone.phone),
    }
    Fingerprint.objects.bulk_create(
        Fingerprint(kind=kind, fingerprint=value, key_id=key_id, user=user)
        for kind, values in by_kind.items()
        for key_id, value in values.items()
    )
    read_the_privacy_notice(user)
    return user


def read_the_privacy_notice(user: User) -> None:
    """As registration leaves it: nothing is due at the next sign-in."""
    keep_agreement(user=user, key=TextKey.PRIVACY, version=profile().privacy_version, at=clock.now())
