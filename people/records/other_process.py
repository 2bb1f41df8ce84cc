"""A second process of the platform, on the database of the first. Nothing of Django is imported before it is set up."""

import os
from multiprocessing.connection import Connection
from typing import Any

SETTINGS = "kuaiji.config.settings"


def serve(pipe: "Connection[Any, Any]", database: str) -> None:
    """Do what comes through ``pipe``, and send back what comes of it; nothing ends it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django
    from django.db import connections

    django.setup()
    connections.settings["default"]["NAME"] = database
    from people.records.fresh_answers import do

    while task := pipe.recv():
        pipe.send(do(*task))
    connections.close_all()
