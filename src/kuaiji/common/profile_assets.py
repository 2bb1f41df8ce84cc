"""Static files that a profile brings along: its colours and its logo."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from kuaiji.common.profile import profile

FOLDER = "kuaiji/profile"


class ProfileFinder(BaseFinder):
    """``kuaiji/profile/…``, made of the profile in force whenever static files are looked for or collected."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.HOME / "look")

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Every file, written first."""
        yield from ((name, self.storage) for name in self._write())

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Where the file lies; nothing for what is not ours."""
        if not path.startswith(f"{FOLDER}/") or path not in self._write():
            return []
        return [self.storage.path(path)] if find_all else self.storage.path(path)

    def _write(self) -> Iterable[str]:
        files = made()
        for name, content in files.items():
            path = Path(self.storage.path(name))
            if not path.is_file() or path.read_bytes() != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        return files


def made() -> dict[str, bytes]:
    """The profile's files, content by name below ``static``."""
    ours = profile()
    names = {name: name.replace("_", "-") for name in ours.colours.__slots__}
    tokens = " ".join(f"--k-{shown}: {getattr(ours.colours, name)};" for name, shown in names.items())
    return {
        f"{FOLDER}/colours.css": f":root {{ {tokens} }}\n".encode(),
        f"{FOLDER}/logo.svg": ours.logo.read_bytes(),
    }
