"""A page of ours in a browser."""

import pytest
from playwright.sync_api import Page

from tests.support.form_site import Site


@pytest.fixture
def site(page: Page) -> Site:
    return Site(page)
