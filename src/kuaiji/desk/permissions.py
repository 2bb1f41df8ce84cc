"""Who may open which address of the desk: one table, which the tests walk with real sessions (R9.1).

Each view says its roles itself (``staff.guards.member_page``); this says them once more, together, with how far a role
reaches. An address without a row fails a test, and so does a row that its view does not keep.
"""

import dataclasses
import enum
from collections.abc import Mapping
from types import MappingProxyType

from kuaiji.staff.enums import Role

GET, POST = "GET", "POST"
ALL = frozenset(Role)
PEOPLE = frozenset({Role.CLERK, Role.REVIEWER, Role.MANAGER})  # who sees people at all

ADMINISTRATORS = frozenset({Role.MANAGER, Role.AUDITOR, Role.SYSTEM})  # who keep members of their own kind
MANAGERS = frozenset({Role.MANAGER})
CLERKS = frozenset({Role.CLERK})
SYSTEM = frozenset({Role.SYSTEM})
QUEUES = PEOPLE | {Role.SYSTEM}  # what waits; of these a queue shows 系统 the stuck messages alone


class Reach(enum.StrEnum):
    """How far a page reaches for who may open it; beyond, it is as if there were nothing (404)."""

    ANYBODY = "anybody"  # on the way in, or how to: nobody is signed in yet, or only half
    OWN = "own"  # the member's own: session, factors, settings
    LISTED = "listed"  # a list or a search, of what the member's scope holds
    RECORD = "record"  # one record, in the member's scope
    PERSON = "person"  # somebody without a record: of any bureau's
    CASE = "case"  # one case, of a region of the member's scope
    BUREAU = "bureau"  # colleagues of the member's bureau and of those below


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """Roles by method, and how far they reach."""

    reach: Reach
    get: frozenset[Role] = frozenset()
    post: frozenset[Role] = frozenset()

    def roles(self, method: str) -> frozenset[Role]:
        """Who may use ``method``: GET and HEAD are looks."""
        return self.post if method == POST else self.get


# By the name of the address.
PERMISSIONS: Mapping[str, Row] = MappingProxyType(
    {
        "staff:login": Row(Reach.ANYBODY, get=ALL, post=ALL),
        "staff:factor": Row(Reach.ANYBODY, get=ALL, post=ALL),
        "staff:logout": Row(Reach.ANYBODY, post=ALL),
        "staff:join": Row(Reach.ANYBODY, get=ALL, post=ALL),
        "staff:enrol": Row(Reach.ANYBODY, get=ALL, post=ALL),
        "staff:enrol_picture": Row(Reach.ANYBODY, get=ALL),
        "staff:me": Row(Reach.OWN, get=ALL),
        "staff:add_factor": Row(Reach.OWN, get=ALL, post=ALL),
        "staff:factor_picture": Row(Reach.OWN, get=ALL),
        "staff:password": Row(Reach.OWN, get=ALL, post=ALL),
        "staff:proof": Row(Reach.OWN, get=ALL, post=ALL),
        "staff:end_sessions": Row(Reach.OWN, post=ALL),
        "staff:new_codes": Row(Reach.OWN, post=ALL),
        "staff:remove_factor": Row(Reach.OWN, post=ALL),
        "staff:told": Row(Reach.OWN, post=ALL),
        "staff:team": Row(Reach.BUREAU, get=ADMINISTRATORS, post=ADMINISTRATORS),
        "staff:invite": Row(Reach.BUREAU, get=ADMINISTRATORS, post=ADMINISTRATORS),
        "staff:member": Row(Reach.BUREAU, get=ADMINISTRATORS, post=ADMINISTRATORS),
        "desk:guide": Row(Reach.ANYBODY, get=ALL),
        "desk:home": Row(Reach.LISTED, get=ALL),
        "desk:done": Row(Reach.OWN, get=PEOPLE),
        "desk:give": Row(Reach.LISTED, post=frozenset({Role.MANAGER})),
        "desk:applications": Row(Reach.LISTED, get=QUEUES, post=QUEUES),
        "desk:transfers": Row(Reach.LISTED, get=QUEUES, post=QUEUES),
        "desk:conflicts": Row(Reach.LISTED, get=QUEUES, post=QUEUES),
        "desk:messages": Row(Reach.LISTED, get=QUEUES, post=QUEUES),
        "desk:reviews": Row(Reach.LISTED, get=QUEUES, post=QUEUES),
        "desk:application": Row(Reach.CASE, get=PEOPLE, post=PEOPLE),
        "desk:application_picture": Row(Reach.CASE, get=PEOPLE),
        "desk:conflict": Row(Reach.CASE, get=PEOPLE, post=PEOPLE),
        "desk:message": Row(Reach.CASE, get=frozenset({Role.MANAGER, Role.SYSTEM}), post=frozenset({Role.MANAGER})),
        "desk:transfer": Row(Reach.CASE, get=PEOPLE, post=PEOPLE),
        "desk:transfer_picture": Row(Reach.CASE, get=PEOPLE),
        "desk:calendar": Row(Reach.OWN, get=MANAGERS, post=MANAGERS),
        "desk:notices": Row(Reach.LISTED, get=MANAGERS),
        "desk:new_notice": Row(Reach.OWN, get=MANAGERS, post=MANAGERS),
        "desk:notice": Row(Reach.BUREAU, get=MANAGERS, post=MANAGERS),
        "desk:switches": Row(Reach.OWN, get=SYSTEM, post=SYSTEM),
        "desk:people": Row(Reach.LISTED, get=PEOPLE, post=PEOPLE),
        "desk:people_lists": Row(Reach.OWN, post=PEOPLE),
        "desk:call": Row(Reach.RECORD, get=PEOPLE),
        "desk:call_person": Row(Reach.PERSON, get=PEOPLE),
        "desk:record": Row(Reach.RECORD, get=PEOPLE),
        "desk:record_timeline": Row(Reach.RECORD, get=PEOPLE),
        "desk:record_versions": Row(Reach.RECORD, get=PEOPLE),
        "desk:record_end": Row(Reach.RECORD, get=CLERKS, post=CLERKS),
        "desk:record_as_seen": Row(Reach.RECORD, get=PEOPLE),
        "desk:record_reveal": Row(Reach.RECORD, post=PEOPLE),
        "desk:record_notes": Row(Reach.RECORD, post=PEOPLE),
        "desk:record_picture": Row(Reach.RECORD, get=PEOPLE),
        "desk:person": Row(Reach.PERSON, get=PEOPLE),
        "desk:person_timeline": Row(Reach.PERSON, get=PEOPLE),
        "desk:person_as_seen": Row(Reach.PERSON, get=PEOPLE),
        "desk:person_reveal": Row(Reach.PERSON, post=PEOPLE),
        "desk:person_notes": Row(Reach.PERSON, post=PEOPLE),
        "desk:person_picture": Row(Reach.PERSON, get=PEOPLE),
    }
)
