"""Honest people in bad company. Imports models: only inside ``platform_inside``."""

import collections
from collections.abc import Iterable
from typing import Any

from prove.support.inside import in_processes
from prove.support.people import Person, address, registers, somebody

OURS = 1_000_000  # where their numbers begin
SHARED = address(OURS)

Visit = tuple[str, int]  # where it stopped, empty when it went well; how many questions were asked


def behind_one_address(people: int) -> tuple[dict[str, Any], list[str]]:
    """Do ``people`` of one address all get through to the proven phone, with one question at most?"""
    return _told(in_processes(_from_shared, range(OURS, OURS + people)))


def _told(visits: Iterable[Visit]) -> tuple[dict[str, Any], list[str]]:
    faults, questions = zip(*visits, strict=True)
    blocked = collections.Counter(fault for fault in faults if fault)
    found = {
        "people": len(faults),
        "served": faults.count(""),
        "blocked": dict(blocked),
        "most_questions_each": max(questions),
        "people_asked": sum(map(bool, questions)),
    }
    return found, [*(["blocked"] if blocked else []), *(["questions"] if max(questions) > 1 else [])]


def _from_shared(number: int) -> Visit:
    person = Person(SHARED)
    return registers(person, somebody(number)), person.questions
