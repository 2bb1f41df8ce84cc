"""The rooms of an app: one table, from the doors down to the closed sets. docs/architecture.md says what each holds.

A module stands in the room that its name, or that of its folder, belongs to. Between app and room there may be one
folder named after what a person does (``identity.recovery.views``). A module imports of its own app what stands in its
own room or below.
"""

import dataclasses

from tests.support.modules import Modules

# Not apps: what all stand on, what starts them, and what stands around them.
AROUND = frozenset({"cli", "common", "config", "house", "profiles"})

ROOMS: tuple[tuple[str, frozenset[str]], ...] = (
    ("wiring", frozenset({"apps", "urls", "management"})),
    ("doors", frozenset({"views", "tasks", "middleware", "system_checks", "metrics"})),
    ("pages", frozenset({"pages", "guards", "display", "own_data"})),
    ("forms", frozenset({"forms"})),
    ("services", frozenset({"services", "attempts"})),
    ("models", frozenset({"models"})),
    ("rules", frozenset({"rules", "workflow", "events"})),
    ("enums", frozenset({"enums"})),
)
ORDER = {room: place for place, (room, _) in enumerate(ROOMS)}

# Names that one app alone has, and the room they belong to.
OWN: dict[str, dict[str, str]] = {
    "accountants": {
        "comparison": "pages",
        "judging": "pages",
        "posts": "pages",
        "registry": "pages",
        "fields": "forms",
        "photos": "forms",
        "currency": "services",
        "employers": "services",
        "exam_facts": "services",
        "exam_rows": "services",
        "reports": "services",
        "tables": "services",
        "answers": "rules",
        "facts": "rules",
        "facets": "rules",
        "finding": "services",
        "field_matrix": "rules",
    },
    "applications": {"finished": "services", "staff_display": "pages"},
    "archives": {"finished": "services", "check_codes": "rules", "paper": "services"},
    "attachments": {
        "uploads": "pages",
        "storage": "services",
        "addresses": "rules",
        "pictures": "rules",
        "purposes": "rules",
    },
    "audit": {
        "access": "pages",
        "digests": "services",
        "labels": "rules",
        "marks": "services",
        "offsite_seals": "services",
        "refusals": "services",
        "sealed_tables": "services",
        "seals": "services",
        "verification": "services",
        "witness": "services",
    },
    "backups": {"copies": "rules", "tools": "rules"},
    "cases": {"kinds": "services", "loop": "doors"},
    "changes": {"finished": "services", "record_view": "pages"},
    "codelists": {"choices": "forms"},
    "collection": {"progress": "services", "soundness": "services", "steps": "rules"},
    "exams": {
        "codes": "rules",
        "conditions": "rules",
        "facts": "rules",
        "grounds": "rules",
        "here": "rules",
        "judge": "rules",
        "levels": "rules",
        "standing": "rules",
        "verdicts": "rules",
        "work": "rules",
    },
    "examapi": {
        "front": "doors",
        "verification": "pages",
        "answering": "pages",
        "proving": "pages",
        "openapi": "pages",
        "answers": "pages",
        "metrics": "pages",
        "questions": "forms",
        "rates": "services",
        "requests": "rules",
        "scheme": "rules",
        "problems": "rules",
        "strict_json": "rules",
    },
    "exchange": {
        "loop": "doors",
        "fetching": "services",
        "parking": "services",
        "sending": "services",
        "topics": "services",
        "breaker": "rules",
        "partners": "rules",
    },
    "identity": {
        "backend": "services",
        "browser_names": "rules",
        "closing_steps": "services",
        "data_parts": "services",
        "details": "rules",
        "files": "rules",
        "fingerprints": "services",
        "hashing": "services",
        "indexing": "services",
        "known_browsers": "services",
        "locks": "services",
        "notices": "services",
        "purposes": "rules",
        "store": "services",
    },
    "feedback": {"acts": "services", "templatetags": "pages"},
    "switches": {"templatetags": "pages"},
    "keys": {"fields": "models", "rotation": "services"},
    "limits": {"challenge": "forms", "budgets": "services", "kinds": "rules"},
    "messages": {"hooks": "services", "catalogue": "rules", "lengths": "rules"},
    "portal": {
        "demo_urls": "wiring",
        "data": "doors",
        "demo": "doors",
        "guide": "doors",
        "history": "doors",
        "me": "doors",
        "statements": "doors",
        "data_export": "pages",
        "helpline": "pages",
    },
    "desk": {
        "calling": "pages",
        "citizen_pages": "pages",
        "conflicts": "pages",
        "keeping": "pages",
        "masks": "pages",
        "messages": "pages",
        "moments": "pages",
        "people": "pages",
        "pictures": "pages",
        "searching": "pages",
        "sources": "pages",
        "lifeline": "rules",
        "permissions": "rules",
        "typed": "rules",
    },
    "standing": {
        "next_steps": "pages",
        "reads": "pages",
        "standing": "pages",
        "told": "pages",
        "evidence": "rules",
        "questions": "rules",
        "timeline": "rules",
    },
    "reconciliation": {"ours": "services", "pairing": "rules"},
    "notices": {"markup": "rules"},
    "regions": {"calendar": "services", "holidays": "rules", "scope": "rules"},
    "sms": {"loop": "doors", "origins": "services", "sending": "services", "providers": "rules"},
    "staff": {
        "codes": "rules",
        "known_browsers": "services",
        "passkeys": "rules",
        "reach": "services",
        "reading": "services",
        "store": "services",
    },
    "unsent": {"registry": "rules", "reminders": "services"},
    "transfers": {"feed": "services", "hub_replies": "services", "messages": "services"},
}

# Folders between an app and its rooms: what a person does, or a part of what an app is about.
FOLDERS: dict[str, frozenset[str]] = {
    "audit": frozenset({"proving"}),
    "accountants": frozenset({"listing", "reading", "reporting", "sections"}),
    "collection": frozenset({"unsaved"}),
    "desk": frozenset({"calendar", "deciding", "ending", "home", "notices", "people", "queues", "record", "switches"}),
    "examapi": frozenset({"protocol"}),
    "exams": frozenset({"judging"}),
    "portal": frozenset({"exam"}),
    "reconciliation": frozenset({"conflicts", "stuck"}),
    "staff": frozenset({"enrolling", "factors", "joining", "own", "sessions", "signing_in", "team"}),
    "standing": frozenset({"exam"}),
    "identity": frozenset(
        {
            "displacing",
            "late_forms",
            "partner_checks",
            "passwords",
            "people",
            "recovery",
            "registration",
            "security",
            "sessions",
            "signing_in",
            "sms_codes",
            "texts",
            "unfinished",
        }
    ),
}
MOST_LOOSE = 14  # modules that lie in the folder of an app itself
UNKNOWN = (
    "{module} stands in no room. Give it the name of a room (tests/support/rooms.py: ROOMS), or put it into a module "
    "that has one; only what no room can hold gets a name of its own there, in OWN."
)
UPWARDS = "{module} ({room}) imports {imported} ({above}), which stands above it: move what both need further down."


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a module stands: its app and its room; ``room`` is empty where it has none."""

    app: str
    room: str


def apps_of(modules: Modules) -> set[str]:
    """The apps of the platform."""
    found = {name.split(".")[1] for name in modules.trees if name.startswith("kuaiji.")}
    return found - AROUND


def place_of(module: str, modules: Modules) -> Place | None:
    """The room of a module; None for what is no app, and for a folder that holds rooms and is empty itself."""
    platform, _, path = module.partition(".")
    app, *rest = path.split(".")
    if platform != "kuaiji" or app in AROUND or not rest:
        return None
    if rest[0] in FOLDERS.get(app, ()):
        rest = rest[1:]
    if not rest:
        return Place(app, "") if modules.trees[module].body else None
    known = {name: room for room, names in ROOMS for name in names} | OWN.get(app, {})
    return Place(app, known.get(rest[0], ""))


def without_room(modules: Modules) -> list[str]:
    """Modules with a name that belongs to no room, each with what to do about it."""
    places = {module: place_of(module, modules) for module in modules.trees}
    return [UNKNOWN.format(module=module) for module, place in places.items() if place and not place.room]


def upwards(modules: Modules) -> list[str]:
    """Imports of an app's own modules that climb from one room to another."""
    found = []
    for module, imported in modules.graph().items():
        here = place_of(module, modules)
        for other in imported if here and here.room else ():
            there = place_of(other, modules)
            if here and there and there.room and there.app == here.app and ORDER[there.room] < ORDER[here.room]:
                found.append(UPWARDS.format(module=module, room=here.room, imported=other, above=there.room))
    return sorted(found)


def crowded(modules: Modules) -> dict[str, int]:
    """Apps with more loose modules than one can overlook."""
    loose: dict[str, int] = {}
    for module in modules.trees.keys() - modules.packages:
        parts = module.split(".")
        if len(parts) == 3 and parts[0] == "kuaiji" and parts[1] not in AROUND:
            loose[parts[1]] = loose.get(parts[1], 0) + 1
    return {app: count for app, count in loose.items() if count > MOST_LOOSE}
