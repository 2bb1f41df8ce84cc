"""Values of made-up people that may turn up nowhere in the clear, the forms they could take, and looking for them."""

import base64
import contextlib
import dataclasses
import io
import json
import random
import re
import sys
import urllib.parse
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from PIL import Image

from people.persons import Fields, Files, Person, make_person

RUN = 64  # bytes of a picture
WORD = 4
# Too short for the words, and alone: other digits could hold it by chance.
CODE = re.compile(rb"(?<![0-9A-Za-z.])[0-9]{6}(?![0-9A-Za-z])")
LONG_NUMBERS = ("01", "06", "07", "08")  # document types whose numbers are too long for chance
# Answers that stand plainly in the database by their column's comment, and nowhere else.
PLAIN_ANSWERS = ("employer_name", "employer_address", "school_name", "full_time_school", "awards-0-name")


@dataclasses.dataclass(frozen=True)
class Canary:
    """One value. ``plain`` names what a column's comment must begin with where the value may stand in the database."""

    what: str
    value: bytes
    plain: str = ""


@dataclasses.dataclass(frozen=True)
class Hit:
    """A canary found, in the form ``form``, ``at`` so many bytes into what was searched."""

    canary: Canary
    form: str
    at: int


class Search:
    """Finds any of ``canaries`` in any form.

    Seven bytes hold four that begin at a multiple of four: only needles of which such a word is there are looked for.
    """

    def __init__(self, canaries: Iterable[Canary]) -> None:
        self._needles = {needle: (canary, form) for canary in canaries for form, needle in forms(canary.value)}
        self._words: dict[int, list[bytes]] = {}
        for needle in self._needles:
            for start in range(WORD if not CODE.fullmatch(needle) else 0):
                word = int.from_bytes(needle[start : start + WORD], sys.byteorder)
                self._words.setdefault(word, []).append(needle)

    def __call__(self, data: bytes) -> Iterator[Hit]:
        """What is found in ``data``."""
        words = memoryview(data)[: len(data) // WORD * WORD].cast("I")
        for needle in {needle for word in set(self._words).intersection(words) for needle in self._words[word]}:
            for match in re.finditer(re.escape(needle), data):
                yield Hit(*self._needles[needle], match.start())
        for match in CODE.finditer(data):
            if match[0] in self._needles:
                yield Hit(*self._needles[match[0]], match.start())


def forms(value: bytes) -> Iterator[tuple[str, bytes]]:
    """``value`` as logs, dumps, addresses and programs could write it; as it is comes last, some forms may equal it."""
    with contextlib.suppress(UnicodeDecodeError):
        text = value.decode()
        yield from (("utf-16", text.encode("utf-16-le")), ("utf-16", text.encode("utf-16-be")))
        yield "json", json.dumps(text)[1:-1].encode()
    yield from (("hex", value.hex().encode()), ("hex", value.hex().upper().encode()))
    for shift in range(3):  # base64 of something that holds it, wherever it begins
        head, end = -(-shift * 8 // 6), (shift + len(value)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield "base64", encode(bytes(shift) + value)[head:end]
    quoted = urllib.parse.quote(value, safe="")
    yield from (("url", quoted.encode()), ("url", re.sub("%..", lambda match: match[0].lower(), quoted).encode()))
    yield "plain", value


def make_carrier(rng: random.Random, *, status: str, name: str = "", phone: str = "") -> Person:
    """A made-up person all of whose words, files and numbers are of nobody else."""
    own = name or f"{rng.choice('赵钱孙李')}{word(rng, 3)}"
    person = make_person(rng, status=status, document_type=rng.choice(LONG_NUMBERS), name=own)
    sections = {slug: {**fields} for slug, fields in person.sections.items()}
    sections["personal"]["email"] = f"{rng.randbytes(8).hex()}@example.com"
    sections["awards"] = {"awards-TOTAL_FORMS": "1", "awards-INITIAL_FORMS": "0", "awards-0-level": "3"}
    sections["awards"]["awards-0-name"] = word(rng, 8)
    for fields in sections.values():
        for answer in fields.keys() & {*PLAIN_ANSWERS, "residence_address"}:
            fields[answer] = word(rng, 8)
    files = {slug: _own_files(rng, files) for slug, files in person.files.items()}
    phone = phone or person.phone
    details = person.details | {"phone": phone}
    return dataclasses.replace(person, phone=phone, details=details, sections=sections, files=files)


def canaries_of(person: Person) -> list[Canary]:
    """What may leak of a person made by ``make_carrier``."""
    answers: Fields = {}
    for fields in person.sections.values():
        answers |= fields
    sealed = {
        "document number": person.document_number,
        "phone": person.phone,
        "password": person.password,
        "e-mail": answers["email"].partition("@")[0],
        "residence": answers.get("residence_address", ""),
    }
    found = [Canary(what, value.encode()) for what, value in sealed.items() if value]
    found += [Canary(name, answers[name].encode(), "personal") for name in PLAIN_ANSWERS if name in answers]
    for file_name, data, _ in (file for files in person.files.values() for file in files.values()):
        found += [Canary("file name", PurePath(file_name).stem.encode()), *picture_canaries("uploaded picture", data)]
    return found


def name_canary(person: Person) -> Canary:
    """The name, which stands plainly in seven columns (docs/adr/0016 and 0119)."""
    return Canary("name", person.name.encode(), "personal: plain")


def code_canary(code: str) -> Canary:
    """A code from a message; by chance it may be the number of a place, in the tables that are public."""
    return Canary("code", code.encode(), "public")


def picture_canaries(what: str, jpeg: bytes) -> list[Canary]:
    """Three runs of a picture's own bytes: past the tables at its start, which all pictures share."""
    assert len(jpeg) > 6 * RUN
    return [Canary(what, jpeg[at : at + RUN]) for at in (len(jpeg) // 2, len(jpeg) * 3 // 4, len(jpeg) - 2 * RUN)]


def word(rng: random.Random, length: int) -> str:
    """Characters that make no sense together."""
    return "".join(chr(rng.randrange(0x4E00, 0x9FA0)) for _ in range(length))


def _own_files(rng: random.Random, files: Files) -> Files:
    return {field: (f"{word(rng, 8)}.jpg", _noise(rng, data), kind) for field, (_, data, kind) in files.items()}


def _noise(rng: random.Random, jpeg: bytes) -> bytes:
    """A picture of that size which looks like no other."""
    with Image.open(io.BytesIO(jpeg)) as like:
        width, height = like.size
    out = io.BytesIO()
    Image.frombytes("RGB", (width // 8, height // 8), rng.randbytes(width // 8 * (height // 8) * 3)).resize(
        (width, height)
    ).save(out, "JPEG", quality=80)
    return out.getvalue()
