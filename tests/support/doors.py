"""What a door writes: by itself, or through what it calls of its own app beside the services.

A door is a module that sees a request or shapes what came with it: views, middleware, pages, guards, forms and what
stands in their rooms. It is followed name by name, so that a door may take a constant from a module that also writes.
"""

import ast
from collections.abc import Iterator

from tests.support.modules import Modules
from tests.support.rooms import place_of

DOOR_ROOMS = frozenset({"doors", "pages", "forms"})
NO_DOORS = frozenset({"tasks", "system_checks", "metrics", "loop"})  # nobody's request comes to them
BELOW = frozenset({"services", "models"})  # modules of these names may write: that is what they are for
WRITES = frozenset(
    {
        "save",
        "create",
        "bulk_create",
        "bulk_update",
        "delete",
        "get_or_create",
        "update_or_create",
        "select_for_update",
        "atomic",
        "execute",
        "executemany",
    }
)
OF_A_QUERYSET = frozenset({"objects", "filter", "exclude", "all", "get_queryset", "_default_manager", "_base_manager"})


def is_door(module: str, modules: Modules) -> bool:
    """Does this module stand where requests come in?"""
    place, parts = place_of(module, modules), module.split(".")
    if place is None:
        return parts[0] == "kuaiji" and parts[-1] in {"error_views", "views", "forms", "middleware"}
    return place.room in DOOR_ROOMS and not NO_DOORS & set(parts[2:])


def written_by(module: str, modules: Modules) -> list[str]:
    """Every write that this door leads to, with the function it stands in."""
    seen: set[tuple[str, str]] = set()
    todo = [(module, "")]
    found = []
    while todo:
        here, name = todo.pop()
        if (here, name) in seen:
            continue
        seen.add((here, name))
        for node in _body(modules.trees[here], name):
            found += [f"{here}.{name}: {written}".replace(".:", ":") for written in writes(node)]
            todo += _uses(here, node, modules)
    return sorted(found)


def writes(tree: ast.AST) -> list[str]:
    """The calls in it that write a row or a file, lock one, or speak SQL."""
    return [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call) and _writes(node)]


def _writes(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id == "atomic"
    if not isinstance(call.func, ast.Attribute):
        return False
    name, owner = call.func.attr, ast.unparse(call.func.value)
    if owner.rsplit(".", 1)[-1] == "session":  # the session's store is Django's, and saves by itself
        return False
    async_name = name[1:] if name[:1] == "a" and name[1:] in WRITES | {"update"} else name
    if async_name == "update":  # of a dict as well: rows are updated by keywords, or on what was asked of the database
        asked = {node.attr for node in ast.walk(call.func.value) if isinstance(node, ast.Attribute)} & set(
            OF_A_QUERYSET
        )
        return bool(asked) or bool(call.keywords and not call.args)
    return async_name in WRITES


def _body(tree: ast.Module, name: str) -> Iterator[ast.AST]:
    """The whole module, or what defines one name at its top."""
    if not name:
        yield tree
        return
    yield from (node for node in tree.body if name in _defined(node))


def _uses(module: str, node: ast.AST, modules: Modules) -> list[tuple[str, str]]:
    """What of our own modules a piece of code names, without what services and models hold."""
    names, taken = _names(module, modules)
    found = []
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id in names:
            found.append(names[part.id])
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in taken:
            found.append((taken[part.value.id], part.attr))
    return [(other, name) for other, name in found if not BELOW & set(other.split("."))]


def _names(module: str, modules: Modules) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """What the names of a module stand for: things of it and of others, and whole modules of its app."""
    tree = modules.trees[module]
    names = {name: (module, name) for node in tree.body for name in _defined(node)}
    taken: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                below, called = f"{node.module}.{alias.name}", alias.asname or alias.name
                if below in modules.trees and _followed(module, below):
                    taken[called] = below
                elif node.module in modules.trees and _followed(module, node.module):
                    names[called] = (node.module, alias.name)
    return names, taken


def _followed(module: str, other: str) -> bool:
    """Modules of its own app, and those that all stand on."""
    return other.split(".")[1:2] in (module.split(".")[1:2], ["common"])


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        yield from (
            part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
        )
