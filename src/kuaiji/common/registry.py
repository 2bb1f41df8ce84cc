"""What grows with the platform: an app above fills it in its ``apps.py``, the app that reads it names none above."""

from collections.abc import Iterator
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=str)
Entry = TypeVar("Entry")


class Unregistered(LookupError):
    """Asked for what no app has registered."""


class AppRegistry(Generic[Key, Entry]):
    """Entries by key. ``what`` names an entry in what is raised.

    Entries come in the order of INSTALLED_APPS; where order shows, the entries say it themselves.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._entries: dict[Key, Entry] = {}

    def register(self, key: Key, entry: Entry) -> None:
        """Add an entry, in AppConfig.ready; raises ValueError when there is one of this key."""
        if key in self._entries:
            raise ValueError(f"two apps register the {self._what} {key!r}")
        self._entries[key] = entry

    def __getitem__(self, key: Key) -> Entry:
        """The entry of ``key``; raises Unregistered."""
        try:
            return self._entries[key]
        except KeyError:
            raise Unregistered(f"no app has registered the {self._what} {key!r} in its apps.py") from None

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[Key]:
        return iter(self._entries)

    def values(self) -> list[Entry]:
        """All entries."""
        return list(self._entries.values())
