"""A profile: everything one registry (归口平台) decides for itself, read from a TOML file and checked once.

``KUAIJI_PROFILE`` names a file of ``profiles/`` or is the path of one. A third registry needs such a file and a logo
beside it, nothing else (design: "a profile, not a fork"; docs/new-platform.md).
"""

import dataclasses
import datetime as dt
import functools
import re
import tomllib
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from kuaiji.common import environment

FOLDER = Path(__file__).resolve().parent.parent / "profiles"
_COLOUR = re.compile(r"#[0-9a-f]{6}")


class ProfileError(Exception):
    """The profile's file lacks something, says too much, or says it in the wrong type."""


@dataclasses.dataclass(frozen=True, slots=True)
class SmsTemplate:
    """One registered message: ``text`` with {names}, the provider's id, and the order of its parameters."""

    text: str
    tencent_id: str
    parameters: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class OtherPlatform:
    """A neighbour whose people come here by mistake (R1.6)."""

    code: str
    title: str
    region: str
    address: str
    wechat: str


@dataclasses.dataclass(frozen=True, slots=True)
class Colours:
    """What the style sheet calls ``--k-…``, as #rrggbb: the head, what can be pressed, and their paler companions."""

    deep: str
    blue: str
    blue_dark: str
    wash: str
    edge: str
    now: str
    red: str

    def __post_init__(self) -> None:
        """Raise ProfileError for what is no colour: it goes into a style sheet."""
        for name in self.__slots__:
            if not _COLOUR.fullmatch(getattr(self, name)):
                raise ProfileError(f"colours: {name} is not of the form #0a2f66")


@dataclasses.dataclass(frozen=True, slots=True)
class OwnBureau:
    """A finance bureau that the shipped directory does not know. ``division`` is its code, or its zone's."""

    city: str
    unit: str
    division: str
    phones: tuple[str, ...]
    address: str


@dataclasses.dataclass(frozen=True, slots=True)
class Profile:
    """One registry. ``code`` is its row of platforms.csv; ``excluded`` are divisions that another one serves.

    ``logo`` is an SVG file beside the profile. With ``photo_source`` ``receipt`` the ID photo comes from a photo
    service, by the code of its receipt (回执码), and ``photo_receipt_how`` says how one gets there.
    ``transfer_review_days``: working days until the system decides on a transfer, and those that a claim from a phone
    we have not known before waits.
    """

    slug: str
    code: str
    title: str
    organiser: str
    region: str
    logo: Path
    colours: Colours
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
    """Read ``name`` (a slug of ``profiles/`` or a path)."""
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    try:
        with path.open("rb") as file:
            made: Profile = _build(Profile, tomllib.load(file), path.name)
    except FileNotFoundError:
        raise ProfileError(f"no profile at {path}") from None
    made = dataclasses.replace(made, logo=path.parent / made.logo)
    if not made.logo.is_file():
        raise ProfileError(f"{path.name}: no logo at {made.logo}")
    return made


def _build(cls: type, values: dict[str, Any], where: str) -> Any:
    hints = get_type_hints(cls)
    if missing := hints.keys() - values.keys():
        raise ProfileError(f"{where}: missing {', '.join(sorted(missing))}")
    if unknown := values.keys() - hints.keys():
        raise ProfileError(f"{where}: unknown {', '.join(sorted(unknown))}")
    return cls(**{key: _convert(hints[key], value, f"{where}: {key}") for key, value in values.items()})


def _convert(hint: Any, value: Any, where: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple:
        return tuple(_convert(arguments[0], item, where) for item in _expect(list, value, where))
    if origin is dict:
        return {key: _convert(arguments[1], item, where) for key, item in _expect(dict, value, where).items()}
    if hint is Path:
        return Path(_expect(str, value, where))
    if origin is Literal:
        if value not in arguments:
            raise ProfileError(f"{where}: {value!r} is none of {', '.join(arguments)}")
        return value
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, _expect(dict, value, where), where)
    return _expect(hint, value, where)


def _expect(kind: type, value: Any, where: str) -> Any:
    if type(value) is not kind:
        raise ProfileError(f"{where}: {value!r} is not {kind.__name__}")
    return value
