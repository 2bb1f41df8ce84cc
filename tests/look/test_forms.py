"""Wording of refusals, dates and codes as typed, rows changed without script."""

import datetime as dt

import pytest
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import DateField, Form, SmsCodeField, WholeNumberField, change_rows

CHOICES = [("1", "甲")]
DAY = dt.date(2020, 7, 1)


def complaint(field: forms.Field, value: object) -> str:
    """The one refusal of ``value``."""
    name = "file" if isinstance(field, forms.FileField) else "thing"
    form = type("OneField", (Form,), {name: field})({name: value}, {name: value})
    assert not form.is_valid()
    (message,) = form.errors[name]
    return str(message)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        (forms.CharField(label="姓名"), "", "请填写姓名"),
        (forms.ChoiceField(label="民族", choices=CHOICES), "", "请选择民族"),
        (forms.ChoiceField(label="民族", choices=CHOICES, widget=forms.RadioSelect), "", "请选择民族"),
        (forms.BooleanField(label="承诺"), "", "请勾选承诺"),
        (forms.FileField(label="证件照"), None, "请上传证件照"),
        (forms.FileField(label="证件照"), SimpleUploadedFile("a.jpg", b""), "证件照的文件是空的，请重新选择"),
        (forms.ChoiceField(label="民族", choices=CHOICES), "9", "民族不在可选范围内，请重新选择"),
        (forms.CharField(label="学校", max_length=3), "甲乙丙丁", "学校最多 3 个字，现有 4 个，请删减"),
        (forms.CharField(label="理由", min_length=3), "甲", "理由至少 3 个字，现有 1 个，请补充"),
        (forms.IntegerField(label="年限", max_value=60), "61", "年限不能大于 60，请核对"),
        (forms.IntegerField(label="年限", min_value=0), "-1", "年限不能小于 0，请核对"),
        (WholeNumberField(label="年限"), "1_0", "年限应是数字，请用 0-9 填写"),
        (WholeNumberField(label="年限"), "٣", "年限应是数字，请用 0-9 填写"),
        (WholeNumberField(label="年限"), "7.0", "年限应是数字，请用 0-9 填写"),
        (WholeNumberField(label="年限"), "9" * 5000, "年限应是数字，请用 0-9 填写"),
        (forms.IntegerField(label="年限"), "七", "年限应是数字，请用 0-9 填写"),
        (forms.EmailField(label="电子邮箱"), "name", "电子邮箱格式不对，应类似 12345678@qq.com"),
        (forms.CharField(label="姓名"), "甲\0", "姓名含有看不见的字符，请重新输入"),
        (DateField(label="毕业时间"), "", "请填写毕业时间"),
        (DateField(label="毕业时间"), "去年夏天", "毕业时间请按2020年7月1日的样子填写"),
        (DateField(label="毕业时间"), "2021-02-30", "2月没有30日，请核对毕业时间"),
        (SmsCodeField(label="短信验证码"), "12345", "短信验证码是 6 位数字，请对照短信重新输入"),
        (SmsCodeField(label="短信验证码"), "12a456", "短信验证码是 6 位数字，请对照短信重新输入"),
        (forms.CharField(label="姓名", error_messages={"required": "姓名照证件填写"}), "", "姓名照证件填写"),
    ],
)
def test_a_refusal_names_the_field_and_the_remedy(field: forms.Field, value: object, message: str) -> None:
    assert complaint(field, value) == message


def test_a_broken_rule_shows_at_its_field_or_on_top_of_the_page() -> None:
    class OneField(Form):
        name = forms.CharField(label="姓名")

    form = OneField({"name": "甲"})
    assert form.is_valid()
    form.refuse(RuleBroken("taken", "姓名已有人用", "name"))
    form.refuse(RuleBroken("closed", "现在不办理"))
    form.refuse(RuleBroken("elsewhere", "请到别处办理", "no_field_of_this_form"))
    assert form.errors == {"name": ["姓名已有人用"], NON_FIELD_ERRORS: ["现在不办理", "请到别处办理"]}
    assert form.has_error("name", "taken") and form.has_error(NON_FIELD_ERRORS, "elsewhere")


def test_one_form_does_not_put_its_words_into_the_fields_of_others() -> None:
    field = forms.CharField(label="甲")
    assert complaint(field, "") == "请填写甲"
    field.label = "乙"
    assert complaint(field, "") == "请填写乙"


@pytest.mark.parametrize("typed", ["2020-07-01", "2020年7月1日", "20200701", "2020/7/1", " ２０２０－０７－０１ ", DAY])
def test_dates_are_read_as_people_type_them(typed: object) -> None:
    assert DateField().clean(typed) == DAY


def test_an_empty_date_that_is_not_required_is_none() -> None:
    assert DateField(required=False).clean("") is None


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "１２３４５６", "123-456"])
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert SmsCodeField().clean(typed) == "123456"


def posted(rows: list[str], action: str, most: int = 1000) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({"r-TOTAL_FORMS": str(len(rows)), "r-INITIAL_FORMS": "0", "r-MAX_NUM_FORMS": str(most)})
    data.update({f"r-{number}-name": name for number, name in enumerate(rows)})
    data.update({"rs-0-name": "another formset", "action": action})
    return data


def read(data: QueryDict) -> list[str]:
    count = int(str(data["r-TOTAL_FORMS"]))
    assert not [
        key for key in data if key.startswith("r-") and key.endswith("name") and int(key.split("-")[1]) >= count
    ]
    return [data.get(f"r-{number}-name", "") for number in range(count)]


@given(rows=st.lists(st.text(max_size=3), max_size=12), number=st.integers(0, 15))
def test_rows_come_and_go_like_items_of_a_list(rows: list[str], number: int) -> None:
    added = change_rows(posted(rows, "add-r"))
    assert added is not None
    assert read(added) == [*rows, ""]
    removed = change_rows(posted(rows, f"remove-r-{number}"))
    assert removed is not None
    assert read(removed) == rows[:number] + rows[number + 1 :]
    assert removed["rs-0-name"] == "another formset"


def test_no_row_beyond_the_limit() -> None:
    changed = change_rows(posted(["甲", "乙"], "add-r", most=2))
    assert changed is not None
    assert read(changed) == ["甲", "乙"]


def test_rows_known_before_never_outnumber_the_rows() -> None:
    data = posted(["甲", "乙"], "remove-r-0")
    data["r-INITIAL_FORMS"] = "2"
    changed = change_rows(data)
    assert changed is not None
    assert changed["r-INITIAL_FORMS"] == "1"


@pytest.mark.parametrize(
    "action", ["", "save", "add-", "add-other", "remove-r", "remove-r-", "remove-r-x", "remove-r-²", "add-r-0"]
)
def test_other_buttons_change_no_rows(action: str) -> None:
    assert change_rows(posted(["甲"], action)) is None


@pytest.mark.parametrize("count", ["", "x", "-1", "²", "9" * 5000])
def test_a_tampered_count_changes_nothing(count: str) -> None:
    data = posted(["甲"], "add-r")
    data["r-TOTAL_FORMS"] = count
    assert change_rows(data) is None
