"""Lists as the pages offer them (contract: "Which list serves which field")."""

from kuaiji.codelists.services import choices_of, entries

Choices = list[tuple[str, str]]
Groups = list[tuple[str, Choices]]

BLANK: tuple[str, str] = ("", "请选择")


def education_levels() -> Choices:
    """Levels that are no heading; what a person can say of the highest schooling."""
    return [(row.code, row.name) for row in entries("education_levels") if row.note != "group"]


def degrees() -> Groups:
    """All rows, each degree under its heading."""
    rows = entries("degrees")
    heads = {row.code: row.name for row in rows if row.code in ("2", "3", "4")}
    groups: Groups = [("", [(row.code, row.name) for row in rows if row.code in ("0", "1")])]
    for head, name in heads.items():
        groups.append((name, [(row.code, row.name) for row in rows if row.code.startswith(head)]))
    return groups


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
