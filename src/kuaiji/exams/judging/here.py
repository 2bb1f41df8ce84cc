"""What the platform that judges knows besides rules and person: names of codes and places, registrations. Pure."""

import dataclasses
from collections.abc import Mapping

from kuaiji.exams.rules import Window


@dataclasses.dataclass(frozen=True, slots=True)
class Here:
    """The platform that answers. Nothing of it decides a verdict; it gives words, and ``collect_by``.

    ``territory`` is the division of the registry; ``labels`` are names by (list, code), ``places`` full names by code;
    ``windows`` are the registrations that count, of all years.
    """

    territory: str
    labels: Mapping[tuple[str, str], str]
    places: Mapping[str, str]
    windows: tuple[Window, ...] = ()

    def label(self, list_name: str, code: str) -> str:
        """The name of a code; the code itself where the list does not know it."""
        return self.labels.get((list_name, code), code)

    def place(self, code: str) -> str:
        """广州市荔湾区; the code itself for one of no place."""
        return self.places.get(code, code)
