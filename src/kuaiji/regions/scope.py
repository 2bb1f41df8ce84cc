"""Which places a bureau serves, and which it sees (R1.3, R9.1). Pure: over the rows of divisions and service areas.

A place is served by the bureau of its own row; one without by that of the place above it, so a county without a bureau
is served by its city. An own level (省本级, 市本级) or a zone is served by the bureau that its row names. Who serves a
place sees it, and so do the bureaux of all places above, up to that of the registry: a city that keeps its own book
(深圳) is not seen by its province.
"""

import dataclasses
from collections.abc import Collection, Iterable, Mapping

from kuaiji.regions.rules import Place


@dataclasses.dataclass(frozen=True, slots=True)
class Bureau:
    """A bureau as a rule sees it; ``division`` is empty for one that has none of its own."""

    id: int
    division: str


@dataclasses.dataclass(frozen=True, slots=True)
class Scope:
    """Codes of divisions and service areas; what is served is seen as well."""

    serves: frozenset[str] = frozenset()
    sees: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True)
class Chain:
    """Who serves a place, and who sees it: that bureau and those above it, the nearest first."""

    server: int
    seen_by: tuple[int, ...]


def chains(
    *,
    divisions: Iterable[Place],
    areas: Mapping[str, tuple[str, int]],
    bureaux: Iterable[Bureau],
    territories: Collection[str],
) -> dict[str, Chain]:
    """By code, the chain of every place that a bureau serves.

    ``areas`` gives the division above a service area and the bureau that handles it; ``territories`` are the divisions
    of the registries, above which nobody sees anything. Of two bureaux with one division the first in print counts.
    """
    parents = {place.code: place.parent for place in divisions}
    own: dict[str, int] = {}
    for bureau in bureaux:
        if bureau.division:
            own.setdefault(bureau.division, bureau.id)

    def above(code: str) -> tuple[int, ...]:
        """The bureaux of a division and of those above it."""
        found = []
        while code:
            if code in own:
                found.append(own[code])
            code = "" if code in territories else parents[code]
        return tuple(found)

    found = {code: above(code) for code in parents}
    for code, (parent, handler) in areas.items():
        found[code] = (handler, *(bureau for bureau in above(parent) if bureau != handler))
    return {code: Chain(chain[0], chain) for code, chain in found.items() if chain}


def scopes(found: Mapping[str, Chain]) -> dict[int, Scope]:
    """The same from the side of the bureaux, by their ids; one that serves nothing has no entry."""
    serves: dict[int, set[str]] = {}
    sees: dict[int, set[str]] = {}
    for code, chain in found.items():
        serves.setdefault(chain.server, set()).add(code)
        for bureau in chain.seen_by:
            sees.setdefault(bureau, set()).add(code)
    return {bureau: Scope(frozenset(serves.get(bureau, ())), frozenset(places)) for bureau, places in sees.items()}
