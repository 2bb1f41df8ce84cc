"""Secrets of a development start, made once and kept in ``KUAIJI_HOME/secrets.json``, readable by us alone.

In production every secret comes from the environment and this file does not exist.
"""

import base64
import json
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

from kuaiji.house import HouseError

FILE_NAME = "secrets.json"


def load_secrets(home: Path, platforms: Iterable[str]) -> dict[str, str]:
    """The secrets of ``home`` and its ``platforms``; what is missing is made and kept.

    Raises HouseError when the file cannot be used.
    """
    path = home / FILE_NAME
    try:
        read: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    except (OSError, ValueError) as error:
        raise HouseError(
            f"读不了 {path}，请检查它的所有者和内容。\nCannot read {path}: check its owner and contents."
        ) from error
    kept = {OLD_NAMES.get(name, name): value for name, value in read.items()}
    if not kept and (home / "postgres").exists():
        raise HouseError(
            f"{path} 不见了，没有它打不开 {home}/postgres 里的数据；请放回来，或清空 {home} 重新开始。\n"
            f"{path} is gone and opens the data in {home}/postgres: put it back, or empty {home} to begin anew."
        )
    makers = MAKERS | {f"{name}_{slug}": make for slug in platforms for name, make in OF_A_PLATFORM.items()}
    missing = {name: make() for name, make in makers.items() if name not in kept}
    if missing:
        _keep(path, kept | missing)
    return kept | missing


def _keyring() -> str:
    from kuaiji.common.keyring import generate_keyring  # loads the ciphers, needed once in the life of a home

    return generate_keyring()


def _seed() -> str:
    """A private key of Ed25519, as ``kuaiji_wire.keys`` reads it."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _password() -> str:
    return secrets.token_urlsafe(48)


MAKERS: dict[str, Callable[[], str]] = {
    "standins_token": _password,
    "admin_password": _password,
    "owner_password": _password,
    "app_password": _password,
    "hub_keyring": _keyring,
    "hub_signing_key": _seed,
}
OLD_NAMES = {"keyring": "keyring_guangdong", "secret_key": "secret_key_guangdong"}  # there was one platform
OF_A_PLATFORM: dict[str, Callable[[], str]] = {"keyring": _keyring, "secret_key": _password, "wire_key": _seed}


def _keep(path: Path, contents: dict[str, str]) -> None:
    """Write beside and rename: a crash leaves the old file or the new one, never half."""
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(contents, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
