from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _sample_kinds() -> Iterator[None]:
    from tests.support.cases import sample_kinds

    with sample_kinds():
        yield
