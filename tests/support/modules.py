"""The modules of ``src`` and what they import of one another, imports inside functions included."""

import ast
import dataclasses
import functools
from collections.abc import Iterator, Mapping

from tests.support.sources import SOURCE, trees


@dataclasses.dataclass(frozen=True)
class Modules:
    """Modules by dotted name. A wall takes one of these, so that a test can add a module that breaks it."""

    trees: Mapping[str, ast.Module]
    packages: frozenset[str]

    def planted(self, name: str, text: str) -> "Modules":
        """These, with one module more, or another text of one."""
        return Modules({**self.trees, name: ast.parse(text)}, self.packages)

    def __hash__(self) -> int:
        return id(self.trees)

    @functools.cache  # noqa: B019 - lives as long as the tests
    def imports(self, name: str) -> frozenset[tuple[str, str]]:
        """Pairs of module and name: what this module imports, the name empty where it is a module of ours itself."""
        return frozenset(found for node in ast.walk(self.trees[name]) for found in self._imported(name, node))

    def graph(self) -> dict[str, set[str]]:
        """The modules of ours that each module imports."""
        return {
            name: {module for module, _ in self.imports(name) if module in self.trees and module != name}
            for name in self.trees
        }

    def reachable(self, name: str) -> set[str]:
        """Every module of ours that comes along with this one, itself included."""
        graph, seen, todo = self.graph(), {name}, [name]
        while todo:
            new = graph[todo.pop()] - seen
            seen |= new
            todo += new
        return seen

    def _imported(self, name: str, node: ast.AST) -> Iterator[tuple[str, str]]:
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = self._base(name, node)
            for alias in node.names:
                below = f"{base}.{alias.name}"
                yield (below, "") if below in self.trees else (base, alias.name)

    def _base(self, name: str, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = name.split(".") if name in self.packages else name.split(".")[:-1]
        return ".".join([*parts[: len(parts) - node.level + 1], *([node.module] if node.module else [])])


@functools.cache
def modules() -> Modules:
    """All of ``src`` but migrations."""
    found, packages = {}, set()
    for path, tree in trees().items():
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if parts[-1] == "__init__":
            parts = parts[:-1]
            packages.add(".".join(parts))
        found[".".join(parts)] = tree
    return Modules(found, frozenset(packages))


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Groups of modules that import one another, each sorted: the strongly connected parts of more than one."""
    reach: dict[str, set[str]] = {}
    for start in graph:
        seen: set[str] = set()
        todo = [start]
        while todo:
            new = graph[todo.pop()] - seen
            seen |= new
            todo += new
        reach[start] = seen
    found = {tuple(sorted(b for b in reach[a] if a in reach[b])) for a in graph if a in reach[a]}
    return sorted(list(group) for group in found)
