"""Nobody but one function writes the status of a record, or its copy in the row of the exam check."""

import ast

import pytest

from tests.support.sources import SOURCE, trees

WRITER = SOURCE / "kuaiji/accountants/services/status.py"
TABLES = {"Record", "ExamRow"}


def writes_of(tree: ast.Module) -> list[str]:
    """Every statement that could write it: assignments, calls that name it, columns of an exam row."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            flat = [part for target in targets for part in ast.walk(target)]
            found += [ast.unparse(part) for part in flat if isinstance(part, ast.Attribute) and part.attr == "status"]
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            made = called.rsplit(".", 1)[-1] in TABLES
            stored = called.rsplit(".", 1)[-1] in (
                "update",
                "create",
                "get_or_create",
                "update_or_create",
                "bulk_update",
            )
            if (made or stored) and any(word.arg == "status" for word in node.keywords):
                found.append(called)
            if called == "setattr" and "status" in [ast.unparse(one).strip("'\"") for one in node.args]:
                found.append(called)
    return found


def columns_of(tree: ast.Module) -> list[str]:
    """Literals that could be the columns of a row: a key ``status``, or its name in ``update_fields``."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            found += ["dict" for key in node.keys if isinstance(key, ast.Constant) and key.value == "status"]
        elif isinstance(node, ast.keyword) and node.arg == "update_fields":
            found += ["update_fields" for part in ast.walk(node) if getattr(part, "value", None) == "status"]
    return found


def test_only_one_module_writes_it() -> None:
    written = {
        str(path.relative_to(SOURCE)): found
        for path, tree in trees().items()
        if path.is_relative_to(SOURCE / "kuaiji") and path != WRITER and (found := writes_of(tree))
    }
    assert written == {}
    services = [path for path in trees() if path.is_relative_to(WRITER.parent) and path != WRITER]
    assert len(services) > 5 and not [path for path in services if columns_of(trees()[path])]
    assert writes_of(trees()[WRITER]) == ["record.status"] and "update_fields" in columns_of(trees()[WRITER])


@pytest.mark.parametrize(
    "violation",
    [
        "record.status = CollectionStatus.COLLECTED",
        "row.record.status, other = a, b",
        "models.Record.objects.create(user=user, status=x)",
        "Record(status=x)",
        "Record.objects.filter(pk=1).update(status=x)",
        "models.ExamRow.objects.filter(record=record).update(status=x)",
        "setattr(record, 'status', x)",
    ],
)
def test_a_second_writer_is_found(violation: str) -> None:
    assert writes_of(ast.parse(violation))


def test_the_record_of_a_person_is_found_in_one_way() -> None:
    spelled_out = ("Record.objects.filter(user", "Record.objects.get(user", "record__status=")
    for path, tree in trees().items():
        text = ast.unparse(tree)
        assert not [words for words in spelled_out if words in text], path
