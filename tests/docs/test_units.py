"""The units of ``deploy/`` start commands that exist, and only what needs it sees the owner's role of the database."""

from pathlib import Path

import pytest

from kuaiji import cli
from tests.support.sources import ROOT, read_rows

SERVICES = sorted((ROOT / "deploy").glob("*.service"))
OWNER = "/etc/kuaiji/owner.env"
ROWS = read_rows("production.md", heading="process")  # of the platform, then of the hub


def settings(unit: Path) -> dict[str, list[str]]:
    """The values of every setting, in the order of the file; one may stand there several times."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text(encoding="utf-8").splitlines():
        name, is_setting, value = line.partition("=")
        if is_setting and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def words(unit: Path) -> list[str]:
    [command] = settings(unit)["ExecStart"]
    return command.split()[1:]


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_only_commands_of_the_owner_see_the_owner_s_environment(unit: Path) -> None:
    given = settings(unit)
    is_owner, is_hub = words(unit)[-1] in cli.OWNER_COMMANDS, words(unit)[0] in ("hub", "hub-serve")
    house = "hub" if is_hub else "platform"
    assert given["EnvironmentFile"] == [f"/etc/kuaiji/{house}.env", *([OWNER] if is_owner else [])]
    assert given["User"] == ["kuaiji-hub" if is_hub else "kuaiji-owner" if is_owner else "kuaiji"]


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_a_service_may_do_no_more_than_it_needs(unit: Path) -> None:
    given = settings(unit)
    for name in ("NoNewPrivileges", "PrivateTmp", "ProtectHome"):
        assert given[name] == ["yes"], name
    assert (given["ProtectSystem"], given["UMask"]) == (["strict"], ["0077"])


def test_the_units_start_what_the_page_says() -> None:
    started = {unit.stem: f"kuaiji {' '.join(words(unit))}" for unit in SERVICES}
    said, hub = ({row[0]: row[1].strip("`") for row in rows} for rows in (ROWS[:2], ROWS[-2:]))
    assert started == {
        "kuaiji-web": said["web"],
        "kuaiji-worker": said["worker"],
        "kuaiji-partitions": "kuaiji manage ensure_partitions",
        "kuaiji-hub-web": hub["web"],
        "kuaiji-hub-deadlines": hub["deadlines"],
    }


@pytest.mark.parametrize("unit", ["kuaiji-web", "kuaiji-hub-web"])
def test_a_web_server_may_open_a_file_for_every_visitor(unit: str) -> None:
    [most] = settings(ROOT / "deploy" / f"{unit}.service")["LimitNOFILE"]
    assert int(most) == 4096  # docs/production.md
