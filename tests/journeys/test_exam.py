"""The exam check as a candidate meets it: refused for years, mended, told so, accepted; and as integrators try it.

``JOURNEY_PICTURES=<folder>`` keeps a picture of every page.
"""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from kuaiji.common import clock
from people.browsers import PHONE
from people.exam_client import CLIENT, SCRIPT
from people.houses.stack import Stack
from people.persons import Person, make_person
from people.walker import Walker, pictures_in
from tests.support.browser_journeys import PICTURES, collected, inspected

LEVEL, YEAR = "2", clock.today().year + 1
EXAM = {"level": LEVEL, "year": YEAR}
EARLIER = {"accounting_start_date": "2020-01", "accounting_years": str(clock.today().year - 2020)}


def one_year_short() -> Person:
    """大学本科 and three years of accounting work at the end of the exam's year, of the four that it takes."""
    person = make_person(random.Random(time.time_ns()), status="1")
    begun = clock.today().year - 1
    person.sections["education"].update(
        full_time_level="21", full_time_degree="412", full_time_graduated_on="2012-07-01"
    )
    person.sections["education"].pop("has_part_time", None)
    person.sections["professional"] = {"abacus_level": "00", **no_rows("qualifications"), **no_rows("talents")}
    person.sections["employment"].update(
        no_rows("periods"),
        accounting_start_date=f"{begun}-01-01",
        accounting_years=str(clock.today().year - begun),
        accounting_technical_post="00",
        technical_post_appointed_on="",
    )
    return person


def no_rows(prefix: str) -> dict[str, str]:
    return {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("page", [PHONE._replace(width=360)], indirect=True)
def test_who_is_refused_for_years_mends_it_and_is_accepted(stack: Stack, page: Page, tmp_path: Path) -> None:
    person = one_year_short()
    collected(stack, page, person)
    look = inspected(page, pictures_in(PICTURES, page, "exam"), True)
    walker = Walker(page, stack.standins, look)
    walker.open("/exam/")
    look("registration")
    told = {"name": person.name, "document_type": person.document_type, "document_number": person.document_number}
    walker.fill({"level": LEVEL, "year": str(YEAR), **told})
    walker.press("核验报名条件")
    look("refused")
    assert page.get_by_role("heading", name="暂不符合报名条件").is_visible()
    refused, words = page.url, page.locator("#years").inner_text()
    assert "满4年" in words and "差1年" in words
    with page.expect_navigation():
        page.get_by_role("link", name="去办理：工作年限").click()
    assert page.url.startswith(f"{stack.platform}/changes/employment/")
    platform = Walker(page, stack.platform, look)
    platform.fill(EARLIER)
    look("mending")
    platform.press("保存")
    page.goto(refused)
    look("told")
    assert page.get_by_text("您之前没有通过核验，现在您的信息有了更新。").is_visible()
    walker.press("再次核验")
    look("accepted")
    assert page.get_by_role("heading", name="符合报名条件", exact=True).is_visible()
    assert page.get_by_text("您之前没有通过核验，原因已经解决。").is_visible()
    _asked_by_integrators(stack, person, tmp_path)


def _asked_by_integrators(stack: Stack, person: Person, folder: Path) -> None:
    """The client in one file, and the request that openssl signs, get the same answer from the running door."""
    [key] = [
        entry
        for entry in json.loads((stack.home / "demo-exam-client.json").read_text(encoding="utf-8"))
        if entry["address"] == stack.platform
    ]
    (folder / "key.json").write_text(json.dumps(key), encoding="utf-8")
    told = {"document_type": person.document_type, "document_number": person.document_number, "name": person.name}
    env = {"PATH": os.environ["PATH"], "EXAM_CHECK_URL": stack.platform, "EXAM_CHECK_KEY": str(folder / "key.json")}
    exam = ["--level", LEVEL, "--year", str(YEAR)]
    one = _run([sys.executable, str(CLIENT), "verify", *exam], told, env)
    assert one["outcome"] == "found" and one["eligible"] is True
    many = _run([sys.executable, str(CLIENT), "batch", *exam], [told, told | {"name": "别人"}], env)
    assert [answer["outcome"] for answer in many] == ["found", "name_mismatch"]
    assert _run([sys.executable, str(CLIENT), "repairs"], None, env)["repairs"]
    env |= {"EXAM_CHECK_KEYID": key["keyid"], "EXAM_CHECK_ALG": key["alg"], "EXAM_CHECK_SECRET": key["secret"]}
    by_openssl = _run(["sh", str(SCRIPT)], told | {"exam": EXAM}, env)
    assert _lasting(by_openssl) == _lasting(one) == _lasting(many[0])


def _run(command: list[str], asked: Any, env: dict[str, str]) -> Any:
    text = json.dumps(asked, ensure_ascii=False).encode()
    done = subprocess.run(command, input=text, env=env, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def _lasting(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in ("answered_at", "answer_id")}
