"""Habits of the code that no other tool checks."""

import ast
import re
from pathlib import Path

from django.conf import settings
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
OURS = ("src", "tests", "people", "bench", "prove", "guide", "tools")
LONGEST_FILE = 400  # lines
PYTHON = sorted(path for path in SRC.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted(SRC.rglob("templates/**/*.html"))
# Data at rest; bodies on their way in; keys of signatures.
CIPHERS = ("kuaiji/common/keyring.py", "kuaiji/common/spool.py", "kuaiji_signed/keys.py")
WRITES = re.compile(r"\.(save|create|bulk_create|update|delete|get_or_create|update_or_create)\(")


def named(path: Path) -> str:
    return str(path.relative_to(SRC))


def test_views_and_forms_write_nothing() -> None:
    doors = [path for path in PYTHON if path.name in ("views.py", "forms.py") or "forms" in path.parts]
    for path in doors:
        lines = [line for line in path.read_text("utf-8").splitlines() if WRITES.search(line)]
        written = [line for line in lines if ".objects" in line or ".save()" in line or ".delete()" in line]
        assert written == [], named(path)
    assert len(doors) > 20


def test_files_stay_short() -> None:
    """Longer ones have several themes: split by theme."""
    files = [path for folder in OURS for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in files}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}
    assert len(files) > 1000


def test_ciphers_stay_in_one_module() -> None:
    for path in PYTHON:
        text = path.read_text("utf-8")
        if named(path) not in CIPHERS:
            assert not re.search(r"^(import|from) cryptography", text, re.MULTILINE), named(path)
        assert "shell=True" not in text and "pickle" not in text, named(path)


def test_whoever_sees_a_request_makes_operations_in_one_place() -> None:
    """ADR 0049: a door asks audit.access.operation_of, so that actor and gates cannot be forgotten."""
    texts = {named(path): path.read_text("utf-8") for path in PYTHON}
    doors = {name for name, text in texts.items() if re.search(r"^from django\.http import", text, re.MULTILINE)}
    making = {name for name in doors if re.search(r"\bOperation\(|\bactor_kind=ActorKind", texts[name])}
    assert making == {"kuaiji/audit/access.py"}
    assert re.findall(r"\bOperation\(|\bactor_kind=ActorKind", texts["kuaiji/audit/access.py"]) == ["Operation("]


def test_one_module_reads_and_sets_the_environment() -> None:
    words = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv", "*"}
    touching = {named(path) for path in SRC.rglob("*.py") if words & of_os(ast.parse(path.read_text("utf-8")))}
    assert touching == {"kuaiji/common/environment.py"}


def of_os(tree: ast.Module) -> set[str]:
    """What a module uses of ``os``."""
    used = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
            used.add(node.attr)
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            used.update(alias.name for alias in node.names)
    return used


def test_templates_hold_no_inline_script_or_style() -> None:
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        assert " style=" not in text and "<style" not in text, named(path)
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), named(path)
        assert not re.search(r"\son[a-z]+=", text), named(path)
        assert "|safe" not in text and "autoescape off" not in text, named(path)


def test_every_template_compiles() -> None:
    for path in TEMPLATES:
        if path.is_relative_to(SRC / "kuaiji"):
            name = named(path).split("/templates/", 1)[1]
            assert get_template(name).template.name == name  # type: ignore[attr-defined]


def test_every_template_is_used() -> None:
    text = "\n".join(path.read_text("utf-8") for path in [*PYTHON, *TEMPLATES])
    for path in TEMPLATES:
        name = str(path).split("/templates/", 1)[1]
        patterns = (name, name.rsplit("/", 1)[0] + "/{", "errors/{status}.html")
        assert any(pattern in text for pattern in patterns), f"{name} is not used"


def test_uploads_never_touch_a_temporary_folder() -> None:
    assert settings.FILE_UPLOAD_HANDLERS == ["kuaiji.common.upload_handlers.FirstBytes"]
    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE >= settings.BODY_CAP


def test_two_models_share_a_name_only_where_they_are_one_thing() -> None:
    """A fingerprint is the blind index of a document, at a platform and at the hub."""
    text = "\n".join(path.read_text("utf-8") for path in PYTHON)
    names = re.findall(r"^class (\w+)\(.*\bmodels\.Model\)", text, re.MULTILINE)
    assert len(names) > 40 and {name for name in names if names.count(name) > 1} == {"Fingerprint"}
