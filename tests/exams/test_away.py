"""Home while the database is away."""

import pytest
from django.db import connections
from django.test import Client


@pytest.mark.race
def test_home_leaves_the_exam_out_while_nobody_answers(client: Client) -> None:
    connections.close_all()
    connections.settings["default"]["NAME"] = "gone"
    answer = client.get("/")
    assert answer.status_code == 200 and "找本地财政部门" in answer.content.decode()
