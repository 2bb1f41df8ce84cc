"""The field tag: every kind of control, its names and ids, what is hostile in it, and the box of faults."""

import datetime as dt
from html.parser import HTMLParser

import pytest
from django import forms
from django.forms import formset_factory
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.common.forms import Form, RowSet
from kuaiji.common.markup import render_error_summary, render_field

VOID = {"input", "br", "img"}
CITIES = [("", "不选"), ("省", [("1", "省本级")]), ("广州市", [("2", "荔湾区"), ("3", "天河区")])]
FLAT = [("1", "会计工作岗位"), ("2", "待业")]


class Page(HTMLParser):
    """What a browser would see: elements with their attributes, the text, and whether every element was closed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.elements if tag in tags]

    def one(self, *tags: str) -> dict[str, str | None]:
        (found,) = self.all(*tags)
        return found

    def by_id(self, name: str) -> dict[str, str | None]:
        (found,) = [attrs for _, attrs in self.elements if attrs.get("id") == name]
        return found


def look(field: forms.Field, data: object = None, *, initial: object = None, name: str = "thing") -> Page:
    """The field alone, bound when there is data, judged then."""
    kind = type("OneField", (Form,), {name: field})
    form = kind(None if data is None else {name: data}, initial={name: initial})
    form.is_valid()
    page = Page(render_field(form[name]))
    assert not page.open
    return page


KINDS: dict[str, tuple[forms.Field, object]] = {
    "text": (forms.CharField(label="名称", max_length=9), "甲 & 乙"),
    "email": (forms.EmailField(label="电子邮箱"), "name@example.cn"),
    "tel": (forms.CharField(label="手机号", widget=forms.TelInput), "13800000000"),
    "number": (forms.IntegerField(label="年限"), "7"),
    "textarea": (forms.CharField(label="理由", widget=forms.Textarea), "\n第一行\n第二行"),
    "select": (forms.ChoiceField(label="岗位", choices=[("", "请选择"), *FLAT]), "2"),
    "grouped": (forms.ChoiceField(label="区划", choices=CITIES), "3"),
    "radio": (forms.ChoiceField(label="在岗状态", choices=FLAT, widget=forms.RadioSelect), "1"),
    "boxes": (forms.MultipleChoiceField(label="多选", choices=FLAT, widget=forms.CheckboxSelectMultiple), ["1", "2"]),
    "box": (forms.BooleanField(label="本人承诺"), True),
    "file": (forms.FileField(label="照片", widget=forms.FileInput(attrs={"accept": "image/*"})), None),
    "password": (forms.CharField(label="密码", widget=forms.PasswordInput), "secret"),
    "hidden": (forms.CharField(widget=forms.HiddenInput), "<7>"),
    "typed date": (forms.DateField(label="日期", widget=forms.TextInput), "2020年7月1日"),
}


def sent(page: Page) -> list[tuple[str, ...]]:
    """What the controls would send, and what they are found by."""
    rows: list[tuple[str, ...]] = []
    for attrs in page.all("input", "textarea"):
        checked = "checked" if "checked" in attrs else ""
        value = attrs.get("value") or ""
        if attrs.get("type") == "checkbox" and value == "on":
            value = ""  # what a box without a value sends anyway
        rows.append((attrs.get("name") or "", attrs.get("id") or "", value, checked))
    rows += [(attrs.get("name") or "", attrs.get("id") or "", "", "") for attrs in page.all("select")]
    rows += [(attrs["value"] or "", "selected" if "selected" in attrs else "") for attrs in page.all("option")]
    return rows


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bound", [True, False], ids=["bound", "initial"])
def test_sends_what_djangos_own_widget_would_send(kind: str, bound: bool) -> None:
    field, value = KINDS[kind]
    form = type("OneField", (Form,), {"thing": field})({"thing": value} if bound else None, initial={"thing": value})
    ours, theirs = Page(render_field(form["thing"])), Page(str(form["thing"]))
    assert sent(ours) == sent(theirs)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("hidden", "radio", "boxes")])
def test_a_label_names_its_control(kind: str) -> None:
    page = look(KINDS[kind][0])
    control = page.by_id("id_thing")
    label = page.one("label")
    assert label.get("for") == "id_thing" or "k-choice" in (label["class"] or "")
    assert control["name"] == "thing"
    assert str(KINDS[kind][0].label) in page.text


@pytest.mark.parametrize("kind", ["radio", "boxes"])
def test_a_group_is_named_by_its_legend_and_its_cards_by_their_text(kind: str) -> None:
    page = look(KINDS[kind][0])
    assert page.one("legend") == {}
    assert [control["id"] for control in page.all("input")] == ["id_thing_0", "id_thing_1"]
    assert page.text == f"{KINDS[kind][0].label}会计工作岗位待业"
    assert page.one("fieldset").get("role") == ("radiogroup" if kind == "radio" else None)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("hidden", "boxes")])
def test_hint_and_fault_are_tied_to_the_control(kind: str) -> None:
    field = KINDS[kind][0]
    field.help_text = "看营业执照"
    page = look(field, "")
    control = page.one("fieldset") if kind == "radio" else page.by_id("id_thing")
    assert control["aria-describedby"] == "hint-thing error-thing"
    assert control["aria-invalid"] == "true"
    assert control["aria-required"] == "true"
    assert page.by_id("hint-thing")["class"] == "k-hint"
    assert page.by_id("error-thing")["class"] == "k-error"
    assert page.elements[0][1]["class"] == "k-field bad"
    field.help_text = ""


def test_only_radio_groups_carry_their_state_boxes_carry_it_one_by_one() -> None:
    page = look(KINDS["boxes"][0], "")
    assert page.one("fieldset").keys() == {"class", "id", "aria-describedby"}
    assert [box["aria-invalid"] for box in page.all("input")] == ["true", "true"]


def test_nothing_is_left_to_the_browsers_own_validation() -> None:
    for field, _ in KINDS.values():
        assert all("required" not in attrs for _, attrs in look(field).elements)


def test_what_is_optional_says_so_and_a_condition_may_silence_it() -> None:
    form = type("OneField", (Form,), {"phone": forms.CharField(label="单位电话", required=False)})()
    assert Page(render_field(form["phone"])).text == "单位电话（选填）"
    assert Page(render_field(form["phone"], say_optional=False)).text == "单位电话"
    assert "aria-required" not in render_field(form["phone"])


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("number", {"type": "text", "inputmode": "numeric"}),
        ("email", {"type": "email", "inputmode": "email", "autocomplete": "email"}),
        ("tel", {"type": "tel", "autocomplete": "tel"}),
        ("password", {"type": "password", "autocomplete": "current-password"}),
        ("text", {"type": "text", "maxlength": "9"}),
        ("file", {"type": "file", "accept": "image/*"}),
    ],
)
def test_each_kind_brings_its_keyboard_and_filler(kind: str, expected: dict[str, str]) -> None:
    control = look(KINDS[kind][0]).by_id("id_thing")
    assert {name: control.get(name) for name in expected} == expected


def test_attributes_of_the_widget_win_over_ours() -> None:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "k-w-m", "data-on": True, "x": None})
    control = look(forms.CharField(label="密码", widget=widget)).by_id("id_thing")
    assert control["autocomplete"] == "new-password"
    assert control["class"] == "k-input k-w-m"
    assert "data-on" in control
    assert "x" not in control


def test_a_password_is_never_shown_again() -> None:
    assert "hunter2" not in render_field(type("F", (Form,), {"p": KINDS["password"][0]})({"p": "hunter2"})["p"])


def test_a_date_is_shown_the_way_it_is_typed() -> None:
    day = dt.date(2020, 7, 1)
    assert look(forms.DateField(label="日期"), initial=day).by_id("id_thing")["value"] == "2020-07-01"


def test_a_textarea_keeps_its_first_empty_line() -> None:
    form = type("OneField", (Form,), {"reason": KINDS["textarea"][0]})(initial={"reason": "\n甲\n乙"})
    assert ">\n\n甲\n乙</textarea>" in render_field(form["reason"])  # a browser drops the first of the two


def test_a_select_never_chooses_for_the_person() -> None:
    page = look(forms.ChoiceField(label="岗位", choices=FLAT))
    assert page.all("option")[0]["value"] == ""
    assert page.text == "岗位请选择会计工作岗位待业"


def test_a_received_file_is_shown_and_may_be_replaced() -> None:
    form = type("F", (Form,), {"photo": forms.FileField(label="证件照")})()
    form.received = {"photo": {"url": "/attachments/7/?a=1&b=2", "label": '我的"照片".jpg'}}
    page = Page(render_field(form["photo"]))
    assert '已收到 我的"照片".jpg' in page.text
    assert "重新选择" in page.text
    assert {link["href"] for link in page.all("a")} == {"/attachments/7/?a=1&b=2"}
    assert page.one("img") == {"src": "/attachments/7/?a=1&b=2", "alt": "证件照预览"}


def test_a_disabled_field_shows_its_value_and_takes_no_other() -> None:
    page = look(forms.CharField(label="证件号", disabled=True), "typed", initial="kept")
    assert page.by_id("id_thing")["value"] == "kept"
    assert "disabled" in page.by_id("id_thing")


def test_an_unknown_widget_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="SplitDateTimeWidget"):
        look(forms.CharField(widget=forms.SplitDateTimeWidget))


HOSTILE = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=30
) | st.sampled_from(
    [
        '"><script>alert(1)</script>',
        "' onfocus=x autofocus='",
        "</textarea><b>",
        "</option></select>",
        "&quot;&#34;&amp;",
        "{{x}}{%y%}",
    ]
)


@given(words=HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    def clean(self: Form) -> None:
        self.add_error("text", words)

    choices = [(words, words), (f"{words}~", [(f"{words}1", words)])]
    form = type(
        "Hostile",
        (Form,),
        {
            "text": forms.CharField(
                label=words, help_text=words, required=False, widget=forms.TextInput(attrs={"title": words})
            ),
            "area": forms.CharField(label=words, required=False, widget=forms.Textarea),
            "one": forms.ChoiceField(label=words, choices=choices, required=False),
            "card": forms.ChoiceField(label=words, choices=choices[:1], required=False, widget=forms.RadioSelect),
            "box": forms.BooleanField(label=words, required=False),
            "clean": clean,
        },
    )({"text": words, "area": words, "one": words, "card": words})
    form.is_valid()
    pages = {name: Page(render_field(form[name])) for name in form.fields}
    tags = {name: [tag for tag, _ in page.elements] for name, page in pages.items()}
    assert tags == {
        "text": ["div", "label", "span", "p", "p", "input"],
        "area": ["div", "label", "span", "textarea"],
        "one": ["div", "label", "span", "select", "option", "option", "optgroup", "option"],
        "card": ["fieldset", "legend", "span", "div", "label", "input", "span"],
        "box": ["div", "label", "input", "span"],
    }
    assert pages["text"].one("input")["value"] == words
    assert pages["text"].one("input")["title"] == words
    assert pages["text"].text == f"{words}（选填）{words}{words}"
    assert [option["value"] for option in pages["one"].all("option")] == ["", words, f"{words}1"]
    assert pages["card"].one("input")["value"] == words
    summary = Page(render_error_summary([form]))
    assert [tag for tag, _ in summary.elements] == ["div", "h2", "ul", "li", "a"]
    assert summary.text == f"有 1 处需要修改{words}"


class Row(Form):
    category = forms.ChoiceField(label="类型", choices=FLAT)
    kind = forms.ChoiceField(label="方式", choices=FLAT, widget=forms.RadioSelect)


Rows = formset_factory(Row, formset=RowSet, extra=0, max_num=3, validate_max=True)


def rows(count: int) -> "forms.BaseFormSet[forms.BaseForm]":
    data = {"rows-TOTAL_FORMS": str(count), "rows-INITIAL_FORMS": "0"}
    data |= {f"rows-{number}-category": "9" for number in range(count)}
    return Rows(data, prefix="rows")


def test_rows_of_a_formset_have_ids_of_their_own() -> None:
    formset = rows(2)
    formset.is_valid()
    page = Page("".join(render_field(form["category"]) for form in formset.forms))
    assert [select["id"] for select in page.all("select")] == ["id_rows-0-category", "id_rows-1-category"]
    assert [select["aria-describedby"] for select in page.all("select")] == [
        "error-rows-0-category",
        "error-rows-1-category",
    ]
    assert page.by_id("error-rows-1-category")


def test_the_box_of_faults_counts_all_and_links_each_to_its_control() -> None:
    formset = rows(4)
    form = type(
        "F", (Form,), {"email": forms.EmailField(label="电子邮箱"), "key": forms.CharField(widget=forms.HiddenInput)}
    )({})
    form.add_error(None, "姓名与证件号码不一致")
    assert not formset.is_valid()
    page = Page(render_error_summary([form, formset, None]))
    box = page.by_id("error-summary")
    assert box == {"class": "k-summary", "id": "error-summary", "role": "alert", "tabindex": "-1"}
    targets = [link["href"] for link in page.all("a")]
    assert targets[0] == "#id_email"
    assert targets[1:3] == ["#id_rows-0-category", "#id_rows-0-kind_0"]
    assert page.text.startswith(
        f"有 {len(targets) + 3} 处需要修改"
    )  # the form's own, the hidden field's, the formset's
    assert "最多填写 3 项，请删去多余的" in page.text
    every = Page("".join(render_field(bound) for one in formset.forms for bound in one))
    assert all(every.by_id(target[1:]) for target in targets[1:] if target)


def test_nothing_is_complained_of_before_the_view_asks() -> None:
    formset = rows(2)
    form = type("F", (Form,), {"email": forms.EmailField(label="电子邮箱")})({"email": ""})
    assert render_error_summary([form, formset]) == ""
    assert "k-error" not in render_field(form["email"])
    assert "k-error" not in render_field(formset.forms[0]["category"])
