"""Users as registration leaves them, without walking through the pages."""

import random
from typing import Any

from factory.declarations import LazyAttribute, LazyFunction, Sequence
from factory.django import DjangoModelFactory

from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.identity.enums import FingerprintKind, TextKey
from kuaiji.identity.models import User
from kuaiji.identity.passwords.hashing import encode_for
from kuaiji.identity.people.fingerprints import (
    add_fingerprints,
    document_fingerprints,
    index_number,
    phone_fingerprints,
    users_with_number,
)
from kuaiji.identity.texts.services import keep_agreement
from kuaiji.keys.models import PersonKey
from people.persons import make_person

MANY = 1000  # a factory does not refuse to share: the limit is registration's


class UserFactory(DjangoModelFactory[User]):
    """A registered user with fingerprints, who has read the privacy notice: nothing is due at the next sign-in.

    ``person`` is whose details they are, another one each time; columns given by name win. Nobody can sign in with a
    password unless ``typed_password`` is given: hashing one takes long.
    """

    class Meta:
        model = User

    class Params:
        person = Sequence(lambda number: make_person(random.Random(f"user {number}"), status="1"))
        typed_password: str | None = None

    person_key = LazyFunction(lambda: PersonKey.objects.make())
    name = LazyAttribute(lambda made: made.person.name)
    document_type = LazyAttribute(lambda made: made.person.document_type)
    document_country = LazyAttribute(lambda made: made.person.document_country)
    document_number = LazyAttribute(lambda made: made.person.document_number)
    phone = LazyAttribute(lambda made: made.person.phone)
    password = LazyAttribute(lambda made: _encoded(made.typed_password, made.document_number))
    works_in_accounting = LazyAttribute(lambda made: made.person.status == "1")
    holds_qualification = LazyAttribute(lambda made: made.person.holds_qualification)

    @classmethod
    def _create(cls, model_class: type[User], **columns: Any) -> User:
        user = model_class.objects.create(**columns)
        for kind, values in {
            FingerprintKind.DOCUMENT: document_fingerprints(user.document),
            FingerprintKind.PHONE: phone_fingerprints(user.phone),
        }.items():
            add_fingerprints(user, kind, values, people=MANY)
        index_number(user, people=MANY)
        keep_agreement(user=user, key=TextKey.PRIVACY, version=profile().privacy_version, at=clock.now())
        return user


def _encoded(typed: str | None, document_number: str) -> str:
    if typed is None:
        return "!"
    return encode_for(typed, users_with_number(document_number))
