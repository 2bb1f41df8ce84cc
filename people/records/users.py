"""Users in the database, without walking through the pages."""

import random

from kuaiji.identity.models import User
from people.factories.users import UserFactory
from people.persons import Person, make_person


def make_user(person: Person | None = None, *, seed: int = 1, status: str = "1", document_type: str = "01") -> User:
    """A registered user without a usable password; ``person`` or one made from ``seed``."""
    someone = person or make_person(random.Random(seed), status=status, document_type=document_type)
    return UserFactory.create(person=someone)
