"""The platform inside this process and others forked from it, on a throw-away server with real transactions."""

import contextlib
import logging
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import django
from django.db import connections

from kuaiji.house.databases import Server
from people.houses.database import make_template, new_home, running_server
from people.houses.prepared import TEMPLATE

Task = TypeVar("Task")
Result = TypeVar("Result")
WORKERS = 4


@contextlib.contextmanager
def platform_inside(**env: str) -> Iterator[Server]:
    """The server, gone afterwards; models may be imported inside the block. ``env`` goes to the settings."""
    development = new_home("sm")
    os.environ |= development.platform_env(TEMPLATE) | {"KUAIJI_DEMO": "0"} | env
    try:
        with running_server(development) as server:
            make_template(development)
            django.setup()
            logging.disable()
            yield server
            connections.close_all()
    finally:
        shutil.rmtree(development.home)


@contextlib.contextmanager
def fresh_database(server: Server, name: str) -> Iterator[None]:
    """A migrated database without people for Django's connection."""
    connections.close_all()
    server.clone(TEMPLATE, name)
    connections.settings["default"]["NAME"] = name
    yield
    connections.close_all()
    server.drop(name)


def in_processes(function: Callable[[Task], Result], tasks: Iterable[Task]) -> list[Result]:
    """Do ``tasks`` in WORKERS processes, each with a connection of its own."""
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(WORKERS) as pool:
        return list(pool.imap_unordered(function, tasks))
