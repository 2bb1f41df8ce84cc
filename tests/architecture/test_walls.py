"""The walls of the house: rooms and their order, doors that write nothing, pure rules, who stands outside, no circles.

Every wall is shown to stand: what must not be is planted among the modules, and found.
"""

import itertools
import re
import tomllib

import pytest

from tests.support.doors import is_door, written_by
from tests.support.modules import Modules, circles, modules
from tests.support.rooms import AROUND, FOLDERS, OWN, ROOMS, apps_of, crowded, place_of, upwards, without_room
from tests.support.sources import DOCS, ROOT, read_rows
from tests.support.walls import impurities, outside, pure

OURS = modules()
DOORS = sorted(module for module in OURS.trees if is_door(module, OURS))
PURE = sorted(pure(OURS))
NAME = re.compile(r"`([^`]+)`")
FORGETS_BY_NAME = """
from kuaiji.identity.sessions.known_browsers import forget_browsers

def forget(request):
    forget_browsers(request.user.pk)
"""
FORGETS_BY_MODULE = """
from kuaiji.identity.sessions import known_browsers

def forget(request):
    known_browsers.forget_browsers(request.user.pk)
"""


def layers() -> list[set[str]]:
    """The apps that there are, from above, as import-linter keeps them apart."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    [contract] = [contract for contract in contracts if contract.get("containers") == ["kuaiji"]]
    found = [{name.strip() for name in layer.split("|") if "(" not in name} for layer in contract["layers"]]
    return [layer for layer in found if layer]


def boxes() -> list[tuple[str, set[str]]]:
    """The boxes of the diagram in docs/architecture.md, each with its id and the apps in it."""
    text = (DOCS / "architecture.md").read_text("utf-8").partition("## Layers of the platform")[2]
    diagram = text.partition("```mermaid")[2].partition("```")[0]
    return [
        (box, set(words.partition("<br>")[0].split(" · "))) for box, words in re.findall(r"(\w+)\[(.+?)\]", diagram)
    ]


def test_every_module_stands_in_a_room() -> None:
    assert without_room(OURS) == []


def test_imports_of_an_app_go_downwards() -> None:
    assert upwards(OURS) == []


def test_no_app_has_more_loose_modules_than_one_can_overlook() -> None:
    assert crowded(OURS) == {}


def test_modules_import_one_another_in_no_circle() -> None:
    assert circles(OURS.graph()) == []


@pytest.mark.parametrize("module", DOORS)
def test_a_door_writes_nothing(module: str) -> None:
    assert written_by(module, OURS) == []


@pytest.mark.parametrize("module", PURE)
def test_what_is_pure_knows_no_django_no_row_and_no_clock(module: str) -> None:
    assert impurities(module, OURS) == []


def test_house_hub_and_stand_ins_import_no_app() -> None:
    assert outside(OURS) == {}


def test_the_walls_stand_around_what_there_is() -> None:
    assert {"kuaiji.identity.recovery.views", "kuaiji.accountants.sections.posts", "kuaiji.portal.me"} <= set(DOORS)
    assert {"kuaiji.common.error_views", "kuaiji.audit.middleware", "kuaiji.transfers.views.transfer_in"} <= set(DOORS)
    assert {"kuaiji.regions.scope", "kuaiji.common.documents.validation", "kuaiji_hub.rules"} <= set(PURE)
    assert {"accountants", "identity", "limits", "portal"} <= apps_of(OURS)


def test_the_table_of_rooms_names_nothing_that_is_gone() -> None:
    for app, names in [*OWN.items(), *FOLDERS.items()]:
        there = {
            place for module in OURS.trees if module.startswith(f"kuaiji.{app}.") for place in module.split(".")[2:]
        }
        assert set(names) <= there, app
    assert apps_of(OURS) >= OWN.keys() | FOLDERS.keys()
    assert [name for name in AROUND - {"profiles"} if f"kuaiji.{name}" not in OURS.trees] == []


def test_the_diagram_shows_every_app_at_its_layer() -> None:
    shown = boxes()
    assert [apps for _, apps in shown] == [layer for layer in layers() if not layer & {"cli", "house"}]
    assert set().union(*(apps for _, apps in shown)) == apps_of(OURS) | {"config", "common"}
    text = (DOCS / "architecture.md").read_text("utf-8").partition("## Layers of the platform")[2]
    arrows = re.findall(r"(\w+)(?:\[[^\]]*\])? --> (\w+)", text.partition("```mermaid")[2].partition("```")[0])
    order = [box for box, _ in shown]
    assert arrows == list(itertools.pairwise(order))


def test_the_page_names_every_room() -> None:
    rows = read_rows("architecture.md", heading="room")
    assert [row[0] for row in rows] == [room for room, _ in ROOMS]
    assert [set(NAME.findall(row[1])) for row in rows] == [set(names) for _, names in ROOMS]


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("kuaiji.collection.views", "Draft.objects.create(user=user)"),
        ("kuaiji.collection.forms", "draft.save()"),
        ("kuaiji.transfers.views.transfer_out", "TransferOut.objects.filter(pk=1).update(state=state)"),
        ("kuaiji.portal.me", "async def me(request):\n    await row.asave()"),
        ("kuaiji.accountants.guards", "with transaction.atomic():\n    pass"),
        ("kuaiji.accountants.sections.posts", "cursor.execute('DELETE FROM accountants_record')"),
        ("kuaiji.identity.pages", "User.objects.select_for_update().get(pk=1)"),
        ("kuaiji.identity.security.views", FORGETS_BY_NAME),
        ("kuaiji.identity.recovery.views", FORGETS_BY_MODULE),
        ("kuaiji.audit.middleware", "AccessLog.objects.bulk_create([])"),
    ],
)
def test_a_door_that_writes_is_found(module: str, text: str) -> None:
    assert is_door(module, OURS) and written_by(module, OURS.planted(module, text)) != []


@pytest.mark.parametrize("text", ["attrs.update({'a': 1})", "form.data.update(values)", "request.session.save()"])
def test_what_only_sounds_like_writing_is_let_through(text: str) -> None:
    assert written_by("kuaiji.collection.views", OURS.planted("kuaiji.collection.views", text)) == []


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("kuaiji.regions.scope", "from django.db.models import Q"),
        ("kuaiji.transfers.workflow", "from kuaiji.common import clock"),
        ("kuaiji.collection.workflow", "import datetime as dt\n\nTODAY = dt.date.today()"),
        ("kuaiji.limits.rules", "def rule():\n    from kuaiji.limits.models import Attempt"),
        ("kuaiji.accountants.rules", "from kuaiji.accountants.services.versions import answers_of"),
        ("kuaiji.portal.fees", '"""What is owed. Pure."""\n\nimport django'),
        ("kuaiji.common.documents.trees", "from django.conf import settings"),
    ],
)
def test_a_rule_that_is_not_pure_is_found(module: str, text: str) -> None:
    planted = OURS.planted(module, text)
    assert module in pure(planted) and impurities(module, planted) != []


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("kuaiji.house.run", "import kuaiji.closing.services"),
        ("kuaiji.house.run", "def run():\n    from django.conf import settings"),
        ("kuaiji.house.run", "from kuaiji.common import forms"),
        ("kuaiji_hub.views", "from kuaiji.archives.models import ArchivePrint"),
        ("kuaiji_standins.sms", "from kuaiji import limits"),
    ],
)
def test_an_import_from_outside_is_found(module: str, text: str) -> None:
    assert module in outside(OURS.planted(module, text))


@pytest.mark.parametrize(
    "module",
    [
        "kuaiji.collection.helpers",
        "kuaiji.identity.recovery.utils",
        "kuaiji.identity.people_and_more.services",
        "kuaiji.staff.desk",
        "kuaiji.transfers.answers",
    ],
)
def test_a_module_without_a_room_is_found_and_told_what_to_do(module: str) -> None:
    planted = OURS.planted(module, "x = 1")
    [words] = without_room(planted)
    assert words.startswith(f"{module} stands in no room. Give it the name of a room")


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("kuaiji.identity.recovery.services", "from kuaiji.identity.recovery.forms import RecoverForm"),
        ("kuaiji.identity.models.people", "def f():\n    from kuaiji.identity.people.services import find_users"),
        ("kuaiji.collection.workflow", "import kuaiji.collection.models"),
        ("kuaiji.collection.forms", "from kuaiji.collection import views"),
        ("kuaiji.transfers.enums", "from kuaiji.transfers.workflow import OUT"),
        ("kuaiji.accountants.services.opening", "from kuaiji.accountants.sections.registry import SECTIONS"),
    ],
)
def test_an_import_that_climbs_is_found(module: str, text: str) -> None:
    assert [words for words in upwards(OURS.planted(module, text)) if words.startswith(f"{module} (")]


def test_a_circle_is_found_through_a_function_too() -> None:
    planted = OURS.planted("kuaiji.common.text", "def f():\n    from kuaiji.common.phones import check_mobile")
    planted = planted.planted("kuaiji.common.phones", "from . import text")
    assert circles(planted.graph()) == [["kuaiji.common.phones", "kuaiji.common.text"]]


def test_a_crowd_is_found() -> None:
    planted: Modules = OURS
    for number in range(15):
        planted = planted.planted(f"kuaiji.closing.more{number}", "")
    assert crowded(planted).keys() == {"closing"}


def test_a_place_is_that_of_the_folder_that_names_a_room() -> None:
    rooms = {
        "kuaiji.identity.models.sms_codes": "models",
        "kuaiji.identity.sms_codes.services": "services",
        "kuaiji.accountants.models.sections": "models",
        "kuaiji.accountants.sections.forms.base": "forms",
        "kuaiji.transfers.views.transfer_in": "doors",
    }
    found = {module: place_of(module, OURS) for module in rooms}
    assert {module: place.room for module, place in found.items() if place} == rooms
