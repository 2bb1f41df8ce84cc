"""The ways to the exam as rows: filled in once, kept by operators, and found again under the name of their set."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.common.errors import RuleBroken
from kuaiji.exams.enums import CountedFrom, ExamLevel, OtherGround
from kuaiji.exams.judging.rules import Rule
from kuaiji.exams.models import ExamRule, ExamRuleSet
from kuaiji.exams.services import exam_rules, rulebook
from kuaiji.exams.services.exam_rules import add_exam_rule, end_exam_rule, fill_exam_rules, shipped_rules
from tests.support.exam_windows import at
from tests.support.profiles import served_as

pytestmark = pytest.mark.django_db

LOCAL = Rule(
    level=ExamLevel.SENIOR,
    way="g",
    name="中专学历",
    schooling=("41",),
    degrees=(),
    other=None,
    years=15,
    counted_from=CountedFrom.TITLE,
    valid_from=2027,
    valid_to=None,
    profile="guangdong",
)
OPTIONS = {
    "--level": "3",
    "--way": "g",
    "--name": "中专学历",
    "--schooling": "41;44",
    "--years": "15",
    "--counted-from": "title",
    "--valid-from": "2027",
    "--profile": "guangdong",
    "--source": "公告〔2026〕9号",
    "--by": "张三",
}
ASKING = "x,2,z,学分,,,education_credits,0,all,2027,,{},one,{}\n"


@pytest.fixture(autouse=True)
def _read_anew() -> Iterator[None]:
    """What one test made counts for no other."""
    rulebook.forget_rulebook()
    rulebook.ruleset_named.cache_clear()
    yield
    rulebook.forget_rulebook()
    rulebook.ruleset_named.cache_clear()


def operation() -> Operation:
    return Operation(kind=OperationKind.EXAM_RULE_CHANGING, actor_kind=ActorKind.STAFF, reason="张三")


def add(**changes: Any) -> ExamRule:
    return add_exam_rule(operation=operation(), rule=dataclasses.replace(LOCAL, **changes), source="公告〔2026〕9号")


def anew() -> rulebook.Rulebook:
    rulebook.forget_rulebook()
    return rulebook.rulebook()


def _options(given: dict[str, str]) -> list[str]:
    return [part for pair in given.items() for part in pair]


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped file, to be written otherwise."""
    path = tmp_path / "exam_rules.csv"
    path.write_text(exam_rules.SHIPPED.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(exam_rules.shipped_rules, "__defaults__", (path,))
    return path


def test_what_is_shipped_is_there_and_could_be_written_down_by_hand() -> None:
    rows = {row.shipped_as: row for row in ExamRule.objects.exclude(shipped_as=None)}
    assert {row.name for row in shipped_rules()} == set(rows)
    for row in shipped_rules():
        assert exam_rules.rule_of(rows[row.name]) == row.value.rule and rows[row.name].source
    ExamRule.objects.all().delete()
    for row in shipped_rules():
        add_exam_rule(operation=operation(), rule=row.value.rule, source=row.value.source)


def test_an_upgrade_adds_and_ends_rows_and_overwrites_none(shipped: Path) -> None:
    assert fill_exam_rules() == 0
    text = shipped.read_text(encoding="utf-8")
    shipped.write_text(text.replace("2020-2-b,2,b,本科学历", "2020-2-b,2,b,别的名称"), encoding="utf-8")
    assert fill_exam_rules() == 0 and not ExamRule.objects.filter(name="别的名称").exists()
    ended = text.replace("4,,4,all,2020,,,会考〔2025〕2号,", "4,,4,all,2020,,,会考〔2025〕2号,1")
    shipped.write_text(f"{ended}2028-2-b,2,b,本科学历,21,4,,3,all,2028,,,新文件,\n", encoding="utf-8")
    assert [fill_exam_rules(), fill_exam_rules()] == [2, 0]
    assert list(ExamRule.objects.filter(level=2, way="b", ended_at=None).values_list("years", flat=True)) == [3]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"way": "G"}, "bad_way", "way"),
        ({"way": "gg"}, "bad_way", "way"),
        ({"name": ""}, "bad_name", "name"),
        ({"name": "一二三四五六七八九十一"}, "bad_name", "name"),
        ({"schooling": ()}, "no_ground", "schooling"),
        ({"schooling": ("42",)}, "not_graduated", "schooling"),
        ({"schooling": ("40",)}, "not_graduated", "schooling"),
        ({"schooling": ("99",)}, "not_graduated", "schooling"),
        ({"degrees": ("999",)}, "unknown_degree", "degrees"),
        ({"years": -1}, "bad_years", "years"),
        ({"years": 41}, "bad_years", "years"),
        ({"counted_from": CountedFrom.ALL}, "bad_count", "counted_from"),
        ({"level": ExamLevel.MIDDLE}, "bad_count", "counted_from"),
        ({"valid_to": 2026}, "validity_backwards", "valid_from"),
        ({"other": OtherGround.EDUCATION_CREDITS}, "credits_not_kept", "other"),
        ({"valid_from": 2030}, "rule_known", "way"),
        ({"valid_from": 2020, "valid_to": 2027}, "rule_known", "way"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_leaves_nothing(changes: dict[str, Any], code: str, field: str) -> None:
    add()
    rows, events = ExamRule.objects.count(), Event.objects.count()
    with pytest.raises(RuleBroken) as broken:
        add(**changes)
    assert (broken.value.code, broken.value.field) == (code, field)
    assert (ExamRule.objects.count(), Event.objects.count()) == (rows, events)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"level": 4, "counted_from": "all"}, "level_known"),
        ({"way": "é"}, "way_is_a_letter"),
        ({"name": ""}, "has_a_name"),
        ({"other": "education_credits"}, "other_known"),
        ({"schooling": []}, "has_a_ground"),
        ({"years": 41}, "years_possible"),
        ({"counted_from": "all"}, "counted_from"),
        ({"valid_to": 2026}, "begins_before_it_ends"),
        ({}, "one_that_counts"),
    ],
)
def test_the_database_takes_nothing_else(changes: dict[str, Any], constraint: str) -> None:
    row = add()
    row.pk, row._state.adding = None, True
    for name, value in changes.items():
        setattr(row, name, value)
    with pytest.raises(IntegrityError, match=f"exam_rule_{constraint}"), transaction.atomic():
        row.save(force_insert=True)


def test_staff_write_a_way_down_and_end_it(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("exam_rules", "add", *_options(OPTIONS))
    number, words = capsys.readouterr().out.rstrip().split("  ", 1)
    assert words == "高级g  中专学历  学历41、44  取得职称后满15年  2027年起  guangdong  公告〔2026〕9号"
    call_command("exam_rules", "end", number, "--by", "张三")
    assert capsys.readouterr().out.rstrip().endswith("已停用")
    kinds = Event.objects.filter(subject_id=number).values_list("kind", flat=True)
    assert sorted(kinds) == ["ExamRuleAdded", "ExamRuleEnded"]
    with pytest.raises(CommandError, match="已经停用"):
        call_command("exam_rules", "end", number, "--by", "张三")
    call_command("exam_rules", "list")
    assert "中专学历" not in capsys.readouterr().out
    call_command("exam_rules", "list", "--all")
    assert "中专学历" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--level", "4", "不是级别"),
        ("--schooling", "42", "不是毕业学历"),
        ("--other", "education_credits", "没有继续教育"),
    ],
)
def test_the_command_says_what_it_cannot_take(option: str, value: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("exam_rules", "add", *_options(OPTIONS | {option: value}))


def test_without_rules_the_list_ends_with_one() -> None:
    ExamRule.objects.all().delete()
    with pytest.raises(SystemExit):
        call_command("exam_rules", "list")


def test_a_further_way_of_one_place_is_a_row_and_counts_there_alone() -> None:
    before = anew().ruleset
    add()
    ours = anew().ruleset
    assert {rule.way for rule in ours.asked(ExamLevel.SENIOR, 2027)} == {"a", "b", "c", "g"}
    assert {rule.way for rule in ours.asked(ExamLevel.SENIOR, 2026)} == {"a", "b", "c"}
    with served_as("shenzhen"):
        assert anew().ruleset == before


def test_a_set_is_found_again_by_its_name_after_its_rules_have_ended() -> None:
    row = add()
    first = anew().ruleset
    end_exam_rule(operation=operation(), rule_id=row.pk)
    second = anew().ruleset
    add(years=12)
    third = anew().ruleset
    assert len({first.name, second.name, third.name}) == 3
    assert [rulebook.ruleset_named(one.name) for one in (first, second, third)] == [first, second, third]


def test_the_same_rules_have_the_same_name_whatever_rows_say_them() -> None:
    row = add()
    name = anew().ruleset.name
    end_exam_rule(operation=operation(), rule_id=row.pk)
    add()
    assert anew().ruleset.name == name == rulebook.ruleset_named(name).name


def test_a_set_whose_rows_were_changed_is_not_taken_for_it() -> None:
    row = add()
    name = anew().ruleset.name
    ExamRule.objects.filter(pk=row.pk).update(years=1)
    with pytest.raises(rulebook.UnknownRuleSet, match="not as they were"):
        rulebook.ruleset_named(name)
    with pytest.raises(rulebook.UnknownRuleSet, match="no rule set"):
        rulebook.ruleset_named("r-000000000000")


def test_rules_are_read_once_a_second_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rulebook.FRESH_SECONDS == 1
    monkeypatch.setattr(rulebook, "FRESH_SECONDS", 3600)
    first = rulebook.rulebook()
    add()
    with CaptureQueriesContext(connection) as asked:
        assert rulebook.rulebook() is first
    assert len(asked) == 0
    monkeypatch.setattr(rulebook, "FRESH_SECONDS", 0)
    assert rulebook.rulebook().ruleset != first.ruleset


def test_years_too_far_ahead_have_no_rules_yet() -> None:
    with time_machine.travel(at("2026-11-30T08:00")):
        rules = anew().ruleset
    years = [year for year in range(2000, 2100) if rules.asked(ExamLevel.MIDDLE, year)]
    assert (years[0], years[-1]) == (2020, 2041) and not rules.asked(ExamLevel.MIDDLE, 9999)
    with time_machine.travel(at("2027-01-01T00:00")):
        assert anew().ruleset == rules and anew().ruleset.asked(ExamLevel.MIDDLE, 2042)
    assert rules.name == rulebook.ruleset_named(rules.name).name


def test_what_is_read_names_places_and_codes() -> None:
    here = anew().here
    assert here.place("440103") == "广州市荔湾区" and here.place("440100") == "广州市"
    assert here.label("degrees", "0") == "无学位" and here.label("education_levels", "28") == "大学普通班毕业"
    assert here.windows and here.territory == "440000"
    assert ExamRuleSet.objects.filter(pk=anew().ruleset.name).exists()


@pytest.mark.parametrize(
    ("profile", "ended", "installed", "faults"),
    [
        ("guangdong", "", False, 1),
        ("", "", False, 1),
        ("shenzhen", "", False, 0),
        ("", "1", False, 0),
        ("", "", True, 0),
    ],
)
def test_a_profile_that_asks_for_credits_is_refused_at_the_start(
    shipped: Path, monkeypatch: pytest.MonkeyPatch, profile: str, ended: str, installed: bool, faults: int
) -> None:
    with shipped.open("a", encoding="utf-8") as file:
        file.write(ASKING.format(profile, ended))
    monkeypatch.setattr(apps, "is_installed", lambda name: installed)
    assert len([one for one in run_checks() if one.id == "exams.E001"]) == faults
