"""Lists as the pages offer them (contract: "Which list serves which field")."""

from collections.abc import Sequence

from kuaiji.codelists.services import choices_of, entries

Choices = list[tuple[str, str]]
Groups = list[tuple[str, Choices]]
Mixed = Sequence[tuple[str, str] | tuple[str, Choices]]

BLANK: tuple[str, str] = ("", "请选择")


# What somebody has graduated from, in nine lines; rows of the list without a diploma follow under the last (ADR 0077).
_SCHOOLING = {
    "博士研究生": ("11",),
    "硕士研究生": ("14",),
    "研究生班": ("17",),
    "大学本科": ("21",),
    "大学专科": ("31",),
    "中专、职高、技校": ("41", "44", "47"),
    "高中": ("61",),
    "初中及以下": ("71", "81"),
}
_OTHER_SCHOOLING = "其他（普通班、结业、肄业）"
_DEGREES = ("4", "3", "2")  # 学士, 硕士, 博士: the groups of GB/T 6864, the most common first
_HONORARY = "1"


def education_levels() -> Groups:
    """Levels that are no heading, under nine headings of our own."""
    names = {row.code: row.name for row in entries("education_levels") if row.note != "group"}
    groups = [
        (title, [(code, names.pop(code)) for code in codes if code in names]) for title, codes in _SCHOOLING.items()
    ]
    return [(title, rows) for title, rows in [*groups, (_OTHER_SCHOOLING, list(names.items()))] if rows]


def degrees() -> Mixed:
    """All rows: 无学位, each degree under its heading, 名誉博士."""
    rows = entries("degrees")
    heads = {row.code: row.name for row in rows}
    grouped = [
        (heads[head], [(row.code, row.name) for row in rows if row.code.startswith(head)])
        for head in _DEGREES
        if head in heads
    ]
    alone = [(row.code, row.name) for row in rows if not row.code.startswith(_DEGREES)]
    before, after = ([one for one in alone if (one[0] == _HONORARY) is last] for last in (False, True))
    return [*before, *grouped, *after]


def industries() -> Groups:
    """The 97 divisions of GB/T 4754 under their sections."""
    rows = entries("industries")
    sections = {row.code: row.name for row in rows if row.note == "section"}
    return [
        (name, [(row.code, row.name) for row in rows if row.note == f"division of section {letter}"])
        for letter, name in sections.items()
    ]


# 专业技术资格 as people call them: by category, then the words for each level (人社部发〔2019〕8号 and its like).
_NAMES = {"01": "会计师", "02": "经济师", "03": "审计师", "04": "统计师"}
_LEVELS = {"1": "助理{}（初级）", "2": "{}（中级）", "3": "高级{}", "4": "正高级{}"}
# Ways of coming by a level, the usual one first.
_METHODS = {"1": "213", "2": "213", "3": "312", "4": "132"}


def titles() -> Groups:
    """Every 专业技术资格 as one choice, by category: ``<category>-<level>-<method>``, called 会计师（中级）·考试."""
    methods = {row.code: row.name for row in entries("qualification_methods")}
    groups: Groups = []
    for category in entries("qualification_categories"):
        lines = []
        for level in entries("qualification_levels"):
            name = _NAMES.get(category.code)
            called = _LEVELS[level.code].format(name) if name else f"{category.name}（{level.name}）"
            for method in _METHODS[level.code]:
                lines.append((f"{category.code}-{level.code}-{method}", f"{called}·{methods[method]}"))
        groups.append((category.name, lines))
    return groups


def with_blank(options: Choices) -> Choices:
    """The same list behind 请选择."""
    return [BLANK, *options]


def offered(list_name: str) -> Choices:
    """A whole list behind 请选择."""
    return with_blank(choices_of(list_name))
