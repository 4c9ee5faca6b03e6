"""What holds for every template, and the gallery that shows every component."""

import gzip
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory

from config.gallery import gallery

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COMPONENTS = sorted((ROOT / "templates" / "_components").glob("*.html"))
_INCLUDED = re.compile(r'{% include "([^"]+)"')


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


def _response() -> HttpResponse:
    return gallery(RequestFactory().get("/gallery/"))


_ALONE = re.compile(r'{% include "([^"]+)"([^%]*) only %}')


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_form_of_a_part_that_is_given_little_is_given_its_key(path: Path) -> None:
    parts = _ALONE.findall(path.read_text())
    forgotten = [
        part
        for part, given in parts
        if "{% csrf_token %}" in (ROOT / "templates" / part).read_text()
        and "csrf_token=" not in given
    ]

    assert forgotten == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_template_has_no_inline_style_script_or_handler(path: Path) -> None:
    # Mail programs read no other style; a mail is no page of ours.
    style = "" if path.parent.name == "mails" else r'\sstyle="|<style|'
    text = path.read_text()

    assert re.findall(style + r'<script(?![^>]*\ssrc=)|\son\w+="', text) == []


def test_form_that_is_refused_without_scripts_names_its_address() -> None:
    # Else the next page keeps the anchor of this one, and opens there and not at what
    # is wrong.
    nameless = [
        (_name(path), form)
        for path in TEMPLATES
        if '{% extends "base_public.html" %}' in (text := path.read_text())
        and "_components/error_summary.html" in text
        for form in re.findall(r"<form[^>]*>", text)
        if " action=" not in form
    ]

    assert nameless == []


@pytest.mark.parametrize("path", COMPONENTS, ids=_name)
def test_component_states_its_context(path: Path) -> None:
    assert re.search(r"(?:{#|{% comment %})\s*Context:", path.read_text())


def test_every_icon_that_is_named_exists() -> None:
    sprite = ElementTree.parse(ROOT / "static/icons/icons.svg")  # noqa: S314 - ours
    shapes = {symbol.get("id") for symbol in sprite.getroot()}
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r'{% icon(?:_address)? ["\']([^"\']+)', path.read_text())
    }

    assert named - shapes == set()


def test_gallery_shows_every_component() -> None:
    seen: set[str] = set()
    waiting = ["base.html", "gallery.html", "django/forms/field.html"]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            text = (ROOT / "templates" / name).read_text()
            waiting += _INCLUDED.findall(text)

    assert [path.name for path in COMPONENTS if _name(path) not in seen] == []


def test_gallery_is_drawn_whole() -> None:
    response = _response()

    assert response.status_code == 200
    assert response.content.decode().rstrip()[-7:] == "</html>"


def test_stylesheet_is_small_and_without_what_is_not_ours() -> None:
    css = (ROOT / "static/css/vouch.css").read_bytes()

    assert len(gzip.compress(css, 9)) <= 20_480
    assert re.findall(rb"GDS Transport|crown|url\((?!\"?data:)", css) == []


@pytest.mark.parametrize("status", [400, 403, 404, 409, 500])
def test_error_page_needs_nothing_to_be_drawn(status: int) -> None:
    html = render_to_string(f"errors/{status}.html")

    assert (html.count("<h1"), html.rstrip()[-7:]) == (1, "</html>")
