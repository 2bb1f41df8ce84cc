"""What one looks at from a form of who is not signed in opens beside it: nothing typed is dropped."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.support.form_links import FormLinks

pytestmark = pytest.mark.django_db
# Ways out, which say so: who takes one gives up.
BY_PASSWORD = "identity:login"  # in the place of a code that nobody can be sent today
GIVING_UP = {"transfers:in": ["transfers:overview"], "applications:phone_lost": ["identity:login"]}


@pytest.mark.parametrize("budget_spent", [False, True])
@pytest.mark.parametrize(
    "name",
    ["identity:register", "identity:register_details", "identity:recover", "transfers:in", "applications:phone_lost"],
)
def test_no_link_in_a_form_of_a_stranger_drops_what_was_typed(
    name: str, budget_spent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kuaiji.identity.forms.IdentityForm.is_budget_spent", budget_spent)
    client = Client()
    client.post(reverse("identity:register"), {"works_in_accounting": "yes", "holds_qualification": "yes"})
    ways = [BY_PASSWORD] * (budget_spent and name != "identity:register") + GIVING_UP.get(name, [])
    page = client.get(reverse(name)).content.decode()
    assert "csrfmiddlewaretoken" in page
    assert FormLinks(page).found == [reverse(way) for way in ways]
