"""One copy of everything a platform keeps: a folder with a dump, the sealed files, and a manifest under our key."""

import contextlib
import dataclasses
import hashlib
import json
import os
import shutil
import tarfile
from pathlib import Path
from typing import Any, BinaryIO

from kuaiji.common.keyring import digests_equal, keyring

MANIFEST, DATABASE, FILES = "manifest.json", "database.dump", "files.tar"
FORMAT = 1
CHUNK = 1 << 20


class CopyUnusable(Exception):
    """The copy is not whole, not ours, or of another kind; the message says what to do."""


@dataclasses.dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy holds: ``rows`` by table, the newest seal as (number, MAC) and of each part (bytes, SHA-256)."""

    profile: str
    made_at: str
    rows: dict[str, int]
    seal: tuple[int, str] | None
    files: int
    parts: dict[str, tuple[int, str]]


def private(path: Path) -> BinaryIO:
    """A new file that our own system user alone reads, whatever the process's mask: folders are not copied along.

    Raises FileExistsError.
    """
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def measure(part: Path) -> tuple[int, str]:
    """Bytes and SHA-256 of a part."""
    size, digest = 0, hashlib.sha256()
    with part.open("rb") as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            digest.update(chunk)
    return size, digest.hexdigest()


def write(folder: Path, manifest: Manifest) -> None:
    """Put the manifest to its parts, all of it safe on the disk when this returns."""
    key_id, said = keyring().current_fingerprint, dataclasses.asdict(manifest) | {"format": FORMAT}
    signed = {"manifest": said, "key": key_id, "mac": _mac(said, key_id)}
    with private(folder / MANIFEST) as file:
        file.write(json.dumps(signed, ensure_ascii=False, indent=1).encode())
    for path in (*folder.iterdir(), folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read(folder: Path) -> Manifest:
    """The manifest of a copy whose parts are all there as they were written. Raises CopyUnusable."""
    try:
        signed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        said, key_id, mac = signed["manifest"], signed["key"], signed["mac"]
    except FileNotFoundError:
        raise CopyUnusable(f"{folder} 里没有 {MANIFEST}：不是备份，或备份没有做完") from None
    except (ValueError, KeyError, TypeError):
        raise CopyUnusable(f"{MANIFEST} 无法读取") from None
    if key_id not in keyring().fingerprint:
        raise CopyUnusable(f"钥匙环里没有密钥 {key_id}：请用做备份时的钥匙环（KUAIJI_KEYRING）")
    if not isinstance(mac, str) or not digests_equal(_mac(said, key_id).encode(), mac.encode()):
        raise CopyUnusable(f"{MANIFEST} 被改过，或不是用这个钥匙环做的备份")
    if said.pop("format") != FORMAT:
        raise CopyUnusable("备份的格式不同，请用做备份时的版本恢复")
    manifest = Manifest(**said)
    for name, measured in manifest.parts.items():
        found: tuple[int, str] | None = None
        with contextlib.suppress(FileNotFoundError):
            found = measure(folder / name)
        if found is None or list(found) != list(measured):
            raise CopyUnusable(f"{name} 缺失或被改过：与 {MANIFEST} 不一致")
    return manifest


def pack(source: Path, target: Path) -> int:
    """The files below ``source``, sealed as they are, into a tar; how many. What goes away meanwhile is left out."""
    packed = 0
    with private(target) as file, tarfile.open(fileobj=file, mode="w") as archive:
        for path in sorted(source.rglob("*")):
            with contextlib.suppress(FileNotFoundError):
                if path.is_file():
                    archive.add(path, arcname=str(path.relative_to(source)), recursive=False)
                    packed += 1
    return packed


def unpack(source: Path, target: Path) -> None:
    """The files of a tar below ``target``, which is made; readable by us alone, as old as they were.

    Raises CopyUnusable for a name that leads elsewhere.
    """
    target.mkdir(mode=0o700, parents=True)
    with tarfile.open(source) as archive:
        for packed in archive:
            content, path = archive.extractfile(packed), target / packed.name
            if content is None or not path.resolve().is_relative_to(target.resolve()):
                raise CopyUnusable(f"{source.name} 里有不是文件的东西")
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with content, private(path) as file:
                shutil.copyfileobj(content, file)
            os.utime(path, (packed.mtime, packed.mtime))


def _mac(said: Any, key_id: str) -> str:
    content = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
    return keyring().mac("backup", content, key_id=key_id).hex()
