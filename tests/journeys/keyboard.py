"""Somebody at a telephone's width who has a keyboard and nothing else."""

import re
from typing import Any, NoReturn

from playwright.sync_api import (
    Browser,
    ElementHandle,
    Locator,
    Page,
    Response,
    ViewportSize,
)

PHONE = ViewportSize(width=390, height=844)
MOST_STOPS = 600
"""More stops of the Tab key than any page has."""

BEYOND = -2
"""Where the focus is before the first stop of a page and after its last."""

Name = str | re.Pattern[str]
"""How something is called: in full, how that begins, or a pattern of it."""

LOOK = """wanted => {
  const one = document.activeElement;
  if (!one || one === document.body) return {at: -2, name: "", wrong: ""};
  const own = [one, ...(one.labels || [])];
  const name = own.at(-1).textContent.trim().replace(/\\s+/g, " ").slice(0, 60)
    || one.name || one.tagName;
  // The colour of what has the focus is used for nothing else.
  const marked = (part, pseudo) => {
    const style = getComputedStyle(part, pseudo);
    return [style.boxShadow, style.backgroundColor,
      style.outlineStyle === "none" ? "" : style.outlineColor,
    ].some(drawn => drawn.includes("rgb(255, 213, 74)"));
  };
  const parts = [...own, ...one.children];
  const wrong = [];
  // What is no stop of the Tab key, only told of first on a page, needs no mark.
  if (one.tabIndex >= 0 && !parts.some(part => [null, "::before", "::after"].some(
    pseudo => marked(part, pseudo)))) wrong.push("does not show that it has the focus");
  // Of a box for text the first line has to be seen; half a pixel is of rounding.
  const box = one.getClientRects()[0];
  if (!box || box.left < -1 || box.top < -1 || box.right > innerWidth + 1
      || Math.min(box.bottom, box.top + 44) > innerHeight + 1)
    wrong.push("is out of sight");
  else {
    const middle = Math.min((box.top + box.bottom) / 2, innerHeight - 1);
    const top = document.elementFromPoint((box.left + box.right) / 2, middle);
    if (top && !own.some(part => part.contains(top)) && !top.contains(one))
      wrong.push("lies under something else");
  }
  return {at: wanted.indexOf(one), name, wrong: wrong.join(" and ")};
}"""
"""Which of the wanted elements has the focus, what it is called and what is wrong."""

NAMES = """() => [...document.querySelectorAll("a[href], button, summary, label")]
  .filter(one => one.checkVisibility()).map(one => one.textContent.trim()
  .replace(/\\s+/g, " "))"""


class Keyboard:
    """A person's way through the site by keys alone, without JavaScript.

    Only the start of a way is an address. Every other verb goes on by the Tab key until
    what it looks for has the focus, and fails with a sentence where that never is;
    whatever has the focus on the way must be seen and be seen to have it. Each page
    that is passed must answer, and must not scroll sideways.
    """

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self.context = browser.new_context(viewport=PHONE, java_script_enabled=False)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(10_000)

    # --- where one is

    def open(self, path: str) -> None:
        """Open an address, which begins a way."""
        self._arrived(self.page.goto(f"{self.address}{path}"))

    def sign_in(self, email: str) -> None:
        """Sign in as one of the people of the demo, and be at home."""
        self.open("/sign-in/")
        self.press(f"Sign in as {email}")
        if "/sign-in/" in self.page.url:
            self._fail(f"{email} cannot sign in")

    def sees(self, *words: str) -> None:
        """Fail unless the page shows all of these words."""
        shown = " ".join(self.page.locator("body").inner_text().split())
        for one in words:
            if one.lower() not in shown.lower():
                self._fail(f"“{one}” is not on the page, which says: {shown[:3000]}")

    def leave(self) -> None:
        """Close the browser's window."""
        self.context.close()

    # --- what one does

    def follow(self, name: Name, part: str = "") -> None:
        """Follow the link of this name, the first of the page or of a part of it."""
        self._reach(self._named("link", name, part), f"the link {_said(name)}")
        self._go()

    def download(self, name: str) -> str:
        """Follow the link of this name to a file; the text of the file."""
        self._reach(self._named("link", name), f"the link {_said(name)}")
        with self.page.expect_download() as coming:
            self.page.keyboard.press("Enter")
        return coming.value.path().read_text("utf-8-sig")

    def press(self, name: Name, part: str = "") -> None:
        """Press the button of this name, and be where it leads."""
        self._reach(self._named("button", name, part), f"the button {_said(name)}")
        self._go()

    def unfold(self, name: Name) -> None:
        """Open what is folded behind these words; leave open what is open."""
        folds = self.page.locator("summary").filter(has_text=name)
        self._reach(folds, f"what unfolds {_said(name)}")
        opened = "one => one === document.activeElement && one.parentElement.open"
        if not self.page.locator("summary:focus").evaluate(opened):
            self.page.keyboard.press("Enter")
            if not self.page.locator("summary:focus").evaluate(opened):
                self._fail(f"{_said(name)} does not unfold")

    def fill(self, label: Name, text: str) -> None:
        """Write this into the field of this label, instead of what stood there."""
        self._reach(self._labelled(label), f"the field {_said(label)}")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)
        written = self.page.locator(":focus").input_value()
        if written != text:
            self._fail(f"The field {_said(label)} says {written!r}, not {text!r}")

    def reads(self, label: Name) -> str:
        """What stands in the field of this label."""
        return self._labelled(label).first.input_value()

    def chosen(self, label: Name) -> bool:
        """Whether the radio button or box of this label is chosen."""
        return self._labelled(label).first.is_checked()

    def choose(self, label: Name) -> None:
        """Choose the radio button or tick the box of this label."""
        wanted = self.page.locator("input[type=radio], input[type=checkbox]")
        wanted = wanted.and_(self._labelled(label))
        if wanted.count() == 0:
            self._fail(f"There is no choice {_said(label)}")
        if wanted.first.get_attribute("type") == "radio":
            name = wanted.first.get_attribute("name")
            group = self.page.locator(f'input[type=radio][name="{name}"]')
            self._reach(group, f"the choice {_said(label)}")
            for _ in range(group.count()):
                if self._look(wanted.element_handles()[:1]) == 0:
                    break
                self.page.keyboard.press("ArrowDown")
        else:
            self._reach(wanted.first, f"the box {_said(label)}")
        if not wanted.first.is_checked():
            self.page.keyboard.press("Space")
        if not wanted.first.is_checked():
            self._fail(f"{_said(label)} cannot be chosen by keys")

    def pick(self, label: Name, option: str) -> None:
        """Pick an option out of the list of this label."""
        lists = self.page.locator("select").and_(self._labelled(label))
        self._reach(lists, f"the list {_said(label)}")
        chosen = "one => one.selectedOptions[0].text.trim()"
        one = self.page.locator("select:focus")
        options = one.evaluate("one => one.options.length")
        self.page.keyboard.press("Home")
        for _ in range(options):
            if one.evaluate(chosen) == option:
                return
            self.page.keyboard.press("ArrowDown")
        if one.evaluate(chosen) != option:
            names = one.evaluate("one => [...one.options].map(each => each.text)")
            self._fail(f"The list {_said(label)} has no {option!r}, only {names}")

    # --- how

    def _part(self, heading: str) -> Page | Locator:
        """The smallest part of the page that begins with this heading; the page."""
        if not heading:
            return self.page
        title = self.page.locator("h1, h2, h3, h4, legend, summary")
        title = title.filter(has_text=heading)
        parts = self.page.locator("section, article, fieldset, details, li, form, main")
        return parts.filter(has=title).last

    def _named(self, role: Any, name: Name, part: str = "") -> Locator:
        where = self._part(part)
        if not isinstance(name, str):
            return where.get_by_role(role, name=name)
        # However the spaces fall between what is seen and what is only read out.
        words = r"\s*".join(map(re.escape, re.findall(r"\w+|[^\w\s]", name)))
        whole = where.get_by_role(role, name=re.compile(f"^{words}$"))
        if whole.count():
            return whole
        return where.get_by_role(role, name=re.compile(f"^{words}"))

    def _labelled(self, label: Name) -> Locator:
        exact = self.page.get_by_label(label, exact=True)
        return exact if exact.count() else self.page.get_by_label(label)

    def _reach(self, wanted: Locator, what: str) -> None:
        """Press Tab until the first of these has the focus."""
        if wanted.count() == 0:
            names = "; ".join(dict.fromkeys(self.page.evaluate(NAMES)))
            self._fail(f"There is no {what.removeprefix('the ')}. There are: {names}")
        handles = wanted.element_handles()
        ends = 0
        for _ in range(MOST_STOPS):
            at = self._look(handles)
            if at >= 0:
                return
            ends += at == BEYOND
            if ends == 2:
                break
            self.page.keyboard.press("Tab")
        self._fail(f"The Tab key goes all round and never comes to {what}")

    def _look(self, wanted: list[ElementHandle]) -> int:
        """Which of these has the focus, negative for none; whatever has it is seen."""
        here = self.page.evaluate(LOOK, wanted)
        if here["wrong"]:
            self._fail(f"“{here['name']}” {here['wrong']}")
        return int(here["at"])

    def _go(self) -> None:
        with self.page.expect_navigation() as going:
            self.page.keyboard.press("Enter")
        self._arrived(going.value)

    def _arrived(self, answer: Response | None) -> None:
        if answer is not None and answer.status >= 400:
            self._fail(f"The page answers {answer.status}")
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if wide > PHONE["width"]:
            self._fail(f"The page scrolls sideways: it is {wide} pixels wide")

    def _fail(self, sentence: str) -> NoReturn:
        title = self.page.title()
        raise AssertionError(f"{sentence}. (On “{title}”, {self.page.url})")


def _said(name: Name) -> str:
    return f"“{name if isinstance(name, str) else name.pattern}”"
