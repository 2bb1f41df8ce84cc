"""A profile: everything one registry (归口平台) decides for itself, read from a TOML file and checked once.

``KUAIJI_PROFILE`` names a file of ``profiles/`` or is the path of one. A third registry needs such a file and
nothing else (design: "a profile, not a fork").
"""

import dataclasses
import datetime as dt
import functools
import os
import tomllib
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

FOLDER = Path(__file__).resolve().parent.parent / "profiles"


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
class Profile:
    """One registry. ``code`` is its row of platforms.csv; ``excluded`` are divisions that another one serves."""

    slug: str
    code: str
    title: str
    organiser: str
    region: str
    work_question: str
    official_address: str
    wechat: str
    technical_support_serial: str
    territory: str
    excluded: tuple[str, ...]
    reference_prefix: str
    up_to_date_months: int
    draft_days: int
    correction_days: int
    phone_lost_days: int
    sms_signature: str
    others: tuple[OtherPlatform, ...]
    sms: dict[str, SmsTemplate]
    browsers: tuple[str, ...]
    notice_version: str
    privacy_version: str
    notice_date: dt.date


@functools.cache
def profile() -> Profile:
    """The profile this process serves; raises ProfileError when its file is not whole."""
    return load(os.environ.get("KUAIJI_PROFILE", "guangdong"))


def load(name: str) -> Profile:
    """Read ``name`` (a slug of ``profiles/`` or a path)."""
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    try:
        with path.open("rb") as file:
            made: Profile = _build(Profile, tomllib.load(file), path.name)
            return made
    except FileNotFoundError:
        raise ProfileError(f"no profile at {path}") from None


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
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, _expect(dict, value, where), where)
    return _expect(hint, value, where)


def _expect(kind: type, value: Any, where: str) -> Any:
    if type(value) is not kind:
        raise ProfileError(f"{where}: {value!r} is not {kind.__name__}")
    return value
