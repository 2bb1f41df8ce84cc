"""Lists every package of the lock with its licence: ``python -m tools.licences``; part of ``make check``.

Exit status 1 for a licence that is unknown or not taken (AGPL is never): names and versions come from ``uv.lock``,
licences from what each installed package says of itself.
"""

import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

LOCK = Path(__file__).resolve().parents[1] / "uv.lock"
OURS = "kuaiji"

# What we ship runs with these; tools of the development group, which nobody is given, may be under the GPL as well.
TAKEN = frozenset(
    {
        *("0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MIT-CMU"),
        *("CNRI-Python", "PSF-2.0", "LGPL", "LGPL-2.1-or-later", "LGPL-3.0-only", "MPL-1.1", "MPL-2.0"),
    }
)
TAKEN_FOR_TOOLS = TAKEN | {"GPL-2.0-or-later", "GPL-3.0-or-later"}

# Names that packages use besides the identifiers of SPDX.
OTHER_NAMES: Mapping[str, str] = {
    "Apache": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL",
    "MIT License": "MIT",
    "Mozilla Public License 1.1 (MPL 1.1)": "MPL-1.1",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
NO_LICENCES = frozenset({"DFSG approved", "OSI Approved"})  # what stands among licences and is none
# Of packages that the lock has for other machines than this one.
ELSEWHERE: Mapping[str, str] = {"brotlicffi": "MIT", "colorama": "BSD-3-Clause"}


class Licensed(NamedTuple):
    """A package of the lock. ``licence`` is as found, with identifiers where we know them; empty when unknown."""

    name: str
    version: str
    licence: str
    is_tool: bool

    @property
    def is_taken(self) -> bool:
        """Of alternatives (``OR``) one is enough, of what holds together (``AND``) all are needed. AGPL among them is
        looked at by a person."""
        if "AGPL" in self.licence or "Affero" in self.licence:
            return False
        taken = TAKEN_FOR_TOOLS if self.is_tool else TAKEN
        alternatives = self.licence.replace("(", "").replace(")", "").split(" OR ")
        return any(all(part in taken for part in one.split(" AND ")) for one in alternatives)


def locked(lock: Mapping[str, Any]) -> Iterator[Licensed]:
    """Every package of the lock but ours, by name."""
    packages: dict[str, Mapping[str, Any]] = {package["name"]: package for package in lock["package"]}
    shipped = _closure(packages)
    for name in sorted(packages.keys() - {OURS}):
        yield Licensed(name, str(packages[name]["version"]), licence_of(name), name not in shipped)


def licence_of(name: str) -> str:
    """What the installed package says of its licence, as an expression; empty when it says nothing we know."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ELSEWHERE.get(name, "")
    if expressions := said.get_all("License-Expression"):
        return str(expressions[0])
    classifiers = [text.rpartition(" :: ") for text in said.get_all("Classifier") or ()]
    licences = [name for kind, _, name in classifiers if kind.startswith("License")]
    return expression_of(licences) or expression_of(said.get_all("License") or ())


def expression_of(names: Sequence[str]) -> str:
    """The names as alternatives, by identifiers where we know them; empty without any."""
    return " OR ".join(OTHER_NAMES.get(name, name) for name in names if name and name not in NO_LICENCES)


def _closure(packages: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """What is installed where the product runs: our dependencies and theirs, extras included."""
    seen: set[str] = set()
    waiting = [OURS]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        extras = packages[name].get("optional-dependencies", {}).values()
        needed = [*packages[name].get("dependencies", ()), *(each for extra in extras for each in extra)]
        waiting += [each["name"] for each in needed]
    return seen


def main() -> int:
    """Print them all; 1 when one is not taken."""
    found = list(locked(tomllib.loads(LOCK.read_text(encoding="utf-8"))))
    for package in found:
        use = "tool" if package.is_tool else "shipped"
        print(f"{package.name:28}{package.version:18}{use:9}{package.licence or 'UNKNOWN'}")
    refused = [package for package in found if not package.is_taken]
    for package in refused:
        print(
            f"{package.name} {package.version}: licence {package.licence or 'unknown'} is not taken; "
            "drop the package, or say in tools/licences.py why it may stay",
            file=sys.stderr,
        )
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
