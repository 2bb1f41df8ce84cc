"""Debian's Chromium and Firefox, kept on this machine."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unittest import mock
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request, sync_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
LOCAL_HOSTS = {"127.0.0.1", "localhost"}
LOCAL_SCHEMES = {"data", "blob", "about"}


class Screen(NamedTuple):
    """What a visitor looks at: the size in CSS pixels, and whether scripts run."""

    width: int
    height: int
    scripted: bool = True

    @property
    def context(self) -> dict[str, object]:
        """The options of a browser context that is such a screen."""
        return {"viewport": {"width": self.width, "height": self.height}, "java_script_enabled": self.scripted}


PHONE, DESKTOP = Screen(360, 760), Screen(1280, 900)


def launched() -> Iterator[Browser]:
    """One browser; raises RuntimeError when Chromium is not installed.

    The shell of the same version draws pages as the browser does, without windows: half the processor time.
    """
    chromium = shutil.which("chromium-headless-shell")
    if chromium is None:
        raise RuntimeError("chromium is missing: apt-get install chromium-headless-shell fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


def launched_firefox() -> Iterator[Browser]:
    """Debian's Firefox ESR, driven over WebDriver BiDi; raises RuntimeError when it is not installed.

    Its requests to other hosts are refused by a proxy that is not there; this machine is reached without it.
    """
    firefox = shutil.which("firefox-esr")
    if firefox is None:
        raise RuntimeError("firefox-esr is missing: apt-get install firefox-esr fonts-noto-cjk")
    preload = Path(__file__).with_name("firefox.cjs")
    with mock.patch.dict(os.environ, {"NODE_OPTIONS": f"--require {preload}"}), sync_playwright() as playwright:
        browser = playwright.firefox.launch(
            channel="moz-firefox",
            executable_path=firefox,
            firefox_user_prefs={
                "network.proxy.type": 1,
                "network.proxy.http": "127.0.0.1",
                "network.proxy.http_port": 9,
                "network.proxy.ssl": "127.0.0.1",
                "network.proxy.ssl_port": 9,
                "network.proxy.no_proxies_on": "127.0.0.1,localhost",
                "network.proxy.allow_hijacking_localhost": False,
            },
        )
        yield browser
        browser.close()


def opened_page(browser: Browser, **context: object) -> Iterator[Page]:
    """A page of a fresh visitor; afterwards requests to other hosts and uncaught script errors fail the test."""
    faults: list[str] = []
    visitor = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **context)  # type: ignore[arg-type]
    visitor.on("request", lambda request: faults.extend(_foreign(request)))
    visitor.on("weberror", lambda failure: faults.append(f"script error: {failure.error}"))
    yield visitor.new_page()
    visitor.close()
    assert not faults, faults


def _foreign(request: Request) -> list[str]:
    parts = urlsplit(request.url)
    is_local = parts.hostname in LOCAL_HOSTS or parts.scheme in LOCAL_SCHEMES
    return [] if is_local else [f"request to another host: {parts.hostname}"]
