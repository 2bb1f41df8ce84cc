"""A profile: everything one registry (归口平台) decides for itself, read from a TOML file and checked once.

``KUAIJI_PROFILE`` names a file of ``profiles/`` or is the path of one. A third registry needs such a file and a logo
beside it, nothing else (design: "a profile, not a fork"; docs/new-platform.md).
"""

import dataclasses
import datetime as dt
import functools
import json
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from kuaiji.common import environment

FOLDER = Path(__file__).resolve().parent.parent / "profiles"
_CLOSED = ConfigDict(extra="forbid", strict=True)


Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]  # nothing else gets into a style sheet


class ProfileError(Exception):
    """The profile's file lacks something, says too much, or says it in the wrong type."""


@dataclass(frozen=True, slots=True, config=_CLOSED)
class SmsTemplate:
    """One message: ``text`` with {names}, the order of its parameters, and ``ids``, under which providers know it.

    ``version`` counts the wordings: it is kept beside what was sent.
    """

    text: str
    ids: dict[str, str]
    parameters: tuple[str, ...]
    version: int = 1


@dataclass(frozen=True, slots=True, config=_CLOSED)
class OtherPlatform:
    """A neighbour whose people come here by mistake (R1.6)."""

    code: str
    title: str
    region: str
    address: str
    wechat: str


@dataclass(frozen=True, slots=True, config=_CLOSED)
class Colours:
    """What the style sheet calls ``--k-…``, as #rrggbb: the head, what can be pressed, and their paler companions."""

    deep: Colour
    blue: Colour
    blue_dark: Colour
    wash: Colour
    edge: Colour
    now: Colour
    red: Colour


@dataclass(frozen=True, slots=True, config=_CLOSED)
class Filings:
    """What a government's site shows in its foot, as it was given to this one; empty where it has not been.

    ``icp``: ICP 备案号; ``police``: 公安备案号, with ``police_code``, its digits; ``site_code``: 政府网站标识码;
    ``report_errors``: the site's address at 政府网站找错.
    """

    icp: str
    police: str
    police_code: Annotated[str, Field(pattern=r"^[0-9]*$")]
    site_code: str
    report_errors: Annotated[str, Field(pattern=r"^(https://.+)?$")]


@dataclass(frozen=True, slots=True, config=_CLOSED)
class OwnBureau:
    """A finance bureau that the shipped directory does not know. ``division`` is its code, or its zone's."""

    city: str
    unit: str
    division: str
    phones: tuple[str, ...]
    address: str


@dataclass(frozen=True, slots=True, config=_CLOSED)
class Profile:
    """One registry. ``code`` is its row of platforms.csv; ``excluded`` are divisions that another one serves.

    ``logo`` is an SVG file beside the profile. With ``photo_source`` ``receipt`` the ID photo comes from a photo
    service, by the code of its receipt (回执码), and ``photo_receipt_how`` says how one gets there.
    ``transfer_review_days``: working days until the system decides on a transfer, and those that a claim from a phone
    we have not known before waits. ``messages_off``: messages of docs/messages.md that are not sent here; none that a
    person must have.
    """

    slug: str
    code: str
    title: str
    organiser: str
    region: str
    logo: Path
    colours: Colours
    filings: Filings
    collection_door: str
    work_question: str
    official_address: str
    wechat: str
    technical_support_serial: str
    territory: str
    excluded: tuple[str, ...]
    own_level_hint: str
    places_example: str
    phone_example: str
    bureaux: tuple[OwnBureau, ...]
    photo_source: Literal["upload", "receipt"]
    photo_ready: str
    photo_receipt_how: str
    reference_prefix: str
    up_to_date_months: int
    draft_days: int
    correction_days: int
    phone_lost_days: int
    transfer_review_days: tuple[int, ...]
    sms_signature: str
    others: tuple[OtherPlatform, ...]
    sms: dict[str, SmsTemplate]
    browsers: tuple[str, ...]
    notice_version: str
    privacy_version: str
    notice_date: dt.date
    messages_off: tuple[str, ...] = ()


@functools.cache
def profile() -> Profile:
    """The profile this process serves; raises ProfileError when its file is not whole.

    ``KUAIJI_NEIGHBOURS`` (``440300=http://127.0.0.1:8001``, comma separated) says where neighbours run in demo.
    """
    ours = load(environment.PROFILE.get())
    moved = environment.NEIGHBOURS.get()
    others = (dataclasses.replace(other, address=moved.get(other.code, other.address)) for other in ours.others)
    return dataclasses.replace(ours, others=tuple(others))


def load(name: str) -> Profile:
    """Read ``name`` (a slug of ``profiles/`` or a path). Raises ProfileError, naming the first key that is wrong."""
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    try:
        with path.open("rb") as file:
            read = tomllib.load(file)
        # By way of JSON, whose lists may be tuples and whose texts may be paths and dates, and nothing else is turned.
        made = TypeAdapter(Profile).validate_json(json.dumps(read, default=str))
    except FileNotFoundError:
        raise ProfileError(f"no profile at {path}") from None
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{path.name} is no TOML: {error}") from None
    except ValidationError as error:
        raise ProfileError(f"{path.name}: {_fault(error)}") from None
    made = dataclasses.replace(made, logo=path.parent / made.logo)
    if not made.logo.is_file():
        raise ProfileError(f"{path.name}: no logo at {made.logo}")
    return made


def _fault(error: ValidationError) -> str:
    """All keys that are missing, or unknown, in one place; else the first value that is wrong, and what it must be."""
    faults = error.errors(include_url=False)
    for kind, words in (("missing", "missing"), ("unexpected_keyword_argument", "unknown")):
        if named := [".".join(map(str, fault["loc"])) for fault in faults if fault["type"] == kind]:
            return f"{words} {', '.join(sorted(named))}"
    first = faults[0]
    place, found, context = ".".join(map(str, first["loc"])), repr(first["input"]), first.get("ctx", {})
    match first["type"]:
        case "string_pattern_mismatch":
            return f"{place} is not of the form #0a2f66: {found}"
        case "literal_error":
            return f"{place}: {found} is none of {str(context['expected']).replace(' or ', ', ').replace(chr(39), '')}"
    return f"{place}: {found}: {first['msg']}"
