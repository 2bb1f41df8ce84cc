"""The pages of ``docs/security`` say what the code does."""

import ast
import re
from typing import Any, cast

import pytest
from django import forms
from django.conf import settings
from django.urls import get_resolver

from kuaiji.accountants.sections.forms.base import SectionForm
from kuaiji.accountants.sections.registry import SECTIONS
from kuaiji.applications.forms import CountryCorrectionForm, DocumentCorrectionForm, GenderCorrectionForm, PhoneLostForm
from kuaiji.archives.forms import CheckForm
from kuaiji.archives.paper import printing, renderer
from kuaiji.archives.services import LANES
from kuaiji.attachments.pictures import decoder, imaging
from kuaiji.attachments.purposes import PURPOSES
from kuaiji.attachments.services import UPLOADS_PER_DAY
from kuaiji.attachments.views import CropForm
from kuaiji.changes.forms import NameForm
from kuaiji.closing.forms import CloseForm
from kuaiji.collection.forms import NoticeForm
from kuaiji.common import http
from kuaiji.config.faces import EXAM
from kuaiji.desk.calendar.forms import NoticeForm as DeskNoticeForm
from kuaiji.desk.deciding.forms import DecisionForm
from kuaiji.desk.ending.forms import EndingForm, ReopeningForm
from kuaiji.desk.home.forms import GiveForm
from kuaiji.desk.notices.forms import PublicationForm, WithdrawalForm
from kuaiji.desk.people.forms import FilterForm
from kuaiji.desk.queues.forms import AskedForm, ChosenForm
from kuaiji.desk.record.forms import NoteForm, RevealForm
from kuaiji.desk.switches.forms import SwitchForm
from kuaiji.feedback.forms import EvaluationForm
from kuaiji.house.databases import APP_LIMITS
from kuaiji.identity.forms import CodeForm, PasswordForm
from kuaiji.identity.passwords import hashing
from kuaiji.identity.passwords.rules import DATA
from kuaiji.identity.recovery.forms import RecoverForm
from kuaiji.identity.registration.forms import DetailsForm, QuestionsForm
from kuaiji.identity.security.forms import ChangePasswordForm, NewPhoneForm
from kuaiji.identity.signing_in.forms import SignInForm
from kuaiji.identity.texts.forms import AgreeForm
from kuaiji.keys.fields import SealedField
from kuaiji.messages.forms import ChoiceForm
from kuaiji.portal.data import OwnerForm
from kuaiji.portal.exam.forms import QuestionForm
from kuaiji.staff import forms as staff_forms
from kuaiji.staff import urls as staff_urls
from kuaiji.staff.enums import Role
from kuaiji.staff.rules import ADMINISTRATORS
from kuaiji.transfers.forms import ClaimPicturesForm, TransferInForm, TransferOutForm
from tests.support.addresses import OPEN, routes
from tests.support.columns import CLASSES, OURS
from tests.support.sources import DOCS, ROOT, read_rows, trees

NAME = re.compile(r"`([^`]+)`")
FORMS: dict[str, type[forms.Form]] = {
    "questions": QuestionsForm,
    "details": DetailsForm,
    "sign_in": SignInForm,
    "recover": RecoverForm,
    "password": PasswordForm,
    "old_phone": CodeForm,
    "new_phone": NewPhoneForm,
    "change_password": ChangePasswordForm,
    "close": CloseForm,
    "agree": AgreeForm,
    "choice": ChoiceForm,
    "question": QuestionForm,
    "evaluation": EvaluationForm,
    "notice": NoticeForm,
    "name": NameForm,
    "crop": CropForm,
    "correction_document": DocumentCorrectionForm,
    "correction_gender": GenderCorrectionForm,
    "correction_country": CountryCorrectionForm,
    "phone_lost": PhoneLostForm,
    "transfer_out": TransferOutForm,
    "transfer_in": TransferInForm,
    "claim_pictures": ClaimPicturesForm,
    "owner": OwnerForm,
    "verify": CheckForm,
    "staff_sign_in": staff_forms.SignInForm,
    "staff_factor": staff_forms.FactorForm,
    "staff_enrol": staff_forms.EnrolForm,
    "staff_join": staff_forms.JoinForm,
    "staff_password": staff_forms.OwnPasswordForm,
    "staff_post": staff_forms.PostForm,
    "staff_reason": staff_forms.ReasonForm,
    "staff_change": staff_forms.ChangeForm,
    "desk_asked": AskedForm,
    "desk_chosen": ChosenForm,
    "desk_give": GiveForm,
    "desk_decision": DecisionForm,
    "desk_ending": EndingForm,
    "desk_reopening": ReopeningForm,
    "desk_filter": FilterForm,
    "desk_reveal": RevealForm,
    "desk_note": NoteForm,
    "desk_notice": DeskNoticeForm,
    "desk_publication": PublicationForm,
    "desk_withdrawal": WithdrawalForm,
    "desk_switch": SwitchForm,
    **{section.slug.value: section.form for section in SECTIONS if section.form is not SectionForm},
    **{
        prefix: cast("type[forms.Form]", rows.form)
        for section in SECTIONS
        for prefix, (_, rows) in section.rows.items()
    },
}


def text(page: str) -> str:
    return (DOCS / page).read_text("utf-8")


def words_of_calls(name: str) -> set[str]:
    """First constant of every call of ``name`` in the source of the platform."""
    return {
        call.args[0].value
        for path, tree in trees().items()
        if "kuaiji" in path.parts
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and re.fullmatch(name, ast.unparse(call.func))
        if call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }


# ── access.md ──

WAYS = ["registration", "sign-in", "sign-in by code", "recovery", "the desk"]


def test_every_address_is_listed_with_who_may_ask_it() -> None:
    """ASVS 8.1.1; that it is so: tests/config/test_answers.py."""
    listed = {row[0].strip("`"): row[1] for row in read_rows("security/access.md", heading="address")}
    exam = set(routes(get_resolver(EXAM.urlconf)))
    assert set(listed) == set(routes()) | exam
    assert {address for address, who in listed.items() if who != "person"} == OPEN | exam
    assert set(listed.values()) == {"everybody", "visitor", "person", "token", "exam system"}


def test_every_address_of_staff_is_listed_with_who_may_ask_it() -> None:
    """ASVS 8.1.1; which roles may: the guard says, and tests/staff ask."""
    listed = {row[0].strip("`"): row[1] for row in read_rows("security/access.md", heading="address at the desk")}
    assert set(listed) == {f"/staff/{pattern.pattern}" for pattern in staff_urls.urlpatterns}
    roles = {address: views.staff_page["roles"] for address, views in staff_views().items()}
    assert {address for address, who in listed.items() if who == "管理, 审计, 系统"} == {
        address for address, asked in roles.items() if asked == set(ADMINISTRATORS)
    }
    assert {address for address, who in listed.items() if who == "member"} == {
        address for address, asked in roles.items() if asked == set(Role)
    }


def staff_views() -> dict[str, Any]:
    """The views of staff's addresses that stand behind a guard."""
    found = {f"/staff/{pattern.pattern}": pattern.callback for pattern in staff_urls.urlpatterns}
    return {address: view for address, view in found.items() if hasattr(view, "staff_page")}


def test_the_pages_name_the_limits_of_sessions() -> None:
    """ASVS 7.1.1, 7.1.2."""
    idle, absolute = settings.SESSION_IDLE_SECONDS // 60, settings.SESSION_ABSOLUTE_SECONDS // 3600
    assert f"after which it ends in any case | {idle}; {absolute} |" in text("limits.md")
    assert f"{idle} minutes without use, {absolute} hours in any case" in text("security/access.md")
    assert "any number of them" in text("security/access.md")


def test_who_may_read_and_write_which_field_is_said() -> None:
    """ASVS 8.1.2, 6.1.3; the lists of words that are named exist (6.1.2)."""
    assert len(read_rows("security/access.md", heading="data")) == 13
    assert [row[0] for row in read_rows("security/access.md", heading="way")] == WAYS
    assert "`identity/passwords/data/trivial_words.txt`" in text("security/access.md")
    assert (DATA / "trivial_words.txt").is_file()


# ── inputs.md ──


def test_every_field_of_every_form_has_its_rule() -> None:
    """ASVS 2.1.1."""
    listed = [
        (form, field)
        for row in read_rows("security/inputs.md", heading="form")
        for form in NAME.findall(row[0])
        for field in NAME.findall(row[1])
    ]
    assert len(listed) == len(set(listed))
    assert set(listed) == {(name, field) for name, form in FORMS.items() for field in form.base_fields}


def test_every_form_of_the_desk_is_among_them() -> None:
    """Fields that are read without one: tests/hostile/test_parameters.py."""
    bases, desk = ("Form", "ReopeningForm"), [tree for path, tree in trees().items() if "desk" in path.parts]
    written = {name for tree in desk for base in bases for name in classes_of(tree, base)}
    assert written == {form.__name__ for name, form in FORMS.items() if name.startswith("desk_")}


def classes_of(tree: ast.Module, base: str) -> set[str]:
    """Names of the classes of a module that are made of ``base``."""
    found = (node for node in tree.body if isinstance(node, ast.ClassDef))
    return {node.name for node in found if base in {ast.unparse(each).rpartition(".")[2] for each in node.bases}}


def test_lengths_are_the_fields_own() -> None:
    rows = [row for row in read_rows("security/inputs.md", heading="form") if row[2].startswith("one line, ")]
    assert len(rows) >= 8
    for row in rows:
        most = int(row[2].rpartition(" ")[2])
        [form] = NAME.findall(row[0])
        for field in NAME.findall(row[1]):
            checked = FORMS[form].base_fields[field]
            assert checked.clean("字" * most) == "字" * most
            with pytest.raises(forms.ValidationError):
                checked.clean("字" * (most + 1))


def test_refusals_of_values_that_disagree_exist() -> None:
    """ASVS 2.1.2."""
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "src" / "kuaiji").rglob("*.py"))
    codes = [
        code for row in read_rows("security/inputs.md", heading="code of the refusal") for code in NAME.findall(row[0])
    ]
    assert len(codes) >= 10
    assert [code for code in codes if f'"{code}"' not in source] == []


def test_what_may_be_uploaded_is_what_is_taken() -> None:
    """ASVS 5.1.1."""
    listed = {row[0].strip("`"): row[1:] for row in read_rows("security/inputs.md", heading="purpose")}
    assert listed == {
        name: [" ".join(sorted(rule.formats)), str(rule.max_bytes), f"{rule.min_width} × {rule.min_height}"]
        for name in PURPOSES
        if (rule := PURPOSES[name].rule)
    }
    page = text("security/inputs.md")
    for kind, most in decoder.MAX_PIXELS.items():
        assert re.search(rf"{most} (?:pixels )?for {kind}", page)
    assert f"{UPLOADS_PER_DAY} files a person a day" in page


# ── inventory.md ──


def test_the_classes_of_data_are_those_of_the_columns() -> None:
    """ASVS 14.1.1."""
    assert {row[0].strip("`") for row in read_rows("security/inventory.md", heading="class")} == CLASSES


def test_every_use_of_a_key_is_listed() -> None:
    """Labels of what is sealed, kinds of what is indexed, purposes of digests (ASVS 11.1.2)."""
    listed = {name for row in read_rows("security/inventory.md", heading="key") for name in NAME.findall(row[2])}
    labels = {field.label for model in OURS for field in model._meta.concrete_fields if isinstance(field, SealedField)}
    digests = words_of_calls(r"keyring\(\)\.macs?")
    indexes = {"document", "number", "phone", "check_code"}
    by_hand = {"person_key", "attachments.file", "archives.print", "desk.page", "desk.search"}
    assert listed == labels | digests | indexes | by_hand


def test_whom_the_platform_talks_to_is_listed() -> None:
    """ASVS 13.1.1."""
    listed = {row[0].strip("`"): row[1].strip("`") for row in read_rows("security/inventory.md", heading="other side")}
    partners = words_of_calls("_partner")
    assert {name: address for name, address in listed.items() if name in partners} == {
        name: f"KUAIJI_{name.upper()}_URL" for name in partners
    }
    assert set(listed) == partners | {"PostgreSQL", "tencent", "hub"}
    page = text("security/inventory.md")
    assert f"{http.CONNECT_SECONDS:.0f} s to connect, {http.TOTAL_SECONDS:.0f} s in all" in page
    assert f"{http.ANSWER_CAP // 1024} KiB of answer" in page


def test_lines_worth_an_alarm_are_listed() -> None:
    """ASVS 16.1.1, 16.3.3."""
    told = text("security/inventory.md").partition("Lines that tell of trouble:")[2].partition("\n\n")[0]
    assert set(NAME.findall(told)) - {"exception"} == words_of_calls(r"log\.(?:warning|error|exception|critical)")


def test_what_costs_much_has_the_bound_that_is_written() -> None:
    """ASVS 15.1.3."""
    page = text("security/inventory.md")
    assert (
        f"{imaging.SLOTS} at a time on a machine, {imaging.DECODE_SECONDS} s, {decoder.MAX_MEMORY // 10**6} MB" in page
    )
    prints = f"{LANES} at a time for all workers, {printing.SECONDS} s, {renderer.MAX_CPU_SECONDS} s of a processor"
    assert f"{prints}, {renderer.MAX_MEMORY // 10**6} MB" in page
    assert f"{APP_LIMITS['statement_timeout'].replace('s', ' s')}, a lock {APP_LIMITS['lock_timeout'][:-1]} s" in page
    body = f"{settings.FORM_CAP // 1024} KiB, with files {settings.BODY_CAP >> 20} MiB"
    fields = f"{settings.DATA_UPLOAD_MAX_NUMBER_FIELDS} fields, {settings.DATA_UPLOAD_MAX_NUMBER_FILES} files"
    assert f"{body}; {fields}" in page
    assert hashing._LANES._max_workers == 2
