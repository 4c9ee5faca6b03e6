"""The two parts of a mail that asks say the same, and the one in HTML is well made."""

import datetime as dt
import re
from html.parser import HTMLParser

import pytest

from accounts.models import Message
from tests import world
from tests.workflow.asking_scene import MONDAY, due, mails, run
from workflow.models import Listing, Record

pytestmark = pytest.mark.django_db

SOON = MONDAY + dt.timedelta(days=15)
EMPTY = {"meta", "br", "img", "hr", "link"}
"""Elements that have no end."""
NASTY = "Tom & Jerry’s <b>“Café”</b> <script>alert(1)</script>"


class Read(HTMLParser):
    """What a mail program sees. A page that is not well formed raises ValueError."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.links: list[str] = []
        self.said: list[str] = []
        self.feed(html)
        self.close()
        if self.open:
            raise ValueError(f"Never ended: {self.open}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)) or any(value is None for _, value in attrs):
            raise ValueError(f"{tag} has {attrs}")
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"{tag} ends, and it was not the last to begin.")

    def handle_data(self, data: str) -> None:
        if "title" not in self.open:
            self.said.append(data)

    @property
    def words(self) -> str:
        return flat(" ".join(self.said))


def flat(text: str) -> str:
    """Words with one space between them, and none before a sign."""
    return re.sub(r" ([.,:;])", r"\1", " ".join(text.split()))


@pytest.fixture
def place(old_place: world.Place) -> world.Place:
    return old_place


def asked(place: world.Place, number: int = 1, title: str = "") -> Message:
    """The mail about so many services of one organization, which are due."""
    body = world.organization(name="Tom & Jerry’s “Café”")
    first = due(place, SOON, name="Service 0", body=body)
    for one in range(1, number):
        due(place, SOON, name=f"Service {one}", run_by=_record(first))
    if title:
        Listing.objects.filter(pk=first.pk).update(title=title)
    run(MONDAY)
    (message,) = mails()
    return message


def _record(listing: Listing) -> Record:
    return Record.objects.get(pk=str(listing.organization_id))


@pytest.mark.parametrize("number", [1, 3, 14])
def test_page_is_well_formed_and_loads_nothing(place: world.Place, number: int) -> None:
    read = Read(asked(place, number).html)

    assert read.seen.isdisjoint({"img", "script", "link", "style", "iframe", "form"})
    assert {link.split(":")[0] for link in read.links} <= {"http", "https", "mailto"}


def test_both_parts_lead_to_the_same_places(place: world.Place) -> None:
    message = asked(place, 2)

    links = Read(message.html).links
    plain = re.findall(r"https?://\S+", message.text)

    mailbox = place.council.role_mailbox
    assert links == [*plain, f"mailto:{mailbox}"]
    assert (len(plain), mailbox in message.text) == (1, True)


@pytest.mark.parametrize("number", [1, 14])
def test_both_parts_say_the_same_of_each_service(
    place: world.Place, number: int
) -> None:
    message = asked(place, number)
    words = Read(message.html).words

    text = message.text.split("still right?")[1].split("Open this page")[0]
    told = [flat(line) for line in text.splitlines() if line.strip()]
    ends = re.search(r"works until [^.]+\.", message.text)

    assert len(told) > 3
    assert [line for line in told if line not in words] == []
    assert ends is not None
    assert ends[0] in words
    for said in (
        "an old phone number or a wrong day is a wasted journey",
        "You need no password",
    ):
        assert (said in words, said in flat(message.text)) == (True, True)


def test_second_mail_says_in_both_parts_that_we_asked(place: world.Place) -> None:
    asked(place)
    run(SOON)

    _, second = mails()

    said = "We asked you lately and have not heard back."
    assert (said in second.text, said in Read(second.html).words) == (True, True)


def test_names_are_words_and_never_marks(place: world.Place) -> None:
    """In a name may stand what is a mark elsewhere: it is read as it was written."""
    message = asked(place, title=NASTY)

    read = Read(message.html)

    assert read.seen.isdisjoint({"b", "script"})
    for said in (read.words, flat(message.text)):
        assert flat(NASTY) in said
        assert "1 service of Tom & Jerry’s “Café”. " in said
    assert ("&amp;amp;" in message.html, "&lt;" in message.text) == (False, False)
