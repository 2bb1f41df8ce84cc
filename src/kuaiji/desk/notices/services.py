"""For whom a member may write notices: the places of the member's scope (R9.1)."""

from kuaiji.notices.models import Notice, NoticeQuerySet
from kuaiji.regions.scope import Scope
from kuaiji.regions.services import bureaux_above, cities
from kuaiji.staff.models import Member


def areas_of(member: Member, scope: Scope) -> list[tuple[str, str]]:
    """Code and name; for the registry's own bureau everybody first. A city whole only for who sees all of it."""
    found = [] if bureaux_above(member.bureau) else [("", "所有人")]
    for city in cities():
        seen = [place for place in city.places if place.code in scope.sees]
        if len(seen) == len(city.places) and city.code not in [place.code for place in seen]:
            found.append((city.code, f"{city.name}全市"))
        found += [(place.code, place.name if place.code == city.code else f"{city.name}{place.name}") for place in seen]
    return found


def kept_by(member: Member, scope: Scope) -> NoticeQuerySet:
    """The notices for these areas; those for everybody too where the member may write them."""
    return Notice.objects.filter(area__in=[code for code, _ in areas_of(member, scope)])
