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


def with_blank(options: Choices) -> Choices:
    """The same list behind 请选择."""
    return [BLANK, *options]


def offered(list_name: str) -> Choices:
    """A whole list behind 请选择."""
    return with_blank(choices_of(list_name))
