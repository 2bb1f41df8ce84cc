"""What a person types who is not known yet: who it is, and the phone."""

import dataclasses
from collections.abc import Mapping
from typing import Self

from kuaiji_wire.people import Person


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """A person and a phone, checked by the form."""

    person: Person
    phone: str = dataclasses.field(repr=False)

    @classmethod
    def from_flat(cls, values: Mapping[str, str]) -> Self:
        """From what a form has cleaned, or ``flat`` has kept. Raises KeyError."""
        return cls(person=Person.from_flat(values), phone=values["phone"])

    @property
    def own_words(self) -> tuple[str, ...]:
        """What others may know of the person, so that it makes no password: document number, phone, name."""
        return self.person.document.number, self.phone, self.person.name

    def flat(self) -> dict[str, str]:
        """As forms name it, and as sealed answers keep it."""
        return {**self.person.flat(), "phone": self.phone}
