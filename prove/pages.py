"""Does a person see the same pages of two versions of the platform?

    python -m prove.pages save FOLDER [--checkout DIR]
    python -m prove.pages compare FOLDER OTHER

``save`` starts a house of its own from ``DIR/.venv/bin/kuaiji`` (this checkout without ``--checkout``), walks through
it as made-up people over HTTP, and keeps every answer: status, headers that matter, body; without what differs with
every run. It knows addresses and fields, nothing of the code inside, so it reads any version. ``compare`` prints the
pages that differ, white space that does not show left out; the exit status is 1 when one differs or is missing.
A print is compared by its text and needs ``pdftotext``.
"""

import argparse
import concurrent.futures
import difflib
import json
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import httpx

from prove.support.walk import collecting, keeping, moving, strangers
from prove.support.walk.browser import Kept, Visitor
from prove.support.walk.house import House, running_house
from prove.support.walk.normal import message, shown
from prove.support.walk.people import NEW_PASSWORD, PASSWORD, somebody

ROOT = Path(__file__).resolve().parents[1]
AT_ONCE = 3  # parts of the walk that go on side by side: they often wait for a minute, a phone gets one code in each
QUIET_SECONDS, MESSAGE_PATIENCE = 4.0, 40.0
KNOWN, LIVING, STATUS_2, STATUS_3, STUDENT, FOREIGN, BACK, MOVED, THERE = (
    somebody(1, "陈示例"),
    somebody(2, "李示例"),
    somebody(3, "王示例", status="2", place="440606"),
    somebody(4, "赵示例", status="3", place="440000-00"),
    somebody(5, "孙示例", status="4", place="440402"),
    somebody(6, "Maria Example", status="3", document_type="04", number="K1234567", country="USA"),
    somebody(7, "周示例", status="3"),
    somebody(8, "吴示例", status="3"),
    somebody(9, "郑示例", status="3", place="440304"),
)
OTHER_PHONES = {"living": "13900001001", "lost": "13900001002"}


class Walk:
    """The parts of the walk, each with people and browsers of its own."""

    def __init__(self, house: House, kept: Kept) -> None:
        self.house, self.kept = house, kept

    def here(self, part: str) -> Visitor:
        """A browser at 广东."""
        return Visitor(self.kept, self.house.first, part)

    def there(self, part: str) -> Visitor:
        """A browser at 深圳."""
        return Visitor(self.kept, self.house.second, part)

    def open_pages(self) -> None:
        """What anybody sees, at both."""
        strangers.public_pages(self.here("open"))
        strangers.public_pages(self.there("open-there"))

    def entering(self) -> None:
        """Registering, signing in, recovering; a person who never collects closes."""
        first = self.here("known")
        strangers.register(first, KNOWN)
        first.must("/logout/", {}, at="/")
        strangers.refused_details(self.here("enter"), KNOWN)
        strangers.signing_in(first, KNOWN)
        keeping.closing(first, KNOWN, "uncollected", NEW_PASSWORD)

    def living(self) -> None:
        """One record and everything that can be done with it."""
        visitor, stranger = self.here("living"), self.here("living-stranger")
        collecting.beginning(visitor, LIVING)
        collecting.whole(visitor, LIVING)
        visitor.part = "lived"
        keeping.corrections(visitor, LIVING)
        keeping.changes(visitor, LIVING)
        keeping.history(visitor)
        keeping.printing(visitor, stranger)
        keeping.phone_lost(stranger, visitor, LIVING, OTHER_PHONES["lost"])
        keeping.security(visitor, LIVING, OTHER_PHONES["living"])
        visitor.open("/elder/?on=1&next=/me/", "elder")
        visitor.open("/changes/employment/", "elder-employment")
        visitor.open("/elder/?on=0&next=/me/", "elder-off")
        keeping.closing(visitor, LIVING, "collected", NEW_PASSWORD)

    def statuses(self) -> None:
        """The steps of the other statuses, and what a bureau decides."""
        for part, person in {"other-post": STATUS_2, "unemployed": STATUS_3, "student": STUDENT}.items():
            visitor = self.here(part)
            strangers.register(visitor, person)
            collecting.whole(visitor, person)
            if person is STATUS_3:
                keeping.decided(visitor, person, self.house.desk)

    def foreign(self) -> None:
        """Somebody whose document tells neither sex nor birth; somebody new at 深圳."""
        visitor = self.here("foreign")
        strangers.register(visitor, FOREIGN)
        collecting.whole(visitor, FOREIGN)
        visitor.open("/me/corrections/new/", "corrections-which")
        visitor.open("/me/corrections/new/gender/", "corrections-gender")
        visitor.open("/me/corrections/new/country/", "corrections-country")
        there = self.there("there")
        collecting.beginning(there, THERE)
        there.must("/collection/notice/", {"truthful": "on"})
        moving.new_there(there, THERE, self.house.standins)
        collecting.whole(there, THERE)
        keeping.closing(there, THERE, "there", PASSWORD)

    def moving(self) -> None:
        """A transfer that is taken back, and one that arrives."""
        moving.taken_back(self.here("back"), self.there("back-there"), BACK)
        moving.moved(self.here("moved"), self.there("moved-there"), MOVED, self.house.standins)

    def messages(self) -> None:
        """What came to the phones, each once, when no more comes."""
        inbox, found, since = self.here("messages"), dict[str, set[str]](), time.monotonic()
        people = (KNOWN, LIVING, STATUS_2, STATUS_3, STUDENT, FOREIGN, BACK, MOVED, THERE)
        phones = [*(person.phone for person in people), *OTHER_PHONES.values()]
        deadline = time.monotonic() + MESSAGE_PATIENCE
        while time.monotonic() < min(since + QUIET_SECONDS, deadline):
            now = {phone: set(inbox.messages(phone)) for phone in phones}
            if now != found:
                found, since = now, time.monotonic()
            time.sleep(0.5)
        for phone, texts in found.items():
            told = {message(text, today=self.kept.today, names=self.kept.names) for text in texts}
            self.kept.write(f"messages-{phone}", "\n".join([f"SMS {phone}", "", *sorted(told)]))

    def static(self) -> None:
        """The files that the pages ask for."""
        for name, address in sorted({(self._file(root, path), root + path[1:]) for root, path in self.kept.static}):
            self.kept.answer(name, httpx.get(address, trust_env=False, timeout=30))

    def _file(self, root: str, path: str) -> str:
        plain = path.removeprefix("/static/").replace("/", "-").split(".")
        return f"static-{'first' if root.startswith(self.house.first) else 'second'}-{plain[0]}-{plain[-1]}"


def save(folder: Path, checkout: Path) -> int:
    """Walk and keep; 1 when a part got stuck."""
    begin = time.monotonic()
    with running_house(checkout) as house:
        names = {house.first: "«first»", house.second: "«second»", house.standins: "«stand-ins»"}
        names |= {address.removeprefix("http://"): name for address, name in names.items()}
        kept = Kept(folder, names)
        walk = Walk(house, kept)
        parts: list[Callable[[], None]] = [walk.moving, walk.living, walk.entering, walk.foreign, walk.statuses]
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            running = [pool.submit(part) for part in (*parts, walk.open_pages)]
        faults = [fault for each in running if (fault := each.exception())]
        for fault in faults:
            traceback.print_exception(fault, limit=-4)
        walk.messages()
        walk.static()
    files = list(folder.glob("*.txt"))
    figures = {"states": len(files), "pages": len(_pages(files)), "seconds": round(time.monotonic() - begin)}
    print(json.dumps({"prove": "pages", **figures, "stuck": len(faults)}))
    return 1 if faults else 0


def compare(first: Path, second: Path) -> int:
    """Print what differs; 1 when anything does or a folder is empty."""
    names = [{path.name for path in folder.glob("*.txt")} for folder in (first, second)]
    both, differ = names[0] & names[1], 0
    for name in sorted(names[0] ^ names[1]):
        print(f"only in {first if name in names[0] else second}: {name}")
    for name in sorted(both):
        texts = [(folder / name).read_text("utf-8") for folder in (first, second)]
        sides = texts if texts[0] == texts[1] else [*map(shown_whole, texts)]
        if sides[0] != sides[1]:
            differ += 1
            old, new = (side.splitlines() for side in sides)
            print(*difflib.unified_diff(old, new, f"{first}/{name}", f"{second}/{name}", n=2, lineterm=""), sep="\n")
    figures = {"states": len(both), "pages": len(_pages([first / name for name in both])), "differ": differ}
    missing = len(names[0] ^ names[1])
    print(json.dumps({"prove": "pages", **figures, "missing": missing}))
    return 1 if differ or missing or not both else 0


def shown_whole(text: str) -> str:
    """A kept answer with the white space of its body brought to what shows, where it is a page."""
    head, _, body = text.partition("\n\n")
    return "\n".join([head, "", *shown(body)]) if "content-type: text/html" in head else text


def _pages(files: list[Path]) -> set[str]:
    """The addresses that were asked, without queries."""
    return {path.read_text("utf-8").partition("\n")[0].partition("?")[0] for path in files}


def main() -> int:
    """Read the arguments and do it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    saving = commands.add_parser("save")
    saving.add_argument("folder", type=Path)
    saving.add_argument("--checkout", type=Path, default=ROOT)
    comparing = commands.add_parser("compare")
    comparing.add_argument("first", type=Path)
    comparing.add_argument("second", type=Path)
    chosen = parser.parse_args()
    if chosen.command == "compare":
        return compare(chosen.first, chosen.second)
    if shutil.which("pdftotext") is None:
        parser.error("pdftotext is missing: apt-get install poppler-utils")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the house is stopped and its folder removed
    return save(chosen.folder.resolve(), chosen.checkout.resolve())


if __name__ == "__main__":
    sys.exit(main())
