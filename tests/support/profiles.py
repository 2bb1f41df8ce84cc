"""This process as another platform: what the profile says, and what is kept of it."""

import contextlib
import os
from collections.abc import Iterator
from unittest import mock

from kuaiji.common.profile import profile
from kuaiji.exchange.partners import clients
from kuaiji.identity.texts import files
from kuaiji.portal import views
from kuaiji.regions import services as regions

KEPT = (
    *(profile, clients.photo_receipts, files.text_versions, views._whole_directory),
    *(regions.cities, regions.places, regions.bureau_of, regions._directory),
)


@contextlib.contextmanager
def served_as(name: str, **env: str) -> Iterator[None]:
    """The profile ``name`` for the length of the block, with ``env`` on top."""
    with mock.patch.dict(os.environ, {"KUAIJI_PROFILE": name, **env}):
        _forget()
        try:
            yield
        finally:
            _forget()
    _forget()


def _forget() -> None:
    for kept in KEPT:
        kept.cache_clear()
