"""The eight steps: empty, wrong, right, left and come back to, by people of every status."""

import re
from typing import Any

from prove.support.walk.browser import Fields, Files, Stuck, Visitor
from prove.support.walk.people import PASSWORD, SECTIONS, USCC, Person, picture, qualification, rows
from prove.support.walk.strangers import register

CODE = "photo_receipt_code"
NUMBER = re.compile(r"[A-Z]{2}-\d{4}-\d{4}-\d{4}")


def wrong(person: Person, slug: str) -> dict[str, Fields]:
    """Answers that a step must refuse, by what is wrong with them."""
    right = person.section(slug)
    late = {"started_on": "2016-01-01", "ended_on": "2015-01-01", "employer_name": "某示例单位"}
    employment = {
        "dates": right | {"accounting_start_date": "1990-13-01"},
        "code": right | {"employer_uscc": USCC[:-1] + "A", "employer_phone": "12"},
        "place": right | {"division_code": "110101"},
        "status": right | {"employment_status": "9"},
        "period": right | rows("periods", late),
        "young": right | {"accounting_start_date": "1995-01-01"},
    }
    found = {
        "personal": {"values": right | {"email": "nobody", "ethnic_group": "99"}},
        "education": {
            "dates": right | {"full_time_graduated_on": "1990-07-01"},
            "degree": right | {"full_time_level": "41", "full_time_degree": "412"},
            "half": right | {"part_time_level": "21"},
        },
        "employment": employment,
        "professional": {
            "cpa": right | {"is_cpa": "on", "cpa_number": "1"},
            "row": right | rows("qualifications", {"category": "01", "level": "1"}),
            "twice": right | rows("qualifications", *[qualification("1", "2013-05-20")] * 2),
            "talent": right | rows("talents", {"programme": "01", "selected_year": "1850", "status": "2"}),
            "none": right | rows("qualifications"),
        },
        "awards": {"row": right | rows("awards", {"name": "", "level": "3"})},
    }  # fmt: skip
    return found[slug]


def beginning(visitor: Visitor, person: Person) -> None:
    """Register, and look at everything that needs a record before there is one."""
    register(visitor, person, "new")
    visitor.open("/me/", "me-not-started")
    early = ("/collection/review/", "/collection/done/", "/collection/education/", "/changes/", "/me/history/")
    for path in (*early, "/me/archive/", "/transfers/out/", "/me/corrections/", "/me/corrections/new/", "/me/data/"):
        visitor.open(path, "early-" + path.strip("/").replace("/", "-"))


def whole(visitor: Visitor, person: Person) -> str:
    """All steps with everything that can go wrong at them; the reference number."""
    visitor.open("/collection/", "overview-new")
    visitor.open("/collection/notice/", "notice")
    visitor.send("/collection/notice/", {}, "notice-empty", blank=True)
    visitor.must("/collection/notice/", {"truthful": "on"}, "notice")
    for slug in SECTIONS:
        path = f"/collection/{slug}/"
        visitor.open(path, f"{slug}-new")
        visitor.send(path, {}, f"{slug}-empty", blank=True)
        for name, fields in wrong(person, slug).items():
            files = {} if slug == "personal" else person.files(slug)
            visitor.send(path, fields, f"{slug}-wrong-{name}", files=files)
        if slug == "personal":
            wrong_pictures(visitor, person)
        if slug == "employment":
            employers(visitor, person)
        if slug in ("professional", "awards"):
            added = {"action": "add-qualifications" if slug == "professional" else "add-awards"}
            visitor.send(path, person.section(slug) | added, f"{slug}-row-added")
            gone = {"action": added["action"].replace("add", "remove") + "-0"}
            visitor.send(path, person.section(slug) | gone, f"{slug}-row-removed")
        save(visitor, person, slug)
        visitor.open("/me/" if slug == "education" else "/collection/", f"after-{slug}")
        visitor.open(path, f"{slug}-again")
    visitor.open("/collection/review/", "review")
    coming_back(visitor, person)
    visitor.must("/collection/review/", {}, "submit")
    return finished(visitor)


def save(visitor: Visitor, person: Person, slug: str, name: str = "{}") -> None:
    """Valid answers for one step; a photo by receipt must be there already."""
    path, fields, files = f"/collection/{slug}/", person.section(slug), person.files(slug)
    if slug == "personal" and CODE in visitor.open(path):
        del files["photo"]
    visitor.must(path, fields, name.format(slug), files=files)


def plain(visitor: Visitor, person: Person) -> None:
    """Registered and collected, with nothing kept."""
    register(visitor, person)
    visitor.must("/collection/notice/", {"truthful": "on"})
    for slug in SECTIONS:
        save(visitor, person, slug, "")
    visitor.must("/collection/review/", {})


def coming_back(visitor: Visitor, person: Person) -> None:
    """From the check page to a step and back; and a page that was saved elsewhere meanwhile."""
    path = "/collection/education/?then=review"
    visitor.open(path, "education-from-review")
    old = visitor.form(path)
    visitor.must(path, {"full_time_school": "改名后的示例大学"}, "education-from-review-saved")
    stale = visitor.post("/collection/education/", old | {"full_time_school": "另一所示例大学"}, "education-stale")
    if stale.status_code != 409:
        raise Stuck(f"a stale page was answered {stale.status_code}")


def finished(visitor: Visitor) -> str:
    """What stands there afterwards; the reference number."""
    page = visitor.open("/collection/done/", "done")
    visitor.open("/me/", "me-collected")
    for path in ("/collection/", "/collection/notice/", "/collection/review/", "/collection/awards/"):
        visitor.open(path, "collected-" + path.strip("/").replace("/", "-"))
    number = NUMBER.search(page)
    if not number:
        raise Stuck(f"{visitor.part}: no reference number")
    return number[0]


def wrong_pictures(visitor: Visitor, person: Person) -> None:
    """Files that are no pictures, too small, too large; then one that is good in a form that is not."""
    bad: dict[str, tuple[str, bytes, str]] = {
        "text": ("照片.jpg", b"no picture", "image/jpeg"),
        "tiny": picture("照片", 60, 80),
        "large": ("照片.jpg", picture("照片", 600, 800)[1] + bytes(11 * 2**20), "image/jpeg"),
        "wide": picture("照片", 1600, 200),
    }
    path, fields = "/collection/personal/", person.section("personal")
    if CODE in visitor.open(path):
        return
    for name, photo in bad.items():
        visitor.send(path, fields, f"personal-picture-{name}", files={"photo": photo})
    good: Files = person.files("personal")
    page = visitor.send(path, {"email": "nobody"}, "personal-picture-kept", files={"photo": good["photo"]}).text
    shown = re.search(r"/attachments/[0-9a-f-]{36}/(?:crop/)?", page)
    if not shown:
        raise Stuck("a good picture in a bad form was not kept")
    root = shown[0].removesuffix("crop/")
    visitor.open(root, "picture")
    visitor.open(root, "picture-from-elsewhere", **{"Sec-Fetch-Site": "cross-site"})
    for action in ("zoom_in", "left", "up", "reset"):
        visitor.send(f"{root}crop/", {"action": action}, f"crop-{action}")


def employers(visitor: Visitor, person: Person) -> None:
    """Employer search without script and with it."""
    path, fields = "/collection/employment/", person.section("employment")
    for name, words in {"found": "示例", "nothing": "火星", "short": "示"}.items():
        typed: dict[str, Any] = fields | {"employer_name": words, "action": "search_employer"}
        visitor.send(path, typed, f"employers-{name}")
        visitor.open(f"/collection/employers/?q={words}", f"employers-script-{name}")
    page = visitor.send(path, fields | {"employer_name": "示例", "action": "search_employer"}).text
    found = re.search(r'name="fill_employer" value="([0-9A-Z]{18})"', page)
    if not found:
        raise Stuck("no employer to pick")
    visitor.send(path, fields | {"employer_name": "示例", "fill_employer": found[1]}, "employers-filled-in")
    visitor.send(path, fields | {"action": "add-periods"}, "employment-row-added")


def another_session(visitor: Visitor, person: Person, name: str, password: str = PASSWORD) -> Visitor:
    """The same person in another browser."""
    other = Visitor(visitor.kept, visitor.base, f"{visitor.part}-{name}")
    other.must("/login/", {"document_number": person.number, "password": password}, "login")
    return other
