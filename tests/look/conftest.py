"""A page of ours in a browser."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page

if TYPE_CHECKING:
    from tests.support.form_site import Site


@pytest.fixture
def site(page: Page) -> "Site":
    from tests.support.form_site import Site  # its forms want the apps, which are not loaded when this file is

    return Site(page)
