"""HTML of other people's editors turned into plain text.

Not a browser: what is not certainly markup stays as text, so that "a < b", "<3" and
"<name of the group>" survive, and nothing a person could read is lost.
"""

import html
import re
from dataclasses import dataclass, field
from typing import Final


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BLOCKS: Final = _names(
    "address article aside blockquote body center dd details dialog div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend main"
    " nav p pre section summary table tbody tfoot thead"
)
_LISTS: Final = _names("ol ul menu")
_LINES: Final = _names("br tr caption option")
_CELLS: Final = _names("td th")
_INLINE: Final = _names(
    "a abbr acronym area audio b base basefont bdi bdo big button canvas cite code col"
    " colgroup data datalist dfn em embed font i img input ins kbd label link map mark"
    " meta meter nobr optgroup output param picture progress q rp rt ruby samp select"
    " slot small source span strong sub sup textarea time track tt u var video wbr"
)
_DROPPED: Final = _names(
    "applet head iframe noframes noscript object script style svg template title"
)
_STRUCK: Final = _names("del s strike")
_KNOWN: Final = (
    _BLOCKS | _LISTS | _LINES | _CELLS | _INLINE | _DROPPED | _STRUCK | {"li"}
)
_OFFICE: Final = _names("o w v m x st1")
_FLAGS: Final = _names(
    "async autofocus autoplay checked compact contenteditable controls default defer"
    " disabled download draggable hidden itemscope loop multiple muted nofollow noshade"
    " novalidate nowrap open readonly required reversed selected"
)

# A tag never reaches past the next "<", so looking for its end stays quick on any text.
_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]*(?::[A-Za-z0-9]+)?)"
    r"(?P<rest>(?:\"[^\"<]*\"|'[^'<]*'|[^\"'<>])*+|[^<>]*)>"
)
_ATTRIBUTE = re.compile(
    r"(?P<name>[A-Za-z_:@][\w:.@-]*)\s*"
    r"(?:=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+)))?"
)
_DECLARATION = re.compile(
    r"<!DOCTYPE[^<>]*>|<\?xml[^<>]*>|<!\[(?:if|endif)[^<>]*>|<!\[CDATA\[|\]\]>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


def decoded(text: str) -> str:
    """The text with codes such as ``&eacute;`` and ``&#163;`` as the characters meant.

    Only codes that end with a semicolon: "AT&T" and "?a=1&copy=2" are no codes.
    """
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)


def has_markup(text: str) -> bool:
    """Whether there is a tag, comment or declaration to be taken out."""
    if any(_is_tag(match) for match in _TAG.finditer(text)):
        return True
    return _without_declarations(text) != text


def plain_text(text: str) -> tuple[str, bool]:
    """The words of the markup as plain text, and whether struck-out ones were left out.

    Paragraphs are parted by a blank line, list items begin with "- ". Codes such as
    ``&amp;`` are left for the caller.
    """
    text = _without_declarations(text)
    tags = [match for match in _TAG.finditer(text) if _is_tag(match)]
    names = {match["name"].lower() for match in tags}
    # Where blocks say how the text is laid out, a line end in the source is a space.
    writer = _Writer(flowing=bool(names & (_BLOCKS | _LISTS | _CELLS | {"li"})))
    position = 0
    unclosed: set[str] = set()
    for match in tags:
        if match.start() < position:
            continue
        writer.write(text[position : match.start()])
        position = match.end()
        name = match["name"].lower()
        if match["close"]:
            writer.close(name)
        elif name in _DROPPED or name in _STRUCK:
            end = None if name in unclosed else _end_of(name, text, position)
            if end is None:
                unclosed.add(name)
                continue
            dropped = text[position : end.start()]
            writer.struck_out |= name in _STRUCK and bool(dropped.strip())
            position = end.end()
        else:
            writer.open(name, match["rest"])
    writer.write(text[position:])
    return writer.finished(), writer.struck_out


@dataclass
class _Writer:
    """Collects words and the breaks between them while tags go by."""

    flowing: bool
    struck_out: bool = False
    out: list[str] = field(default_factory=list)
    breaks: int = 0
    after_item_mark: bool = False
    links: list[tuple[str, int]] = field(default_factory=list)
    items: list[int] = field(default_factory=list)

    def write(self, text: str) -> None:
        """Adds words, after the breaks that were waiting for some."""
        if self.flowing:
            parts = [" ".join(p.split("\n")) for p in _BLANK_LINE.split(text)]
            text = "\n\n".join(parts)
        text = _SPACES.sub(" ", text)
        if self.breaks or not self.out or self.after_item_mark:
            text = text.lstrip()
        if not text:
            return
        if self.breaks and self.out and not self.after_item_mark:
            self.out.append("\n" * self.breaks)
        self.breaks = 0
        self.after_item_mark = False
        self.out.append(text)

    def open(self, name: str, attributes: str) -> None:
        """A tag that begins something."""
        if name == "li":
            self._begin_item()
        elif name in _LISTS:
            self._break(1 if self.items else 2)
            self.items.append(0)
        elif name == "a":
            self._end_link()
            self.links.append((_address(attributes), len(self.out)))
        elif name == "img" and self.links:
            self.write(_attribute(attributes, "alt"))
        else:
            self._part(name)

    def close(self, name: str) -> None:
        """A tag that ends something."""
        if name == "a":
            self._end_link()
        elif name == "li":
            self._break(1)
        elif name in _LISTS:
            del self.items[-1:]
            self._break(1 if self.items else 2)
        elif name != "br":
            self._part(name)

    def finished(self) -> str:
        """Everything that was written."""
        self._end_link()
        self._drop_empty_item()
        return "".join(self.out)

    def _begin_item(self) -> None:
        self._drop_empty_item()
        if self.items and self.items[-1] and self.out:
            self.breaks = 1
        else:
            self._break(1)
        if self.items:
            self.items[-1] += 1
        self.write("- ")
        self.after_item_mark = True

    def _drop_empty_item(self) -> None:
        if not self.after_item_mark:
            return
        self.after_item_mark = False
        self.out.pop()
        if self.out and not self.out[-1].strip("\n"):
            self.breaks = max(self.breaks, len(self.out.pop()))

    def _part(self, name: str) -> None:
        if name in _BLOCKS:
            self._break(2)
        elif name in _LINES:
            self._break(self.breaks + 1 if name == "br" else 1)
        elif name in _CELLS:
            self.write(" ")

    def _break(self, lines: int) -> None:
        if self.out:
            self.breaks = min(2, max(self.breaks, lines))

    def _end_link(self) -> None:
        """Puts the address after the words of the link, unless they say it."""
        if not self.links:
            return
        address, start = self.links.pop()
        words = "".join(self.out[start:])
        if not address or _bare(address) in _bare(words):
            return
        space = " " if words != words.rstrip() else ""
        if self.out[start:] and space:
            self.out[-1] = self.out[-1].rstrip()
        self.write(f" ({address}){space}" if words.strip() else f"{address}{space}")


def _is_tag(match: re.Match[str]) -> bool:
    """Whether this is markup and not words between angle brackets."""
    name, rest = match["name"].lower(), match["rest"].strip().rstrip("/").strip()
    prefix, _, local = name.partition(":")
    if not (name in _KNOWN or (local and prefix in _OFFICE)):
        return False
    if not rest:
        return True
    if match["rest"][0] not in " \t\n/\"'":
        return False
    return "=" in rest or all(word.lower() in _FLAGS for word in rest.split())


def _without_declarations(text: str) -> str:
    """The text without comments and declarations; a comment nobody ended stays."""
    if "<!" not in text and "<?" not in text:
        return text
    kept: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            break
        kept.append(text[position:start])
        position = end + 3
    return _DECLARATION.sub("", "".join(kept) + text[position:])


def _end_of(name: str, text: str, position: int) -> re.Match[str] | None:
    return re.compile(rf"</{name}\s*>", re.IGNORECASE).search(text, position)


def _attribute(attributes: str, name: str) -> str:
    for match in _ATTRIBUTE.finditer(attributes):
        if match["name"].lower() == name:
            value = match["double"] or match["single"] or match["bare"] or ""
            return decoded(value).strip()
    return ""


def _address(attributes: str) -> str:
    """The address of a link as people can use it; nothing for one they cannot."""
    href = _attribute(attributes, "href")
    scheme, _, rest = href.partition(":")
    scheme = scheme.lower()
    if scheme in {"mailto", "tel"}:
        return rest.partition("?")[0].strip()
    if scheme in {"http", "https"} and len(rest) > 3:
        return "".join(href.split())
    return ""


def _bare(address: str) -> str:
    """An address or words without what does not tell two of them apart."""
    text = decoded(address).lower().strip()
    text = re.sub(r"https?://|\bwww\.|mailto:", "", text)
    if re.fullmatch(r"[\d\s+()-]+", text):
        text = re.sub(r"\D", "", text).removeprefix("44").removeprefix("0")
    return text.rstrip("/")
