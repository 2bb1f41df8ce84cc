"""Who imports whom among what is no part of the platform: tests, the people that drive it, bench, prove and guide."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sources import ROOT

TOOLS = ("bench", "prove", "guide")
SHARED = ("tests.support", "tests.factories")  # what a test may import of the tests; all else are tests
MODULE = re.compile(r"(tests|bench|prove|guide)(\.\w+)+(:\w+)?$")
OURS = sorted(path for folder in ("tests", "people", *TOOLS) for path in (ROOT / folder).rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(tree: ast.Module) -> Iterator[str]:
    """The modules that a module imports anywhere in it; names in strings count where they look like one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and MODULE.match(node.value):
            yield node.value


def faults(path: str, text: str) -> list[str]:
    """What a module at ``path`` with this text imports although it may not."""
    folder, found = path.split("/")[0], set(imported(ast.parse(text)))
    tests = {module for module in found if module.split(".")[0] == "tests"}
    if folder == "tests":
        return sorted(module for module in tests if not module.startswith(SHARED))
    tools = {module for module in found if module.split(".")[0] in TOOLS}
    return sorted(tests | (tools if folder == "people" else set()))


def test_no_test_is_imported_and_people_stand_below_the_tools() -> None:
    found = {named(path): faults(named(path), path.read_text("utf-8")) for path in OURS}
    assert {path: modules for path, modules in found.items() if modules} == {}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tests/look/test_pages.py", "from tests.identity.test_races import together"),
        ("tests/look/test_pages.py", "def test() -> None:\n    import tests.identity.conftest"),
        ("tests/support/worker.py", "from tests.look import test_pages"),
        ("prove/audit.py", "from tests.support.worker import at_work"),
        ("bench/people.py", "run('tests.support.worker:at_work')"),
        ("people/walker.py", "from guide.camera import Camera"),
        ("people/walker.py", "from tests.support import worker"),
    ],
)
def test_an_import_that_may_not_be_is_found(path: str, text: str) -> None:
    assert faults(path, text) != []
