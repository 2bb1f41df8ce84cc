"""A third registry is a TOML file and a logo: a made-up 厦门 serves its pages, and no word of another province."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kuaiji.common.profile import FOLDER, ProfileError, load
from kuaiji.house import HouseError
from kuaiji.house.databases import Server
from kuaiji.house.development import Development
from kuaiji.house.ports import is_ready
from kuaiji.house.welcome import words
from people.houses.loopback import free_port
from people.houses.processes import wait_for
from people.houses.stack import opened_home

HEAD = """
slug = "xiamen"
code = "350200"
title = "厦门市示例会计人员平台"
organiser = "厦门市示例财政局"
region = "厦门市"
logo = "xiamen.svg"
collection_door = "信息登记"
work_question = "是否在厦门市内从事会计工作"
official_address = "https://xiamen.example"
wechat = "微信公众号“厦门示例”→“会计”"
technical_support_serial = ""
territory = "350200"
excluded = []
own_level_hint = "市直单位选“厦门市本级”。"
places_example = "思明区、集美区"
phone_example = "0592-90000000"
photo_source = "upload"
photo_ready = "本人免冠证件照"
photo_receipt_how = ""
reference_prefix = "XM"
up_to_date_months = 12
draft_days = 30
correction_days = 10
phone_lost_days = 3
transfer_review_days = [1, 2]
sms_signature = "厦门示例"
browsers = ["示例浏览器"]
notice_version = "2023-05"
privacy_version = "2026-11"
notice_date = 2026-11-22
others = []

[filings]
icp = "闽ICP备00000000号-1"
police = "闽公网安备00000000000000号"
police_code = "00000000000000"
site_code = "0000000000"
report_errors = "https://errors.example/?site=0000000000"

[colours]
deep = "#3b1d5e"
blue = "#6a3a9c"
blue_dark = "#4a2770"
wash = "#f5effb"
edge = "#dccbee"
now = "#ebdff7"
red = "#b45309"

[[bureaux]]
city = "厦门市"
unit = "厦门市本级"
division = "350200-00"
phones = ["0592-90000001"]
address = "厦门市示例路1号"

[[bureaux]]
city = "厦门市"
unit = "思明区"
division = "350203"
phones = ["0592-90000002"]
address = "厦门市思明区示例路2号"
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><circle cx="18" cy="18" r="16" fill="#fff"/></svg>'
PAGES = (
    "/",
    "/register/",
    "/login/",
    "/directory/",
    "/guide/",
    "/guide/register/",
    "/guide/collection/",
    "/notice/privacy/",
    "/recover/",
    "/nowhere",
)
COMMANDS = """
import sys, django
from django.core.management import call_command
django.setup()
call_command("load_reference")
call_command("collectstatic", "--no-input", verbosity=0)
"""


@pytest.fixture(scope="module")
def profile_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two files in a folder of their own; the words of the messages are those of any platform."""
    folder = tmp_path_factory.mktemp("registry")
    messages = (FOLDER / "shenzhen.toml").read_text(encoding="utf-8").partition("\n[sms.")
    (folder / "xiamen.toml").write_text(HEAD + messages[1] + messages[2], encoding="utf-8")
    (folder / "xiamen.svg").write_text(LOGO, encoding="utf-8")
    return folder / "xiamen.toml"


@pytest.fixture(scope="module")
def xiamen(
    profile_file: Path,
    server: Server,
    template: str,
    development: Development,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[httpx.Client]:
    """The platform, served as any other."""
    server.clone(template, "kuaiji_xiamen")
    env = development.platform_env("kuaiji_xiamen") | {
        "KUAIJI_PROFILE": str(profile_file),
        "KUAIJI_HOME": str(tmp_path_factory.mktemp("xiamen")),
    }
    subprocess.run([sys.executable, "-W", "error", "-c", COMMANDS], env=env, check=True, capture_output=True)
    port = free_port()
    command = [sys.executable, "-m", "kuaiji.cli", "serve", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *command], env=env, stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: is_ready(port))
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            yield client
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_speaks_of_another_province(xiamen: httpx.Client, path: str) -> None:
    page = xiamen.get(path).text
    assert "厦门市示例会计人员平台" in page and "厦门市示例财政局" in page
    assert not re.search("广东|深圳|广州|荔湾|省直|驻粤|guangdong|shenzhen", page)


def test_its_colours_and_logo_are_static_files(xiamen: httpx.Client) -> None:
    page = xiamen.get("/").text
    colours, logo = (
        re.search(rf'"(/static/kuaiji/profile/{name}\.[0-9a-f]{{12}}\.[a-z]+)"', page) for name in ("colours", "logo")
    )
    assert colours and "--k-blue-dark: #4a2770;" in xiamen.get(colours[1]).text
    assert logo and xiamen.get(logo[1]).text == LOGO
    assert 'content="#3b1d5e"' in page and "style=" not in page


def test_its_places_and_phones_are_its_own(xiamen: httpx.Client) -> None:
    directory = xiamen.get("/directory/").text
    assert re.findall(r"tel:([0-9]+)", directory) == ["059290000001", "059290000002"]
    assert xiamen.get("/directory/?q=集美").text.count("tel:") == 0
    assert "是否在厦门市内从事会计工作" in xiamen.get("/register/").text and "信息登记" in xiamen.get("/").text


@pytest.mark.parametrize(
    ("line", "instead", "said"),
    [
        ('logo = "xiamen.svg"', 'logo = "none.svg"', "no logo"),
        ('deep = "#3b1d5e"', 'deep = "red;} body {"', "deep is not of the form"),
        ('photo_source = "upload"', 'photo_source = "fax"', "is none of upload, receipt"),
        ('reference_prefix = "XM"', "", "missing reference_prefix"),
    ],
)
def test_a_profile_that_is_not_whole_is_refused(profile_file: Path, line: str, instead: str, said: str) -> None:
    broken = profile_file.with_name("broken.toml")
    broken.write_text(profile_file.read_text(encoding="utf-8").replace(line, instead), encoding="utf-8")
    with pytest.raises(ProfileError, match=said):
        load(str(broken))


def test_a_house_takes_it_in_the_place_of_the_first(profile_file: Path, tmp_path: Path) -> None:
    with opened_home(tmp_path, KUAIJI_PROFILE=str(profile_file), DATABASE_URL="postgresql://u:p@/postgres") as house:
        addresses = {slug: house.of(slug).address(slug) for slug in house.platforms}
        assert addresses == {"xiamen": "http://127.0.0.1:8000", "shenzhen": "http://127.0.0.1:8001"}
        assert house.platform_database == "kuaiji_xiamen"
        assert set(house.wire_keys) == {"350200:house", "440300:house"}
        ours, others = house.platform_env(), house.of("shenzhen").platform_env()
    assert (ours["KUAIJI_PROFILE"], others["KUAIJI_PROFILE"]) == (str(profile_file), "shenzhen")
    for name in ("DATABASE_URL", "KUAIJI_HOME", "KUAIJI_KEYRING", "KUAIJI_SECRET_KEY", "KUAIJI_WIRE_KEY"):
        assert ours[name] != others[name], name
    assert ours["KUAIJI_HUB_KEYS"] == others["KUAIJI_HUB_KEYS"] and ours["KUAIJI_HUB_KEYS"].startswith("hub:house=")


@pytest.mark.parametrize("named", ["xiamen", "nowhere.toml"])
def test_a_profile_that_is_not_there_is_said_in_plain_words(tmp_path: Path, named: str) -> None:
    with pytest.raises(HouseError, match="KUAIJI_PROFILE"), opened_home(tmp_path, KUAIJI_PROFILE=named):
        pass


def test_the_printed_page_tells_the_move_between_two() -> None:
    two = [(load(slug).title, load(slug).region, f"http://{slug}") for slug in ("guangdong", "shenzhen")]
    page = words(two, hub="http://hub", standins="http://standins", home=Path("/home"), seconds="10", known=False)
    for expected in ("广东省 → 深圳市 → 广东省", "http://shenzhen/", "http://standins/photo/", "约 10 秒后"):
        assert expected in page
    assert "→" not in words(two[:1], hub="", standins="", home=Path("/home"), seconds="10", known=False)
