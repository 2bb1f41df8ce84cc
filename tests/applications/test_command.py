"""``kuaiji requests`` as staff type it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import execute_from_command_line

from kuaiji.accountants.models import Record
from kuaiji.applications.enums import ApplicationState
from kuaiji.applications.models import Application
from kuaiji.applications.services.reading import staff_id
from kuaiji.audit.models import AccessLog, Operation
from kuaiji.house.databases import Server
from kuaiji.house.development import Development
from kuaiji.identity.models import User
from people.records.versioned_records import make_record
from tests.support.bureau_requests import NEW_PHONE, ask, claim, details_of, known_items
from tests.support.uploads import send

pytestmark = pytest.mark.race


class Desk:
    """The command with these words: exit status and what was said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *words: str) -> tuple[int, str]:
        try:
            # Django's own checks object to the templates' settings of the tests.
            execute_from_command_line(["kuaiji manage", "requests", "--skip-checks", *words])
        except SystemExit as end:
            status = int(end.code or 0)
        else:
            status = 0
        said = self.capsys.readouterr()
        return status, said.out + said.err


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(capsys)


def test_the_program_says_it_by_its_exit_status(cloned_database: str, server: Server, development: Development) -> None:
    """A process of its own, as staff start it."""
    record = make_record()
    request = claim(details_of(record), known_items(record))
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "KUAIJI_"))}
    env |= development.platform_env(cloned_database) | {"DATABASE_URL": server.url(server.app, cloned_database)}
    outcomes = []
    for words in (
        ["approve", request.reference_number, "--by", "张三"],
        ["approve", "no", "--by", "张三"],
        ["approve"],
    ):
        command = [sys.executable, "-m", "kuaiji.cli", "requests", *words]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
        outcomes.append((done.returncode, "已通过，已通知申请人" in done.stdout, "没有这个编号" in done.stderr))
    assert outcomes == [(0, True, False), (1, False, True), (2, False, False)]
    assert User.objects.get().phone == NEW_PHONE


def test_a_correction_from_the_list_to_the_record(desk: Desk, tmp_path: Path) -> None:
    record = make_record()
    before, request = record.user.document_number, ask(record)
    proof = send(record.user, "further_proof")
    request.details = request.details | {"proofs": [str(proof.pk)]}
    request.save()
    wanted, number = request.details["values"]["document_number"], request.reference_number

    status, said = desk("list")
    assert status == 0 and number in said and "更正申请" in said and "共 1 份" in said
    status, said = desk("show", number)
    assert status == 0 and "两人：初审和复核" in said and request.user
    for hidden in (before, wanted, request.user.name, request.details["reason"]):
        assert hidden not in said
    assert not AccessLog.objects.exists()

    assert desk("show", number, "--reveal")[0] == desk("show", number, "--proofs", str(tmp_path))[0] == 1
    status, said = desk("show", number, "--reveal", "--by", "张三", "--proofs", str(tmp_path))
    assert status == 0 and request.details["reason"] in said
    assert wanted in said.replace(" ", "") and before in said.replace(" ", "")
    [picture] = tmp_path.iterdir()
    assert picture.read_bytes()[:2] == b"\xff\xd8" and picture.stat().st_mode & 0o077 == 0
    log = AccessLog.objects.get()
    assert (log.actor_kind, log.actor_id, log.action) == ("staff", staff_id("张三"), "requests.reveal")
    assert log.subject_id == record.user_id

    status, said = desk("approve", number, "--by", "张三")
    assert status == 0 and "初审通过，还须由另一人复核" in said
    assert "待复核" in desk("list")[1]
    status, said = desk("approve", number, "--by", "张 三")
    assert status == 1 and "不能是同一人" in said
    status, said = desk("approve", number, "--by", "李四")
    assert status == 0 and "已通过" in said
    assert Record.objects.get().version == 2 and User.objects.get().document_number == wanted
    assert Operation.objects.filter(kind="request_deciding", actor_id=staff_id("李四"), reason="李四").exists()
    assert "共 0 份" in desk("list")[1] and number in desk("list", "--all")[1]
    status, said = desk("refuse", number, "--by", "张三", "--reason", "看不清")
    assert status == 1 and "已通过" in said


def test_a_lost_phone_and_what_is_wrong_with_the_words(desk: Desk) -> None:
    record = make_record()
    request = claim(details_of(record), known_items(record))
    number = request.reference_number
    status, said = desk("show", number)
    assert status == 0 and said.count("与档案一致") == 2 and "一人" in said and "已发短信提醒" in said
    assert NEW_PHONE not in said and record.reference_number not in said
    for words, code in {
        ("approve", number): 2,
        ("approve", number, "--by", " "): 1,
        ("approve", number, "--by", "张3"): 1,
        ("refuse", number, "--by", "张三"): 2,
        ("refuse", number, "--by", "张三", "--reason", " "): 1,
        ("refuse", number, "--by", "张三", "--reason", "长" * 121): 1,
        ("show", "GD-SQ-2026-9999-9999"): 1,
        ("decide", number): 2,
        (): 2,
    }.items():
        assert desk(*words)[0] == code, words
    assert Application.objects.get().state == ApplicationState.SUBMITTED
    status, said = desk("refuse", number.lower(), "--by", "张三", "--reason", "请带证件到窗口核对")
    assert status == 0 and "未通过，已通知申请人" in said
    made = Application.objects.get()
    assert (made.state, made.decided_by, made.reason) == ("refused", "张三", "请带证件到窗口核对")


def test_of_somebody_who_was_erased_nothing_is_shown(desk: Desk) -> None:
    request = ask(make_record())
    request.person_key.destroy(at=request.submitted_at)
    status, said = desk("show", request.reference_number)
    assert status == 1 and "已经删除" in said and "Traceback" not in said
