"""The whole journey by people who do everything wrong once, and who knock at doors that are not there."""

import re
import time
from collections.abc import Iterator

import httpx

from people.canaries import Canary, picture_canaries
from people.http_visitor import SECTIONS, HttpVisitor, Stuck, faults, hidden_fields
from people.persons import Fields, Files, Person

PICTURE = re.compile(r"/attachments/[0-9a-f-]{36}/")
TOO_MUCH = 600_000
TOO_MANY = 1_001


def refused(visitor: HttpVisitor, path: str, fields: Fields, files: Files | None = None, *, status: int = 422) -> str:
    """Post the form of ``path``, which answers with ``status``; the page. Raises Stuck when it does not."""
    data = hidden_fields(visitor.get(path)) | fields
    answer = visitor.client.post(path, data=data, files=files or None)
    if answer.status_code != status:
        raise Stuck(f"POST {path}: {answer.status_code} instead of {status} {faults(answer.text)}")
    return answer.text


def start(visitor: HttpVisitor, person: Person) -> None:
    """The two questions; the details without a name, then with everything: a code was asked for."""
    answers = person.questions
    refused(visitor, "/register/", {})
    visitor.send("/register/", answers)
    refused(visitor, "/register/details/", person.details | {"name": "", "action": "send_code"})
    visitor.send("/register/details/", person.details | {"action": "send_code"})


def register(visitor: HttpVisitor, person: Person) -> None:
    """A wrong code and a password that is too short on the way to being signed in."""
    start(visitor, person)
    code = visitor.code_for(person.phone)
    typed = person.details | {"action": "register"}
    refused(visitor, "/register/details/", typed | {"sms_code": other_than(code)})
    visitor.send("/register/details/", typed | {"sms_code": code})
    refused(visitor, "/register/password/", {"password1": person.password[:5]})
    visitor.send("/register/password/", {"password1": person.password})


def collect(visitor: HttpVisitor, person: Person) -> list[Canary]:
    """Each section once with a fault, the crop moved, an old page sent again; what the stored pictures look like."""
    refused(visitor, "/collection/notice/", {})
    visitor.send("/collection/notice/", {"truthful": "on"})
    stored: list[Canary] = []
    for slug in SECTIONS:
        path, fields = f"/collection/{slug}/", person.sections[slug]
        refused(visitor, path, fields | {at_fault: f"{fields[at_fault]}\t?" for at_fault in FAULTS[slug]})
        if slug == "employment":
            search_employer(visitor, fields)
        visitor.send(path, fields, person.files.get(slug))
        stored += stored_pictures(visitor, path)
    refused(visitor, "/collection/personal/", person.sections["personal"] | changed_and_old(person), status=409)
    visitor.send("/collection/review/", {})
    visitor.get("/collection/done/")
    return stored


FAULTS = {
    "personal": ("email",),
    "education": ("full_time_graduated_on",),
    "employment": ("division_code",),
    "professional": ("abacus_level",),
    "awards": ("awards-0-level",),
}


def changed_and_old(person: Person) -> Fields:
    """Another e-mail from a page opened before the last save."""
    return {"email": f"x{person.sections['personal']['email']}", "revision": "0"}


def search_employer(visitor: HttpVisitor, fields: Fields) -> None:
    """With script and without."""
    name = fields.get("employer_name", "示例")
    visitor.client.get("/collection/employers/", params={"q": name})
    data = hidden_fields(visitor.get("/collection/employment/")) | fields | {"action": "search_employer"}
    visitor.client.post("/collection/employment/", data=data)


def stored_pictures(visitor: HttpVisitor, path: str) -> list[Canary]:
    """Look at the pictures of a page, and move the crop where it can be moved."""
    page, found = visitor.get(path), []
    for address in sorted(set(PICTURE.findall(page))):
        if f"{address}crop/" in page:
            visitor.send(f"{address}crop/", {"action": "zoom_in"})
        found += picture_canaries("stored picture", visitor.client.get(address).content)
    return found


def come_back(visitor: HttpVisitor, person: Person) -> None:
    """Sign out, sign in with a wrong password and with the right one, look oneself up in the directory."""
    sign_out(visitor)
    typed = {"document_number": person.document_number.lower(), "password": person.password}
    refused(visitor, "/login/", typed | {"password": f"{person.password}x"})
    visitor.send("/login/", typed)
    visitor.get("/me/")
    visitor.client.get("/directory/", params={"q": person.name})


def sign_out(visitor: HttpVisitor) -> None:
    """Press 退出."""
    visitor.client.post("/logout/", data=hidden_fields(visitor.get("/me/")))


def recover(visitor: HttpVisitor, person: Person) -> None:
    """A forgotten password: a wrong code, a short one, and a new one. Waits until a code may be asked for again."""
    sign_out(visitor)
    typed = {"document_number": person.document_number, "phone": person.phone}
    before = visitor.code_for(person.phone)
    visitor.send("/recover/", typed | {"action": "send_code"})
    code = next_code(visitor, person.phone, before)
    refused(visitor, "/recover/", typed | {"sms_code": other_than(code), "action": "recover"})
    visitor.send("/recover/", typed | {"sms_code": code, "action": "recover"})
    new = f"{person.password}-2"
    refused(visitor, "/recover/password/", {"password1": new[:5]})
    visitor.send("/recover/password/", {"password1": new})


def next_code(visitor: HttpVisitor, phone: str, before: str) -> str:
    """The code after ``before``."""
    deadline = time.monotonic() + 30
    while (code := visitor.code_for(phone)) == before:
        if time.monotonic() > deadline:
            raise Stuck("no second message came")
        time.sleep(0.2)
    return code


def knock(visitor: HttpVisitor, person: Person) -> set[int]:
    """Send everything typed to doors that are not there or do not take it; the statuses of the answers."""
    typed = person.details | {"password": person.password}
    token = hidden_fields(visitor.get("/login/"))
    client = visitor.client
    answers = [
        client.post("/no/such/door/", data=token | typed),
        client.post("/me/", data=token | typed),
        client.post("/login/", data=typed),
        client.post("/login/", data=token | typed | {"more": "x" * TOO_MUCH}),
        client.post("/login/", data=token | typed | {f"field{n}": "x" for n in range(TOO_MANY)}),
        client.post("/login/", content=in_pieces(typed)),
        *by_hand(str(client.base_url), typed),
    ]
    return {answer.status_code for answer in answers}


def by_hand(base_url: str, typed: Fields) -> list[httpx.Response]:
    """What somebody types into the address, where a log of addresses would keep it."""
    with httpx.Client(base_url=base_url, trust_env=False) as client:
        return [
            client.get("/no/such/door/", params=typed),
            client.get("/login/", params=typed, headers={"Referer": f"{base_url}/?{typed['phone']}"}),
            *(client.get(f"/{value}/", headers={b"X-Request-ID": value.encode()}) for value in typed.values() if value),
        ]


def in_pieces(typed: Fields) -> Iterator[bytes]:
    """A body that does not say how long it is."""
    for name, value in typed.items():
        yield f"{name}={value}&".encode()


def other_than(code: str) -> str:
    """Six wrong digits."""
    return f"{(int(code) + 1) % 10**6:06}"
