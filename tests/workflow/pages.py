"""What tests of pages share: the words of a page, and what its forms would send."""

import re
from html.parser import HTMLParser
from typing import Any


def text(response: Any) -> str:
    """The words of a page, without markup, on one line."""
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", plain)


class _Forms(HTMLParser):
    """Collects the successful controls of every form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self._select = self._textarea = ""
        self._words = ""

    def _add(self, name: str, value: str) -> None:
        if self.forms and name:
            self.forms[-1][1].setdefault(name, []).append(value)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.forms.append((has.get("action", ""), {}))
        elif tag == "input":
            kind = has.get("type", "text")
            if kind not in ("checkbox", "radio", "submit") or "checked" in has:
                self._add(has.get("name", ""), has.get("value", ""))
        elif tag == "select":
            self._select = has.get("name", "")
        elif tag == "option" and self._select and "selected" in has:
            self._add(self._select, has.get("value", ""))
        elif tag == "textarea":
            self._textarea, self._words = has.get("name", ""), ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._add(self._textarea, self._words.removeprefix("\n"))
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._words += data


def filled_in(response: Any, **typed: Any) -> dict[str, Any]:
    """What the page's own form would send, with some of it typed over.

    The page's own form is the one with the most controls: buttons have forms too.
    """
    parser = _Forms()
    parser.feed(response.content.decode())
    data: dict[str, Any] = dict(max(parser.forms, key=lambda form: len(form[1]))[1])
    data.pop("csrfmiddlewaretoken", None)
    for name, value in typed.items():
        if value is None:
            data.pop(name, None)
        else:
            data[name] = value
    return data
