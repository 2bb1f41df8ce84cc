"""The known people of a demonstration: no code is without one, and they are made once, by the services of the pages."""

import base64
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import BaseCommand, CommandError, call_command

from kuaiji.common import documents
from kuaiji.common.documents import DocumentType
from kuaiji.common.errors import RuleBroken
from kuaiji.demo.enums import Stage
from kuaiji.demo.management.commands import demo_exam_client, demo_people, demo_staff, demo_work
from kuaiji.demo.rules import KNOWN, NOBODY, PASSWORD_OF_ALL, PLACES, REGISTRATION, Place, number_of, phone_of
from kuaiji.demo.services.people import make_known_people
from kuaiji.examchecks.models import ExamClientKey
from kuaiji.exams.enums import OutcomeCode, VerdictCode
from kuaiji.house import handouts, welcome
from kuaiji.identity.models import User
from kuaiji.identity.passwords.hashing import verify_any
from kuaiji_standins import magic
from tests.support.sources import DOCS

TODAY = dt.date(2026, 12, 1)
GUANGDONG = PLACES["440000"]
REGISTERED = [known for known in KNOWN if known.stage != Stage.UNKNOWN]


def test_every_code_has_somebody() -> None:
    shown = {code for known in KNOWN for code in known.codes.values()}
    assert shown | NOBODY == {*VerdictCode, *OutcomeCode} and not shown & NOBODY


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_numbers_are_right_and_nobodys_and_no_two_the_same(place: Place) -> None:
    for known in KNOWN:
        documents.check(DocumentType.RESIDENT_ID, number_of(place, known), today=TODAY)
        if known.asked_by:
            with pytest.raises(RuleBroken):
                documents.check(DocumentType.RESIDENT_ID, known.asked_by, today=TODAY)
    everywhere = [make(each, known) for each in PLACES.values() for known in KNOWN for make in (number_of, phone_of)]
    assert len(set(everywhere)) == 2 * len(PLACES) * len(KNOWN)
    assert not {*everywhere} & {*magic.PHONES, magic.SWITCHED_OFF, magic.NEVER_REPORTED}


def test_the_walk_of_make_run_names_who_lacks_a_year() -> None:
    [short] = [known for known in KNOWN if "years_short" in known.codes.values()]
    said = (welcome.SHORT_NAME, welcome.SHORT_NUMBER, welcome.PASSWORD)
    assert said == (short.name, number_of(GUANGDONG, short), PASSWORD_OF_ALL)
    one = [("广东", "广东（不含深圳）", "http://here")]
    page = welcome.words(one, hub="", standins="http://there", home=Path("/home"), seconds="", known=True)
    assert "http://there/exam/" in page and "http://here/changes/employment/" in page


@pytest.mark.django_db
def test_they_are_made_once_and_sign_in_with_the_password_on_the_page(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    before = User.objects.count()
    assert make_known_people(place=GUANGDONG) == len(REGISTERED)
    assert make_known_people(place=GUANGDONG) == 0
    made = list(User.objects.order_by("pk")[before:])
    assert [user.name for user in made] == [known.name for known in REGISTERED]
    assert verify_any(PASSWORD_OF_ALL, made[:1]) == made[0]
    assert f"`{PASSWORD_OF_ALL}`" in (DOCS / "exam-api.md").read_text(encoding="utf-8")


@pytest.mark.django_db
def test_the_registration_has_one_key_and_another_when_it_is_lost(settings: Any, tmp_path: Path) -> None:
    settings.DEMO, settings.HOME = True, tmp_path
    for _ in range(2):
        call_command(demo_exam_client.Command(), stdout=io.StringIO())
    told = tmp_path / "demo-exam-key.json"
    first = json.loads(told.read_text(encoding="utf-8"))
    assert told.stat().st_mode & 0o777 == 0o600 and first["code"] == "440000" and first["alg"] == "hmac-sha256"
    assert len(base64.b64decode(first["secret"])) == 32
    assert [key.keyid for key in ExamClientKey.objects.filter(client__name=REGISTRATION)] == [first["keyid"]]
    told.unlink()
    call_command(demo_exam_client.Command(), stdout=io.StringIO())
    assert json.loads(told.read_text(encoding="utf-8"))["keyid"] != first["keyid"]


@pytest.mark.django_db
@pytest.mark.parametrize("command", [each.Command() for each in (demo_exam_client, demo_people, demo_staff, demo_work)])
def test_no_other_platform_takes_part(settings: Any, tmp_path: Path, command: BaseCommand) -> None:
    settings.DEMO, settings.HOME = False, tmp_path
    with pytest.raises(CommandError, match="KUAIJI_DEMO"):
        call_command(command)
    assert list(tmp_path.iterdir()) == []


def test_keys_are_handed_out_in_one_file(tmp_path: Path) -> None:
    there = tmp_path / "shenzhen"
    there.mkdir()
    for folder, keyid in ((tmp_path, "one"), (there, "two")):
        (folder / "demo-exam-key.json").write_text(json.dumps({"keyid": keyid}), encoding="utf-8")
    handouts.hand_out(tmp_path, [("guangdong", tmp_path, "http://a"), ("shenzhen", there, "http://b")])
    made = tmp_path / "demo-exam-client.json"
    assert made.stat().st_mode & 0o777 == 0o600
    assert json.loads(made.read_text(encoding="utf-8")) == [
        {"platform": "guangdong", "address": "http://a", "keyid": "one"},
        {"platform": "shenzhen", "address": "http://b", "keyid": "two"},
    ]
    assert json.loads((tmp_path / "demo-staff.json").read_text(encoding="utf-8")) == []
