"""Secrets of a development home: made once, private, never replaced under the data they open."""

from pathlib import Path

import pytest

from kuaiji.house import HouseError
from kuaiji.house.secrets import FILE_NAME, load_secrets

PLATFORMS = ("guangdong", "shenzhen")


def test_they_are_made_once_and_private(tmp_path: Path) -> None:
    made = load_secrets(tmp_path, PLATFORMS)
    assert load_secrets(tmp_path, PLATFORMS) == made
    assert len(set(made.values())) == len(made)
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_what_a_newer_version_needs_is_added(tmp_path: Path) -> None:
    made = load_secrets(tmp_path, PLATFORMS)
    (tmp_path / FILE_NAME).write_text('{"secret_key": "kept", "app_password": "kept too"}')
    again = load_secrets(tmp_path, PLATFORMS)
    assert (again["secret_key_guangdong"], again["app_password"]) == ("kept", "kept too")
    assert again.keys() == made.keys()
    more = load_secrets(tmp_path, (*PLATFORMS, "xiamen"))
    assert more.keys() - made.keys() == {"keyring_xiamen", "secret_key_xiamen", "wire_key_xiamen"}


def test_lost_secrets_are_not_replaced_while_the_data_is_there(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    with pytest.raises(HouseError, match="不见了"):
        load_secrets(tmp_path, PLATFORMS)


def test_a_broken_file_is_said_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("{")
    with pytest.raises(HouseError, match=FILE_NAME):
        load_secrets(tmp_path, PLATFORMS)
