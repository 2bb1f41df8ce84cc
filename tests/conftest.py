"""The world of the tests: a real PostgreSQL used as the app role, the real house, a real browser, no internet.

``db`` tests run in a transaction that is rolled back. Tests marked ``race`` get a database of their own and really
commit. Flushing tables is refused: the app role may not, and it would empty the reference data.

``TEST_SUITE=aes`` runs everything under the other cipher suite.
"""

import gc
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import django
import hypothesis
import pytest
import pytest_django
from playwright.sync_api import Browser, Page

from kuaiji.house.databases import Server
from kuaiji.house.development import Development
from people import browsers
from people.browsers import Screen
from people.houses import prepared
from people.houses.database import SHARED, make_template, new_home, running_server
from people.houses.prepared import TEMPLATE, Level
from people.houses.stack import Stack, free_base_port, running_stack
from tests.support.network import forbid_the_internet
from tests.support.tiers import group_of, needs_database, needs_house, place_of, tiers_of

# Settings are read when pytest-django configures itself, after this file: by then the addresses must stand.
pytest_plugins = ["tests.support.files", "tests.support.servers"]
SUITE = os.environ.get("TEST_SUITE", "sm")
DEVELOPMENT = new_home(SUITE)
os.environ |= DEVELOPMENT.platform_env(SHARED) | {
    "KUAIJI_DEMO": "0",
    "KUAIJI_HUB_URL": "",  # no hub unless a test brings its own
}
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in this thread
(DEVELOPMENT.home / "static").mkdir()
TESTS = Path(__file__).parent

hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("repeatable")
forbid_the_internet()


def pytest_configure(config: pytest.Config) -> None:
    django.setup()
    if config.getoption("numprocesses") and not hasattr(config, "workerinput"):
        del os.environ["DJANGO_SETTINGS_MODULE"]  # the processes of the run have homes of their own


def pytest_unconfigure() -> None:
    shutil.rmtree(DEVELOPMENT.home)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are processors: visitors of a house wait for it most of the time."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """What is collected stays to the end: nobody looks through its millions of objects for garbage, now or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say of each test what it needs and in which group it runs (docs/development.md), the longest groups first."""
    groups = {}
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        groups[item] = group_of(item, folder)
        item.add_marker(pytest.mark.xdist_group(groups[item]))
        for tier in tiers_of(item, folder):
            item.add_marker(tier)
        marker = item.get_closest_marker("django_db")
        if marker and (marker.kwargs.get("transaction") or any(marker.args)):
            raise pytest.UsageError(f"{item.nodeid}: tables are never flushed; mark it race instead")
    items.sort(key=lambda item: place_of(groups[item]))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Copy what is prepared, or make it: here, for it takes half a minute, and no test's time runs yet."""
    house = any(map(needs_house, session.items))
    if not session.config.option.collectonly and (house or any(map(needs_database, session.items))):
        prepared.fill(DEVELOPMENT, SUITE, Level.HOUSE if house else Level.DATABASE)


@pytest.fixture(scope="session")
def development() -> Development:
    """The home of this run: folder, secrets, server."""
    return DEVELOPMENT


@pytest.fixture(scope="session")
def server(development: Development) -> Iterator[Server]:
    """The throw-away PostgreSQL server with our roles, and what is prepared."""
    with running_server(development, SUITE) as server:
        yield server


@pytest.fixture(scope="session")
def template(server: Server, development: Development) -> str:
    """The name of the migrated database with reference data that others are copied from."""
    make_template(development)
    return TEMPLATE


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, server: Server, template: str, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[None]:
    """Instead of pytest-django's own: the database of the settings is a copy of the template."""
    from django.db import connections

    server.clone(template, SHARED)
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture
def transactional_db() -> None:
    """Refused, also for ``live_server``: use a race test or the stack."""
    pytest.fail("tables are never flushed: mark the test race, or use the fixture stack")


@pytest.fixture
def cloned_database(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    server: Server,
    template: str,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> Iterator[str]:
    """A database of the test's own, where it commits from as many threads as it likes; dropped afterwards."""
    from django.db import connections

    name = f"kuaiji_race_{os.urandom(4).hex()}"
    server.clone(template, name)
    settings = connections.settings["default"]
    with django_db_blocker.unblock():
        connections.close_all()
        settings["NAME"] = name
        try:
            yield name
        finally:
            connections.close_all()
            settings["NAME"] = SHARED
            server.drop(name)


@pytest.fixture(autouse=True)
def _race(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("race"):
        request.getfixturevalue("cloned_database")


@pytest.fixture(autouse=True)
def _exam_rules_read_anew() -> None:
    """What one test wrote down of exams does not stand for the next one."""
    from kuaiji.exams.services.rulebook import forget_rulebook
    from kuaiji.notices.services.reading import forget_notices

    forget_rulebook()
    forget_notices()


@pytest.fixture(scope="session")
def make_database(server: Server) -> Callable[[str], tuple[str, str]]:
    """``make_database(name)`` makes an empty database with our roles: the addresses for the app and for the owner."""

    def make(name: str) -> tuple[str, str]:
        server.ensure_database(name)
        return server.url(server.app, name), server.url(server.owner, name)

    return make


@pytest.fixture(scope="session")
def stack(server: Server, development: Development) -> Iterator[Stack]:
    """The running house on free ports, on databases that were prepared; one for the whole run."""
    env = {"DATABASE_URL": server.admin_url, "KUAIJI_ADDRESS_LIMITS": "off", "KUAIJI_REVIEW_SECONDS": "2"}
    with running_stack(development.home, env, free_base_port()) as stack:
        yield stack


@pytest.fixture(scope="session")
def other_platform(stack: Stack) -> str:
    """The address of the second platform. Who visits it says so by this fixture: they are a group of their own."""
    return stack.other


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for the whole run."""
    yield from browsers.launched()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a fresh visitor who speaks Chinese, on the ``Screen`` of an indirect parameter."""
    screen: Screen | None = getattr(request, "param", None)
    yield from browsers.opened_page(browser, **(screen.context if screen else {}))
