"""The field matrix against the notice's own table, and the database against the field matrix."""

import csv
from pathlib import Path

import pytest

from kuaiji.accountants.enums import EmploymentStatus
from kuaiji.accountants.models import Employment
from kuaiji.accountants.sections import field_matrix
from kuaiji.accountants.sections.forms.employment import EmploymentForm

TABLE = Path(__file__).parent / "data" / "work_field_matrix.csv"
COLUMNS = {
    EmploymentStatus.ACCOUNTING_POST: "accounting_post",
    EmploymentStatus.OTHER_POST: "non_accounting_post",
    EmploymentStatus.UNEMPLOYED: "unemployed",
    EmploymentStatus.STUDENT: "student",
}


def printed() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_names_labels_and_order_are_the_notice_s() -> None:
    assert [(field.name, field.label) for field in field_matrix.FIELDS] == [
        (row["field_en"], row["field_zh"]) for row in printed()
    ]


@pytest.mark.parametrize("status", list(EmploymentStatus))
def test_every_cell_is_the_notice_s(status: EmploymentStatus) -> None:
    expected = {row["field_en"] for row in printed() if row[COLUMNS[status]] == "1"}
    assert field_matrix.asked(status) == expected
    assert len(expected) == {"1": 13, "2": 7, "3": 2, "4": 3}[status.value]


def test_every_field_is_in_the_form_and_in_the_table() -> None:
    columns = {field.name for field in Employment._meta.get_fields()}
    for field in field_matrix.FIELDS:
        assert field.name in EmploymentForm.base_fields
        assert field.name in columns


def test_appointment_is_required_only_with_a_post() -> None:
    assert "technical_post_appointed_on" not in field_matrix.required("1", "00")
    assert "technical_post_appointed_on" in field_matrix.required("1", "03")
    assert "technical_post_appointed_on" not in field_matrix.required("2", "03")


def test_every_cell_is_a_constraint_of_the_database() -> None:
    names = {constraint.name for constraint in Employment._meta.constraints}
    for field in field_matrix.FIELDS:
        if field.statuses != field_matrix.EVERYBODY:
            assert f"employment_{field.name}" in names
