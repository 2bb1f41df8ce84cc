"""Choices that are read once, and look as if each form had read them."""

from typing import Any

import pytest
from django import forms

from kuaiji.common.choices import FixedChoices
from kuaiji.common.markup import render_field

ROWS = [("", "请选择"), ("组", [("1", "一 < 二"), ("11", "十一")]), ("2", "二")]
BARE = [("1", "一"), ("2", "二")]


def form_of(choices: Any) -> type[forms.Form]:
    return type("Asked", (forms.Form,), {"one": forms.ChoiceField(label="一", choices=choices)})


def test_they_are_read_once_for_all_forms() -> None:
    read: list[bool] = []

    def rows() -> list[Any]:
        read.append(True)
        return ROWS

    made = form_of(FixedChoices(rows))
    assert read == []
    for value in ("", "1", "11", "2"):
        assert made({"one": value})["one"].as_widget()
    assert list(made().fields["one"].choices) == ROWS and len(read) == 1  # type: ignore[attr-defined]
    assert made({"one": "11"}).is_valid() and not made({"one": "3"}).is_valid()


@pytest.mark.parametrize("rows", [ROWS, BARE])
@pytest.mark.parametrize(("value", "chosen"), [("1", "1"), ("2", "2"), ("11", "11"), ("3", None), ('"<', None)])
def test_the_chosen_one_is_chosen_in_its_page_alone(rows: list[Any], value: str, chosen: str | None) -> None:
    made = form_of(FixedChoices(lambda: rows))
    there = f'value="{chosen}"' in render_field(made()["one"])
    drawn = render_field(made(initial={"one": value})["one"])
    assert drawn.count(" selected") == int(there)
    assert (f'<option value="{chosen}" selected>' in drawn) == there
    assert drawn == render_field(form_of(rows)(initial={"one": value})["one"])
    assert " selected>" not in render_field(made(initial={"one": "3"})["one"])


def test_nothing_is_chosen_for_the_person_where_nothing_was() -> None:
    for value in (None, ""):
        assert '<option value="" selected>' in render_field(
            form_of(FixedChoices(lambda: ROWS))(initial={"one": value})["one"]
        )
        bare = render_field(form_of(FixedChoices(lambda: BARE))(initial={"one": value})["one"])
        assert '<option value="">请选择</option>' in bare and "selected" not in bare
