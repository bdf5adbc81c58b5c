"""The page in a real Chromium, served as `art quickstart` serves it."""

from __future__ import annotations

import random
import shutil
import threading

import catalogue
import pytest

import art
from art.api import populate
from art.config import complete_text
from art.quickstart.options import load_options
from art.quickstart.rendering import RECIPE, context_of, render
from art.quickstart.serving import page_server
from art.quickstart.settling import settle

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def case():
    """A part that the user's own file registers, for the choices without a task."""


@pytest.fixture(scope="module", autouse=True)
def cases():
    """Registers the parts that the choices without a task stand for, while these tests run."""
    populate()
    keys = [("art", registry.name, "case.v1") for registry in (art.data, art.models)]
    others = {key: catalogue.REGISTRY[key] for key in keys if key in catalogue.REGISTRY}
    for key in others:  # another test, or a page of the docs, has one under that name
        catalogue._remove(key)
    for registry in (art.data, art.models):
        registry("case.v1")(case)
    yield
    for key in keys:
        catalogue._remove(key)
    for key, function in others.items():
        catalogue._set(key, function)


@pytest.fixture(scope="session")
def options():
    """What there is to choose, with every part registered."""
    populate()
    return load_options()


def recipe_of(options, settled):
    """The config that `art init config` writes."""
    text = render(RECIPE, context_of(options, settled))
    return complete_text(text, "config", explained=True)


@pytest.fixture(scope="session")
def address(options):
    """Where the page is served."""
    with page_server(options) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.address
        server.stop()
        thread.join()


@pytest.fixture(scope="session")
def browser():
    """A real Chromium."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: `make browser` installs Debian's package")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield found
        found.close()


@pytest.fixture
def open_page(browser, address):
    """Opens the page with a query, in a context of its own; any error in it fails the test."""
    contexts, errors = [], []

    def opened(query: str = "", **settings):
        context = browser.new_context(accept_downloads=True, **settings)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.goto(address + query)
        page.wait_for_function("document.documentElement.dataset.ready")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


def drawn(options, count, seed=0):
    """Choices drawn evenly in each control, as a person could make them, all different."""
    draw = random.Random(seed)
    found = {}
    while len(found) < count:
        asked = {"name": draw.choice(["config", "my-run", "Digits_2"])}
        for control in options:
            if control.kind == "one":
                asked[control.name] = draw.choice(control.values)
            elif control.kind == "many":
                asked[control.name] = [v for v in control.values if draw.random() < 0.6]
        settled = settle(options, asked)
        found[str(settled)] = settled
    return list(found.values())
