"""What is pure, and what stands outside the platform: who they may not import, computed from what there is."""

import ast
import re

from tests.support.modules import Modules
from tests.support.rooms import apps_of

PROMISE = re.compile(r"\bPure\b")
PURE_NAMES = frozenset({"rules", "field_matrix", "workflow", "scope"})
CLOCKS = frozenset({"now", "today", "utcnow", "localdate", "time", "monotonic"})
ENUMS = "enums"  # closed sets are Django's TextChoices; they hold no decision and no row
SHARED = frozenset({"common", "audit"})  # of the platform, what hub and stand-ins use too


def pure(modules: Modules) -> set[str]:
    """Modules whose name promises it, or whose docstring says Pure; of a package that does, all its modules."""
    said = {name for name, tree in modules.trees.items() if PROMISE.search(ast.get_docstring(tree) or "")}
    named = {name for name in modules.trees if name.rsplit(".", 1)[-1] in PURE_NAMES}
    inside = {name for name in modules.trees for package in said & modules.packages if name.startswith(f"{package}.")}
    return said | named | inside


def impurities(module: str, modules: Modules) -> list[str]:
    """Django, rows, or the clock: imported by a pure module, or by what it imports of ours."""
    found = []
    for reached in sorted(modules.reachable(module)):
        if reached.rsplit(".", 1)[-1] == ENUMS:
            continue
        imported = {other for other, _ in modules.imports(reached)}
        found += [f"{reached} imports {other}" for other in imported if other.split(".")[0] == "django"]
        found += [f"{reached} imports {other}" for other in imported if other == "kuaiji.common.clock"]
        if "models" in reached.split("."):
            found.append(f"{module} reaches {reached}")
        if reached == module:
            found += [f"{module} asks {ast.unparse(call.func)}" for call in _clocks(modules.trees[module])]
    return sorted(found)


def _clocks(tree: ast.Module) -> list[ast.Call]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    return [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in CLOCKS]


def outside(modules: Modules) -> dict[str, list[str]]:
    """What house, hub and stand-ins import although it is an app's, or would bring Django along into the house."""
    apps = apps_of(modules) | {"config"}
    found: dict[str, list[str]] = {}
    for module in modules.trees:
        if module.startswith("kuaiji.house"):
            wrong = {
                f"{reached} imports django" for reached in modules.reachable(module) if _needs_django(reached, modules)
            }
            wrong |= {reached for reached in modules.reachable(module) if _app(reached) in apps}
        elif module.split(".")[0] in ("kuaiji_hub", "kuaiji_standins"):
            wrong = {other for other, _ in modules.imports(module) if _app(other) in apps - SHARED}
        else:
            continue
        if wrong:
            found[module] = sorted(wrong)
    return found


def _needs_django(module: str, modules: Modules) -> bool:
    return any(other.split(".")[0] == "django" for other, _ in modules.imports(module))


def _app(module: str) -> str:
    parts = module.split(".")
    return parts[1] if parts[0] == "kuaiji" and len(parts) > 1 else ""
