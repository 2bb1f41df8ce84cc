"""What the documents point to exists, and what they promise to list is whole."""

import datetime as dt
import re
from pathlib import Path

import pytest

from kuaiji import cli
from kuaiji.common import documents
from kuaiji.common.documents import DocumentType
from kuaiji_standins import magic
from tests.support.sources import DOCS, ROOT, SOURCE

# Folders whose files the pages name, by as much of the path as tells them apart.
NAMED_FOLDERS = ("src", "tests", "people", "bench", "prove", "guide", "tools", "docs")
NAMED_FILE = re.compile(
    r"(?<![\w/$.<>])((?:[\w-]+/)+[\w-]+\.(?:py|toml|csv|html|css|js|json|sh|txt))(?::(\w+))?(?![\w/])"
)
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
PAGES = (*READMES, ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md")))
DECISIONS = sorted((DOCS / "adr").glob("[0-9]*.md"))
VARIABLE = re.compile(r"\b(?:KUAIJI|TENCENT|DATABASE|PROMETHEUS)(?:_[A-Z]+)+\b")
LONGEST_DECISION = 25


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def source_text() -> str:
    suffixes = {".py", ".html", ".css", ".js", ".toml"}
    return "\n".join(text(path) for path in sorted(SOURCE.rglob("*")) if path.suffix in suffixes)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"(?<!!)\[[^\]]*\]\(([^)#:]+)(?:#[^)]*)?\)", text(page))
    targets = [(page.parent / link).resolve() for link in links]
    assert not [target for target in targets if not (target.exists() and target.is_relative_to(ROOT))]


def named_files(page: Path) -> list[tuple[str, str]]:
    """The files that a page names, each with the function after a colon."""
    return [match for quoted in re.findall(r"`([^`\n]+)`", text(page)) for match in NAMED_FILE.findall(quoted)]


def files_called(name: str) -> list[Path]:
    found = (path for folder in NAMED_FOLDERS for path in (ROOT / folder).rglob(name))
    return [path for path in (ROOT / name, *found) if path.is_file()]


# Decisions are of their day, and keep the names of then.
@pytest.mark.parametrize("page", [page for page in PAGES if page not in DECISIONS], ids=lambda page: page.name)
def test_files_and_functions_that_the_pages_name_exist(page: Path) -> None:
    missing = [
        f"{file} {function}"
        for file, function in named_files(page)
        if not any(re.search(rf"\b{function}\b", text(path)) for path in files_called(file))
    ]
    assert not missing


def test_names_of_files_are_seen_in_the_pages() -> None:
    assert ("accountants/services/status.py", "enter") in named_files(DOCS / "records.md")
    assert not files_called("services/no_such_module.py")


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_is_short_and_whole(page: Path) -> None:
    lines = text(page).splitlines()
    assert lines[0].startswith(f"# {page.name[:4]} ")
    assert len(lines) <= LONGEST_DECISION
    for part in ("Context", "Decision", "Consequences"):
        assert sum(line.startswith(f"**{part}.**") for line in lines) == 1


def test_every_decision_is_in_the_index_under_its_title() -> None:
    titles = [f"- [{page.name[:4]}]({page.name}) {text(page).splitlines()[0][7:]}" for page in DECISIONS]
    assert [line for line in text(DOCS / "adr" / "README.md").splitlines() if line.startswith("- ")] == titles


def test_decisions_and_pages_that_the_source_names_exist() -> None:
    named = re.findall(r"docs/[\w/.-]*\w", source_text())
    assert named
    assert not [name for name in named if not [*ROOT.glob(f"{name}*")]]


def test_rules_that_the_source_names_are_listed() -> None:
    listed = text(DOCS / "requirements.md")
    named = set(re.findall(r"\bR\d+\.\d+|\b[SPUR]-\d+\b", source_text()))
    missing = [name for name in named if not re.search(rf"\b{re.escape(name)}\b", listed)]
    assert not missing


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    read = set(VARIABLE.findall(source_text())) - {"PROMETHEUS_MULTIPROC_DIR"}  # set by ourselves
    described = {name for page in (READMES[0], DOCS / "production.md") for name in VARIABLE.findall(text(page))}
    assert read == described


@pytest.mark.parametrize("readme", READMES, ids=lambda page: page.name)
def test_demo_numbers_are_right_and_nobody_s(readme: Path) -> None:
    numbers = re.findall(r"\b\d{17}[\dX]\b", text(readme))
    assert len(set(numbers)) == 4
    for number in numbers:
        assert number.startswith("440000")  # the province's code: people have their county's
        documents.check(DocumentType.RESIDENT_ID, number, today=dt.date(2026, 1, 1))


def test_every_magic_name_and_number_is_told() -> None:
    for name in (*magic.IDENTITY_NAMES, *magic.PHONES):
        assert name in text(READMES[0])


def test_the_wire_names_every_document_type() -> None:
    [first, last, other] = re.findall(
        r"a code of the national list: `(\d\d)` to `(\d\d)`, or `(\d\d)`", text(DOCS / "wire.md")
    )[0]
    said = {f"{code:02}" for code in range(int(first), int(last) + 1)} | {other}
    assert said == {kind.value for kind in DocumentType}


def test_make_targets_and_commands_that_are_named_exist() -> None:
    makefile, cli = text(ROOT / "Makefile"), text(SOURCE / "kuaiji" / "cli.py")
    for page in PAGES:
        for target in re.findall(r"`make (\w+)", text(page)):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{page.name}: make {target}"
        for command in re.findall(r"`kuaiji ([a-z][\w-]*)", text(page)):
            assert f'"{command}"' in cli, f"{page.name}: kuaiji {command}"


def test_every_make_target_is_described() -> None:
    [line] = re.findall(r"^\.PHONY: (.+)$", text(ROOT / "Makefile"), re.MULTILINE)
    described = text(READMES[0]) + text(DOCS / "development.md")
    assert not [target for target in line.split() if not re.search(rf"\bmake {target}\b", described)]


def test_every_command_is_in_the_table() -> None:
    commands = {
        *cli.STAFF_COMMANDS,
        *cli.APPLICATIONS,
        "run",
        "worker",
        "verify-audit",
        "rotate-keys",
        "mend-texts",
        "hub",
        "manage",
    }
    assert not [command for command in commands if f"`kuaiji {command}" not in text(READMES[0])]
