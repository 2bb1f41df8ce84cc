"""The tree of README.md names every folder and every app, in the order of the layers, and nothing else."""

import fnmatch
import re
import tomllib

from tests.support.sources import ROOT, SOURCE

LINE = re.compile(r"( *)([\w/.]+)  +(\S.*)")
PLATFORM = SOURCE / "kuaiji"
MODULES = {"cli.py"}  # of the platform, beside its apps


def tree() -> dict[str, str]:
    """Every path of the tree with its words, in the order of the page."""
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    block = page.partition("## The tree")[2].split("```")[1]
    found: dict[str, str] = {}
    above = ""
    for line in block.strip().splitlines():
        match = LINE.fullmatch(line)
        assert match, line
        indent, name, words = match.groups()
        above = above if indent else name
        path = f"{above}{name}" if indent else name
        assert path not in found, path
        found[path] = words
    return found


def folders() -> set[str]:
    """What lies beside README.md and belongs to the tree; of ``src`` its packages."""
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()]
    paths = [path for folder in (ROOT, SOURCE) for path in folder.iterdir() if path.is_dir() and path != SOURCE]
    kept = [path for path in paths if path.name[0] != "." and not any(fnmatch.fnmatch(path.name, i) for i in ignored)]
    return {f"{path.relative_to(ROOT).as_posix()}/" for path in kept}


def layers() -> list[str]:
    """The apps of the platform, highest layer first, with the number of their layer in front."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    [walls] = [each for each in contracts if each["type"] == "layers" and each["containers"] == ["kuaiji"]]
    return [re.sub(r"[()\s]", "", layer) for layer in walls["layers"]]


def layer_of(name: str) -> int:
    return next(number for number, layer in enumerate(layers()) if name in layer.split("|"))


def test_every_folder_is_in_the_tree() -> None:
    assert {path for path in tree() if not path.startswith("src/kuaiji/")} | {"src/kuaiji/"} == folders()


def test_every_app_is_in_the_tree() -> None:
    apps = {f"{path.name}/" for path in PLATFORM.iterdir() if path.is_dir() and path.name != "__pycache__"}
    listed = {path.removeprefix("src/kuaiji/") for path in tree() if path.startswith("src/kuaiji/")} - {""}
    assert listed == apps | MODULES


def test_apps_stand_in_the_order_of_their_layers() -> None:
    packages = {path.parent.name for path in PLATFORM.glob("*/__init__.py")}
    apps = [name for path in tree() if (name := path.removeprefix("src/kuaiji/").strip("/")) in packages]
    assert len(apps) > 20
    assert apps == sorted(apps, key=layer_of)


def test_each_has_its_words() -> None:
    assert not [path for path, words in tree().items() if len(words.split()) < 2]
