"""Texts that people are shown, by version: a file each, ``data/<key>/<version>.toml``.

The profile says which version is in force. A file that has been published is never edited: a change is a new version,
and who has gone on with an older one is asked once more (texts.services).
"""

import dataclasses
import datetime as dt
import functools
import tomllib
from pathlib import Path

from kuaiji.common.profile import Profile, profile
from kuaiji.identity.enums import TextKey

FOLDER = Path(__file__).resolve().parent / "data"


@dataclasses.dataclass(frozen=True, slots=True)
class TextPart:
    """A heading and what stands below it: paragraphs, a list, a last paragraph."""

    heading: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...]
    closing: str


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """One version of a text, in the words of this platform."""

    key: TextKey
    version: str
    since: dt.date
    parts: tuple[TextPart, ...]

    @property
    def title(self) -> str:
        return str(self.key.label)


def current_text(key: TextKey) -> Text:
    """The version in force; raises KeyError when the profile names one that has no file."""
    return find_text(
        key, {TextKey.PRIVACY: profile().privacy_version, TextKey.COLLECTION: profile().notice_version}[key]
    )


def find_text(key: TextKey, version: str) -> Text:
    """That version; raises KeyError when there is none."""
    return text_versions(key)[version]


@functools.cache
def text_versions(key: TextKey) -> dict[str, Text]:
    """Every version there has been, the newest first."""
    read = [_read(key, path) for path in (FOLDER / key).glob("*.toml")]
    return {text.version: text for text in sorted(read, key=lambda text: text.since, reverse=True)}


def _read(key: TextKey, path: Path) -> Text:
    raw, ours = tomllib.loads(path.read_text(encoding="utf-8")), profile()
    parts = tuple(
        TextPart(
            part["heading"],
            tuple(_filled(text, ours) for text in part.get("paragraphs", [])),
            tuple(_filled(text, ours) for text in part.get("items", [])),
            _filled(part.get("closing", ""), ours),
        )
        for part in raw["parts"]
    )
    return Text(key, path.stem, raw["since"], parts)


def _filled(text: str, ours: Profile) -> str:
    for name, value in (
        ("title", ours.title),
        ("organiser", ours.organiser),
        ("region", ours.region),
        ("photo", ours.photo_ready),
    ):
        text = text.replace(f"{{{name}}}", value)
    return text
