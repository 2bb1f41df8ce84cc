"""附件用途: what pictures are for. The app that asks for a picture registers its purpose in its ``apps.py``."""

import dataclasses

from kuaiji.attachments.pictures.imaging import ImageRule
from kuaiji.common.registry import AppRegistry


@dataclasses.dataclass(frozen=True, slots=True)
class Purpose:
    """How the person's own pages call such a picture, and what is taken.

    ``rule`` is None for what nobody sends. ``original`` names the purpose under which the whole is kept beside the cut:
    such a picture is cut to an ID photo, and its frame can be moved until it is claimed.
    """

    label: str
    rule: ImageRule | None = None
    original: str = ""


PURPOSES: AppRegistry[str, Purpose] = AppRegistry("purpose of pictures")


def rule_of(purpose: str) -> ImageRule:
    """The limits for a picture that is sent; raises Unregistered, or ValueError where nobody sends any."""
    if (rule := PURPOSES[purpose].rule) is None:
        raise ValueError(f"nobody sends a picture of the purpose {purpose!r}")
    return rule


def originals_of(purposes: list[str]) -> list[str]:
    """The purposes under which the wholes of these are kept."""
    return [original for name in purposes if (original := PURPOSES[name].original)]
