"""CPU that the processes of a running house have used, by what they are."""

import os
from collections.abc import Mapping
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")

# Words of a command line, each with the part of the house that it tells. Whatever such a process starts is its own.
PARTS: Mapping[str, str] = {
    "kuaiji.cli serve": "web",
    "kuaiji.cli worker": "worker",
    "kuaiji.cli hub-serve": "hub",
    "kuaiji.cli standins-serve": "standins",
    "postgres": "postgres",
}
REST = "rest"  # the bench itself and the supervisor


def cpu_by_part() -> dict[str, float]:
    """Seconds of CPU so far of this process and all below it, those that have ended included, by part of the house."""
    parents, words, ticks = {}, {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            columns = (folder / "stat").read_text().rpartition(")")[2].split()
            words[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(folder.name)] = int(columns[1])
        ticks[int(folder.name)] = sum(map(int, columns[11:15]))  # own and waited-for children's, user and system
    spent: dict[str, float] = {}
    for pid, used in ticks.items():
        if part := _part_of(pid, parents, words):
            spent[part] = spent.get(part, 0.0) + used / TICK
    return spent


def milliseconds_each(before: Mapping[str, float], after: Mapping[str, float], count: int) -> dict[str, float]:
    """What was spent between two looks for each of ``count`` tasks, in milliseconds."""
    return {part: round((after[part] - before.get(part, 0.0)) / count * 1000, 2) for part in sorted(after)}


def _part_of(pid: int, parents: Mapping[int, int], words: Mapping[int, str]) -> str:
    """The part of the nearest process at or above ``pid`` that tells one; empty for what is not below us."""
    part, at = "", pid
    while at in parents:
        part = part or next((name for said, name in PARTS.items() if said in words[at]), "")
        if at == os.getpid():
            return part or REST
        at = parents[at]
    return ""
