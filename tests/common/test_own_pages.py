"""Apps register where people's own pages begin: what the navigation shows, and what waits for texts that are due."""

import pytest

from kuaiji.common.context import works
from kuaiji.common.own_pages import OWN_PAGES, is_own, waits_for_texts
from kuaiji.common.registry import Unregistered

ADDRESSES = {
    "/register/": False,
    "/me/": True,
    "/me/security/": False,
    "/me/data/": False,
    "/collection/": True,
    "/changes/": True,
    "/transfers/": True,
}


def test_every_app_has_registered_its_pages_and_they_answer() -> None:
    assert {address: OWN_PAGES[address].after_texts for address in OWN_PAGES} == ADDRESSES
    assert all(works(address) for address in OWN_PAGES)


@pytest.mark.parametrize(
    ("path", "own", "waits"),
    [
        ("/", False, False),
        ("/directory/", False, False),
        ("/attachments/1/", False, False),
        ("/register/details/", True, False),
        ("/me/", True, True),
        ("/me/archive/", True, True),
        ("/me/data.json", True, True),
        ("/me/data/", True, False),
        ("/me/security/password/", True, False),
        ("/transfers/out/", True, True),
    ],
)
def test_the_longest_address_decides(path: str, own: bool, waits: bool) -> None:
    assert (is_own(path), waits_for_texts(path)) == (own, waits)


def test_pages_that_nobody_registered_are_refused_in_words() -> None:
    with pytest.raises(Unregistered, match="address of people's own pages '/staff/'"):
        OWN_PAGES["/staff/"]
