"""A house of the bench's own, as ``make run`` starts it: empty, durable, on free ports, gone afterwards."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django

from kuaiji.house.development import open_development
from tests.support.stack import Stack, free_base_port, running_stack


@contextlib.contextmanager
def bench_house() -> Iterator[Stack]:
    """The running house. Inside the block this process is one of the platform's too: it may import models."""
    for name in [name for name in os.environ if name.startswith(("KUAIJI_", "DATABASE_"))]:
        del os.environ[name]
    home, base_port = Path(tempfile.mkdtemp(prefix="kuaiji-bench-")), free_base_port()
    home.chmod(0o711)  # the database's system user passes through
    os.environ |= {"KUAIJI_HOME": str(home), "KUAIJI_BASE_PORT": str(base_port), "KUAIJI_ADDRESS_LIMITS": "off"}
    try:
        with running_stack(home, {"KUAIJI_ADDRESS_LIMITS": "off"}, base_port) as stack:
            os.environ |= open_development().platform_env()
            django.setup()
            yield stack
    finally:
        shutil.rmtree(home)
