"""Every schooling and every degree of the code lists, and which way each opens: written down by hand."""

import itertools

import pytest

from kuaiji.exams.enums import Condition
from kuaiji.exams.judging.judge import Judgement
from tests.support.exam_rules import judged, person, read, schooled, titled

# The letters of the ways to 初级, 中级 and 高级; a dash where none is open.
SCHOOLING = (
    ("10", "---"),  # 研究生教育
    ("11", "acb"),  # 博士研究生毕业
    ("12", "---"),  # 博士研究生结业
    ("13", "---"),  # 博士研究生肄业
    ("14", "acb"),  # 硕士研究生毕业
    ("15", "---"),  # 硕士研究生结业
    ("16", "---"),  # 硕士研究生肄业
    ("17", "acb"),  # 研究生班毕业
    ("18", "---"),  # 研究生班结业
    ("19", "---"),  # 研究生班肄业
    ("20", "---"),  # 大学本科教育
    ("21", "abb"),  # 大学本科毕业
    ("22", "---"),  # 大学本科结业
    ("23", "---"),  # 大学本科肄业
    ("28", "aaa"),  # 大学普通班毕业
    ("30", "---"),  # 大学专科教育
    ("31", "aaa"),  # 大学专科毕业
    ("32", "---"),  # 大学专科结业
    ("33", "---"),  # 大学专科肄业
    ("40", "---"),  # 中等职业教育
    ("41", "a--"),  # 中等专科毕业
    ("42", "---"),  # 中等专科结业
    ("43", "---"),  # 中等专科肄业
    ("44", "a--"),  # 职业高中毕业
    ("45", "---"),  # 职业高中结业
    ("46", "---"),  # 职业高中肄业
    ("47", "a--"),  # 技工学校毕业
    ("48", "---"),  # 技工学校结业
    ("49", "---"),  # 技工学校肄业
    ("60", "---"),  # 普通高级中学教育
    ("61", "a--"),  # 普通高中毕业
    ("62", "---"),  # 普通高中结业
    ("63", "---"),  # 普通高中肄业
    ("70", "---"),  # 初级中学教育
    ("71", "---"),  # 初中毕业
    ("73", "---"),  # 初中肄业
    ("80", "---"),  # 小学教育
    ("81", "---"),  # 小学毕业
    ("83", "---"),  # 小学肄业
    ("90", "---"),  # 其他
)
DEGREES = (
    ("0", "---"),  # 无学位
    ("1", "---"),  # 名誉博士
    ("2", "aec"),  # 博士
    ("201", "aec"),  # 哲学博士学位
    ("202", "aec"),  # 经济学博士学位
    ("203", "aec"),  # 法学博士学位
    ("204", "aec"),  # 教育学博士学位
    ("205", "aec"),  # 文学博士学位
    ("206", "aec"),  # 历史学博士学位
    ("207", "aec"),  # 理学博士学位
    ("208", "aec"),  # 工学博士学位
    ("209", "aec"),  # 农学博士学位
    ("210", "aec"),  # 医学博士学位
    ("211", "aec"),  # 军事学博士学位
    ("212", "aec"),  # 管理学博士学位
    ("245", "aec"),  # 临床医学博士专业学位
    ("248", "aec"),  # 兽医博士专业学位
    ("250", "aec"),  # 口腔医学博士专业学位
    ("3", "adb"),  # 硕士
    ("301", "adb"),  # 哲学硕士学位
    ("302", "adb"),  # 经济学硕士学位
    ("303", "adb"),  # 法学硕士学位
    ("304", "adb"),  # 教育学硕士学位
    ("305", "adb"),  # 文学硕士学位
    ("306", "adb"),  # 历史学硕士学位
    ("307", "adb"),  # 理学硕士学位
    ("308", "adb"),  # 工学硕士学位
    ("309", "adb"),  # 农学硕士学位
    ("310", "adb"),  # 医学硕士学位
    ("311", "adb"),  # 军事学硕士学位
    ("312", "adb"),  # 管理学硕士学位
    ("341", "adb"),  # 法律硕士专业学位
    ("342", "adb"),  # 教育硕士专业学位
    ("343", "adb"),  # 工程硕士专业学位
    ("344", "adb"),  # 建筑学硕士专业学位
    ("345", "adb"),  # 临床医学硕士专业学位
    ("346", "adb"),  # 工商管理硕士专业学位
    ("347", "adb"),  # 农业推广硕士专业学位
    ("348", "adb"),  # 兽医硕士专业学位
    ("349", "adb"),  # 公共管理硕士专业学位
    ("350", "adb"),  # 口腔医学硕士专业学位
    ("351", "adb"),  # 公共卫生硕士专业学位
    ("352", "adb"),  # 军事硕士专业学位
    ("4", "abb"),  # 学士
    ("401", "abb"),  # 哲学学士学位
    ("402", "abb"),  # 经济学学士学位
    ("403", "abb"),  # 法学学士学位
    ("404", "abb"),  # 教育学学士学位
    ("405", "abb"),  # 文学学士学位
    ("406", "abb"),  # 历史学学士学位
    ("407", "abb"),  # 理学学士学位
    ("408", "abb"),  # 工学学士学位
    ("409", "abb"),  # 农学学士学位
    ("410", "abb"),  # 医学学士学位
    ("411", "abb"),  # 军事学学士学位
    ("412", "abb"),  # 管理学学士学位
    ("444", "abb"),  # 建筑学学士专业学位
)
SECOND_DEGREE = "-cb"
FAVOUR = "edcba-"  # of the ways to 中级 the most favourable first; those to 高级 have the same order
LONG_AGO = [["1970-01-01", None, "day", None]]


def best(one: str, other: str) -> str:
    """The more favourable way of both, level by level."""
    return "".join(min(pair, key=FAVOUR.index) for pair in zip(one, other, strict=True))


def found(level: str, degree: str, second_degree: bool = False) -> tuple[str, list[bool]]:
    """The letters for who has worked for long and has an old title, and whether the schooling will do."""
    education = {"full_time": schooled(level, degree, second_degree=second_degree, graduated="1969-06-30")}
    facts = person(education=education, periods=LONG_AGO, titles=[titled(on="1971-01-01")])
    judgements = [judged(facts, wanted) for wanted in (1, 2, 3)]
    return "".join(one.way or "-" for one in judgements), [_is_met(one) for one in judgements]


def _is_met(judgement: Judgement) -> bool:
    return next(one.met for one in judgement.verdicts if one.condition == Condition.SCHOOLING)


def test_the_table_has_every_row_of_both_lists() -> None:
    assert [code for code, _ in SCHOOLING] == [row["code"] for row in read("codelists/data/education_levels.csv")]
    assert [code for code, _ in DEGREES] == [row["code"] for row in read("codelists/data/degrees.csv")]


@pytest.mark.parametrize(("level", "ways"), SCHOOLING)
def test_every_schooling_with_every_degree_opens_what_the_table_says(level: str, ways: str) -> None:
    for degree, more in DEGREES:
        expected = best(ways, more)
        assert found(level, degree) == (expected, [way != "-" for way in expected]), degree


@pytest.mark.parametrize(("level", "ways"), SCHOOLING)
def test_a_second_degree_is_worth_two_years(level: str, ways: str) -> None:
    expected = best(ways, SECOND_DEGREE)
    assert found(level, "0", second_degree=True)[0] == expected


def test_other_titles_open_the_second_level_by_examination_alone() -> None:
    for category, level, method in itertools.product(("01", "02", "03", "04", "99"), "1234", "123"):
        facts = person(education={"full_time": schooled("81")}, titles=[titled(category, level, method)])
        opened = (category in ("02", "03", "04")) and (level, method) == ("2", "2")
        judgement = judged(facts)
        assert (judgement.way, _is_met(judgement)) == (("f", True) if opened else (None, False))
        assert not opened or judgement.eligible
