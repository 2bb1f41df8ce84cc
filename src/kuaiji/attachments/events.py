"""What can happen to a picture. Names of files are never kept."""

import dataclasses

from kuaiji.audit.services import DomainEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class FileReceived(DomainEvent):
    """A picture was checked, re-encoded and stored. ``size`` (bytes) and ``format`` are those of the file as sent."""

    purpose: str
    size: int
    format: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class FileRefused(DomainEvent):
    """A file was not taken; ``code`` says why. The subject is the person's key."""

    purpose: str
    size: int
    code: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class PhotoCropped(DomainEvent):
    """The person moved the frame of a photo: its place and width in thousandths of the original."""

    left: int
    top: int
    width: int
