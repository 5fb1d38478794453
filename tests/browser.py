"""A headless Chromium, spoken to by the WebDriver protocol: plain HTTP and JSON, no library needed."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAM, DRIVER = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")  # fmt: skip


class Browser:
    """One session: one window, its size emulated as a phone's is."""

    def __init__(self, port: int, profile: Path) -> None:
        self._at = f"http://127.0.0.1:{port}"
        # Nothing of ours is behind a proxy.
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
        options = [
            "--headless=new", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-dev-shm-usage",
            "--disable-background-networking", f"--user-data-dir={profile}",
        ]  # fmt: skip
        if (
            hasattr(os, "geteuid") and os.geteuid() == 0
        ):  # in a container; a person's browser keeps its sandbox
            options.append("--no-sandbox")
        wanted = {
            "goog:chromeOptions": {"binary": PROGRAM, "args": options},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        made = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._at += f"/session/{made['sessionId']}"

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        sent = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._at + path, sent, method=method)
        with self._open(request, timeout=60) as answer:
            return json.loads(answer.read())["value"]

    def command(self, name: str, **values: Any) -> Any:
        """A command of the DevTools protocol."""
        return self._ask("POST", "/goog/cdp/execute", {"cmd": name, "params": values})

    def run(self, script: str, *values: Any) -> Any:
        """What a script returns; ``arguments`` are the values."""
        return self._ask("POST", "/execute/sync", {"script": script, "args": list(values)})

    def show(self, page: Path, width: int, *, script: bool = True) -> None:
        """Open a page in a window so wide, as a phone's where it is narrow."""
        self.command("Emulation.setScriptExecutionDisabled", value=not script)
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 600
        )  # fmt: skip
        self.logged("browser"), self.logged("performance")
        self._ask("POST", "/url", {"url": page.as_uri()})

    def logged(self, kind: str) -> list[str]:
        """What the browser has logged since it was last asked."""
        return [line["message"] for line in self._ask("POST", "/se/log", {"type": kind})]

    def requests(self) -> list[str]:
        """The addresses that were asked for since the page was opened."""
        told = (json.loads(line)["message"] for line in self.logged("performance"))
        sent = (m["params"] for m in told if m["method"] == "Network.requestWillBeSent")
        return [params["request"]["url"] for params in sent]

    def picture(self, *, whole: bool = False) -> bytes:
        """A PNG of the window, or of the ``whole`` page."""
        found = self.command("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(found["data"])

    def printed(self) -> bytes:
        """The page as it prints, a PDF."""
        found = self.command("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        return base64.b64decode(found["data"])

    def close(self) -> None:
        self._ask("DELETE", "")


@contextmanager
def browsing(profile: Path) -> Iterator[Browser]:
    """A browser for as long as the block lasts."""
    assert DRIVER, "the caller has looked"
    with subprocess.Popen([DRIVER, "--port=0"], stdout=subprocess.PIPE, text=True) as driver:
        try:
            assert driver.stdout
            line = next(told for told in driver.stdout if "successfully on port" in told)
            browser = Browser(int(line.rpartition("on port ")[2].strip(" .\n")), profile)
            try:
                yield browser
            finally:
                browser.close()
        finally:
            driver.terminate()
