"""Takes the pictures of docs/quickstart.md with Chromium: `python docs/screenshots.py`."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from art.api import populate
from art.quickstart.options import load_options
from art.quickstart.serving import page_server

FOLDER = Path(__file__).parent / "images"
WIDE = {"viewport": {"width": 1360, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "device_scale_factor": 1.5}
PICTURES: dict[str, dict[str, Any]] = {
    "light": {**WIDE, "color_scheme": "light"},
    "dark": {**WIDE, "color_scheme": "dark"},
    "phone": {**PHONE, "color_scheme": "light"},
    "phone-config": {**PHONE, "color_scheme": "dark"},
}


def main() -> None:
    """Take them all."""
    populate()
    FOLDER.mkdir(exist_ok=True)
    with page_server(load_options()) as server, sync_playwright() as play:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"{server.address}?task=tabular-regression&name=patients"
        chromium = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for name, settings in PICTURES.items():
            page = chromium.new_context(**settings).new_page()
            page.goto(address)
            page.wait_for_function("document.documentElement.dataset.ready")
            if name == "phone-config":
                page.get_by_role("link", name="See the config").click()
                page.wait_for_timeout(500)
            page.screenshot(path=FOLDER / f"quickstart-{name}.png")
        chromium.close()
        server.stop()


if __name__ == "__main__":
    main()
