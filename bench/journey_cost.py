"""What a person has to do from the home page to 信息已采集, counted in a browser that does it.

    python -m bench.journey_cost [--people accounting,student] [--list]

Six people, each on a phone (390 × 844, touch) and in 大字版. The walk answers what is visible and what a
person like this knows, from top to bottom, and presses the main button. Counted are

* answers: every control set, choice made or file chosen; a search with its pick is one. A value left as prefilled is
  none, and a personal fact that comes prefilled stops the walk.
* taps: one for a text field, a choice, a button, a link and a search's result; two for a list and for a file (open,
  choose).
* keys: characters typed; the Chinese input method is not counted.
* loads: documents that the browser loads after the home page.
* screens: the distance scrolled, in screens of 844 px. At each control and at the main button the page is moved as
  little as shows it whole, bars that stay on the screen left out, from where the page stands by itself: a page that
  jumps back to its top costs the way down again. The notice and the check page are for reading: there the way leads to
  the end of the sheet, whether or not the button can be reached before. The keyboard of a phone is not drawn.

Starts a house of its own; prints one JSON line, with ``--list`` on standard error a line for each control.
Goals, for an accounting post with an employer found by search and one title: at most 28 answers, 55 taps, 6 screens.
"""

import argparse
import contextlib
import dataclasses
import datetime as dt
import json
import random
import sys
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Browser

from bench.support.journeys import SCREEN, Cost, Journey, Wants
from people import numbers
from people.browsers import launched, opened_page
from people.houses.own_house import own_house
from people.persons import Files, make_person

GOAL = {"answers": 28, "taps": 55, "screens": 6.0}
OLDEST_SCHOOLING = 1972  # who left school in 1992 was born before
FIRST_BORN = dt.date(1970, 1, 1)
NOBODYS = "440000"  # the province's code: people have their county's
PHONE = {"viewport": {"width": 390, "height": SCREEN}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
FOUND = "广州市榕树示例第004"
TITLE = {
    "qualifications-0-title": "01-2-2",
    "qualifications-0-obtained_on": "200505",
}
EMPLOYER = {
    "employer_name": "广州市路边示例商行",
    "employer_industry": "51",
    "employer_economic_type": "05",
    "employer_address": "广州市示例路12号",
    "employer_phone": "020-81234567",
    "division_code": "440106",
}
SCHOOL = {
    "full_time_level": "31",
    "full_time_degree": "0",
    "full_time_school": "岭南示例学院",
    "full_time_major": "会计学",
    "full_time_graduated_on": "199207",
}
POST = {
    "accounting_post": "06",
    "accounting_admin_post": "04",
    "accounting_start_date": "199207",
    "accounting_technical_post": "03",
    "technical_post_appointed_on": "200603",
}
PERSONAL = {"ethnic_group": "01", "political_status": "13", "email": "12345678@example.com", "truthful": "on"}
HOME = {"division_code": "440106", "residence_address": "广州市天河区示例街8号"}
PEOPLE: dict[str, tuple[str, str, dict[str, str]]] = {
    # name: status, document type, what else the person says
    "accounting": ("1", "01", SCHOOL | EMPLOYER | POST | TITLE),
    "accounting_typed": ("1", "01", SCHOOL | EMPLOYER | POST | TITLE),
    "other_post": ("2", "01", SCHOOL | EMPLOYER | TITLE),
    "out_of_work": ("3", "01", SCHOOL | TITLE | HOME),
    "student": ("4", "01", SCHOOL | TITLE | {"division_code": "440106", "school_name": "岭南示例大学"}),
    "foreigner": ("1", "04", SCHOOL | EMPLOYER | POST | TITLE | {"country": "USA"}),
}
BY_SEARCH = frozenset({"accounting", "other_post", "foreigner"})


def wants_of(name: str, seed: str) -> Wants:
    """What this person would say. ``seed`` decides document number, phone and pictures: two walks are two people."""
    rng = random.Random(f"{name}-{seed}")
    status, document_type, says = PEOPLE[name]
    drawn = next(
        one
        for one in iter(lambda: make_person(rng, status=status, document_type=document_type), None)
        if one.birth_date.year <= OLDEST_SCHOOLING
    )
    number = drawn.document_number
    if document_type == "01":
        born = FIRST_BORN + dt.timedelta(days=rng.randrange(365))
        number = numbers.resident_id(rng, born=born, gender="2", region=NOBODYS)
    fields = {
        "works_in_accounting": "yes" if status == "1" else "no",
        "holds_qualification": "yes",
        "name": drawn.name,
        "document_type": document_type,
        "document_number": number,
        "document_country": drawn.document_country,
        "phone": drawn.phone,
        "sms_code": "by message",
        "password1": drawn.password,
        "gender": drawn.sections["personal"]["gender"],
        "birth_date": drawn.birth_date.strftime("%Y%m%d"),
        "employment_status": status,
        "employer_uscc": numbers.valid_uscc(rng),
        "abacus_level": "00",
    }
    files: Files = {name: file for part in drawn.files.values() for name, file in part.items()}
    return Wants(fields | PERSONAL | says, files, FOUND if name in BY_SEARCH else "")


def walk(browser: Browser, address: str, name: str, *, elder: bool = False, seed: str = "1") -> dict[str, Any]:
    """The figures of one person's walk. Raises Stuck."""
    with contextlib.contextmanager(opened_page)(browser, **PHONE) as page:
        if elder:
            page.goto(f"{address}/elder/?on=1&next=/")
        journey = Journey(page, address, wants_of(name, f"{seed}-{elder}"))
        journey.walk()
        return figures(journey.costs, journey.loads)


def figures(costs: Sequence[Cost], loads: int) -> dict[str, Any]:
    """The sums, and what each control took."""
    return {
        "answers": sum(cost.answers for cost in costs),
        "taps": sum(cost.taps for cost in costs),
        "keys": sum(cost.keys for cost in costs),
        "loads": loads,
        "screens": round(sum(cost.scrolled for cost in costs) / SCREEN, 1),
        "controls": [dataclasses.astuple(cost) for cost in costs],
    }


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", default=",".join(PEOPLE))
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    found: dict[str, dict[str, Any]] = {}
    with own_house() as house, contextlib.contextmanager(launched)() as browser:
        for name in args.people.split(","):
            for elder in (False, True):
                found[f"{name}{'_elder' if elder else ''}"] = walk(browser, house.platform, name, elder=elder)
    if args.list:
        for name, one in found.items():
            sums = {key: value for key, value in one.items() if key != "controls"}
            lines = ["  {} {}: {} answers, {} taps, {} keys, {} px".format(*cost) for cost in one["controls"]]
            print(f"{name}: {sums}", *lines, sep="\n", file=sys.stderr)
    print(json.dumps({"bench": "journey_cost", "people": found, "goal": GOAL}, ensure_ascii=False))
    first = found.get("accounting")
    return 0 if first is None or all(first[name] <= most for name, most in GOAL.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
