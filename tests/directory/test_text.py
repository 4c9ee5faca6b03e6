"""Pasted text made plain, and web and e-mail addresses checked."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import text

WRONG_START = (
    "An address that begins with “{}:” cannot be used here. "
    "Give one that begins with https://."
)
LOOKS_LIKE = "A web address looks like www.example.org."


def damaged(right: str) -> str:
    """The text as it comes from a system that read UTF-8 as Windows-1252."""
    return right.encode().decode("cp1252", errors="ignore")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<p>Tea and cake.</p><p>All welcome.</p>", "Tea and cake.\n\nAll welcome."),
        ("<p>Tea&nbsp;and&nbsp;cake &pound;2</p>", "Tea and cake £2"),
        ("<div>One<br>two<br/><br />three</div>", "One\ntwo\n\nthree"),
        ("<h2>When</h2>\n<p>Every\nTuesday</p>", "When\n\nEvery Tuesday"),
        ("One line\nand <b>another</b>", "One line\nand another"),
        ("<p>First\n\nsecond</p>", "First\n\nsecond"),
        ("M<b>ond</b>ay", "Monday"),
        ("<ul><li>tea</li><li>cake</li></ul>", "- tea\n- cake"),
        ("<p>We have:</p><ol><li>tea</li></ol>", "We have:\n\n- tea"),
        (
            "<ul>\n <li><p>tea</p></li>\n <li></li>\n <li>cake</li></ul>",
            "- tea\n- cake",
        ),
        (
            "<ul><li>hot<ul><li>tea</li></ul></li><li>cold</li></ul><p>End</p>",
            "- hot\n- tea\n- cold\n\nEnd",
        ),
        ("<li>loose</li><li>items</li>", "- loose\n- items"),
        (
            "<table><tr><th>Day</th><td>9-5</td></tr><tr><td>Tue</td></tr></table>",
            "Day 9-5\nTue",
        ),
        (
            '<p data-x="1" class=\'y\' hidden>Hi <span style="a:"b",c">you</span></p>',
            "Hi you",
        ),
        ('<p title="it\'s>">x</p>', "x"),
        ('<div data-content="<b>not this</b>">this</div>', "this"),
        ("a<script>alert(1)</script>b<style>p{}</style><svg><path/></svg>c", "abc"),
        ("<head><title>T</title></head><body>text</body>", "text"),
        ("<o:p></o:p><!--[if mso]><xml>1</xml><![endif]-->text", "text"),
        ("<![if !supportLists]>text<![endif]>", "text"),
        ("<!DOCTYPE html><?xml version='1.0'?><![CDATA[text]]>", "text"),
        ("&lt;p&gt;twice&lt;/p&gt;&lt;p&gt;escaped&lt;/p&gt;", "twice\n\nescaped"),
        ("fish &amp;amp;amp; chips", "fish & chips"),
        ("caf&#233; &#xE9; &eacute;", "café é é"),
    ],
)
def test_clean_turns_markup_into_paragraphs_and_lists(value, expected):
    assert text.clean(value)[0] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            (
                '<a data-cke-saved-href="https://no.example" '
                'href="https://a.example/x">our page</a>, please'
            ),
            "our page (https://a.example/x), please",
        ),
        ('<a href="https://www.a.example/">www.a.example</a>', "www.a.example"),
        ('<a href="http://a.example">See a.example today</a>', "See a.example today"),
        (
            '<a href="mailto:info@a.example?subject=Hi">info@a.example</a>',
            "info@a.example",
        ),
        ('<a href="mailto:info@a.example">write</a>', "write (info@a.example)"),
        ('<a href="tel:+441632960123">01632 960123</a>', "01632 960123"),
        ('<a href="tel:01632960123">ring us</a>', "ring us (01632960123)"),
        (
            '<a href="https://a.example/?x=1&amp;y=2&copy=3">go</a>',
            "go (https://a.example/?x=1&y=2&copy=3)",
        ),
        (
            '<a href="https://a.example/x">here </a>now',
            "here (https://a.example/x) now",
        ),
        (
            '<a href="https://a.example"><img alt="Logo"></a>',
            "Logo (https://a.example)",
        ),
        ('<a href="https://a.example"></a>', "https://a.example"),
        (
            '<a href="https://a.example">never closed',
            "never closed (https://a.example)",
        ),
        ('<a href="/page">page</a> <a href="#x">x</a>', "page x"),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ("<a name=top>top</a>", "top"),
    ],
)
def test_clean_shows_where_a_link_goes_when_its_words_do_not(value, expected):
    assert text.clean(value)[0] == expected


@pytest.mark.parametrize(
    "value",
    [
        "I <3 this group",
        "a < b and c > d",
        "under 5s <5, over 65s >65",
        "1<2>0",
        "<name of the group>",
        "<jane@example.org>",
        "<b and c> are not tags",
        "AT&T, R&B, ?a=1&copy=2",
        "Siân, Zoë, £10, €5, 20°C, ½ price",
        "“quoted” ‘words’ – and… ellipsis",
        "Cân y Delyn â'r côr",
        "- tea\n- cake",
        "A\nB\n\nC",
        "می\u200cخواهم",
        "👩\u200d👧 welcome",
        "",
    ],
)
def test_clean_leaves_what_was_right(value):
    assert text.clean(value) == (value, [])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (damaged("£10"), "£10"),
        (damaged("‘Contact us’ – it’s free"), "‘Contact us’ – it’s free"),
        (damaged("café"), "café"),
        (damaged("the “Living” room"), "the “Living” room"),
        (damaged("she said “yes”"), "she said “yes”"),
        ("people\ufffds group", "people’s group"),
        (damaged("• tea") + "\n" + damaged("• cake"), "- tea\n- cake"),
    ],
)
def test_clean_repairs_damaged_characters(value, expected):
    assert text.clean(value) == (expected, [text.DAMAGED])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a\x00b\x07c", "abc"),
        ("07700\u200b 900\u200d123\u2060", "07700 900123"),
        ("\u202eabc\u202c \u2066x\u2069", "abc x"),
        ("\ufeffsoft\u00adhyphen", "softhyphen"),
        ("a\ue000b", "ab"),
        ("lone \ud800 half", None),
    ],
)
def test_clean_removes_what_nobody_sees(value, expected):
    cleaned, notes = text.clean(value)

    if expected is None:
        cleaned.encode()
        assert notes == [text.DAMAGED, text.LOST]
    else:
        assert (cleaned, notes) == (expected, [text.INVISIBLE])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("  a \t b \r\n\r\n \n\n c  ", "a b\n\nc"),
        ("a\u2028b\x0bc\u2029d", "a\nb\nc\nd"),
        ("a\u00a0\u2009b\u3000c", "a b c"),
        ("\uf0b7 tea\n· cake\n\u2022\u00a0jam", "- tea\n- cake\n- jam"),
    ],
)
def test_clean_tidies_spaces_lines_and_bullets(value, expected):
    assert text.clean(value) == (expected, [])


@pytest.mark.parametrize(
    ("value", "notes"),
    [
        ("<b>x</b> &amp; y", [text.FORMATTING]),
        ("x &amp; y", [text.CODES]),
        (f"<p>{damaged('£5')}</p>", [text.DAMAGED, text.FORMATTING]),
        ("Mondays <s>10am</s> 11am", [text.FORMATTING, text.STRUCK_OUT]),
        ("<p>x\u200by</p>", [text.INVISIBLE, text.FORMATTING]),
        ("caf\ufffd", [text.LOST]),
    ],
)
def test_clean_says_what_it_repaired(value, notes):
    assert text.clean(value)[1] == notes


def test_clean_leaves_out_what_was_struck_through():
    assert text.clean("Mondays <s>10am</s> <del>noon</del> 11am")[0] == "Mondays 11am"


PIECES = st.sampled_from(
    [
        "<p>", "</p>", "<br>", "<li>", "</li>", "<ul>", "</ul>", "<b>", "</b>", "<td>",
        '<a href="https://a.example">', "</a>", "<script>", "</script>", "<!--", "-->",
        "<![CDATA[", "]]>", "<s>", "</s>", '<img alt="x">', "<p class='", '"', "'>",
        "<", ">", "&", "&amp;", "&lt;", "&gt;", "&#38;", "&#60;", "amp;", "lt;", "b>",
        "- ", "•", "·", "\uf0b7", "\n", "\n\n", " ", "\t", "\r", "\u00a0", "\u200b",
        "\u200d", "\x00", "Â£", "â€", "â€™", "Ã©", "Ã", "\x9d", "\ufffd", "s", "word",
        "é", "👩", "http", "://", "\ud83d", "\ude00", "e\u0301", "\u2028",
    ]
)  # fmt: skip


@given(st.one_of(st.lists(PIECES, max_size=25).map("".join), st.text(max_size=80)))
def test_clean_changes_nothing_the_second_time(value):
    cleaned, _ = text.clean(value)
    line = text.clean_line(value)

    again, notes = text.clean(cleaned)

    assert again == cleaned
    assert set(notes) <= {text.LOST}
    assert text.clean_line(line) == line
    assert "\n" not in line
    cleaned.encode()
    assert "\x00" not in cleaned


WORDS = ["tea", "£5", "&", "cake,", "<", ">", ";", "-", "50%", "a=b", "café", "(or"]


@given(st.lists(st.sampled_from(WORDS)))
def test_clean_keeps_every_ordinary_word(words):
    assert text.clean(" ".join(words)) == (" ".join(words), [])


def test_clean_gives_up_on_endless_escaping_without_looping():
    nested = "<b>x</b>"
    for _ in range(30):
        nested = nested.replace("&", "&#38;").replace("<", "&#60;")
    nested = "&am" * 40 + "&amp;" + "p;" * 40 + nested

    cleaned, _ = text.clean(nested)

    assert text.clean(cleaned)[0] == cleaned


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<script>",
        '<p "',
        "&amp;",
        "<",
        "<a href='x",
        "<ul><li>",
        "\n \n",
        "&#38;",
    ],
)
def test_clean_stays_quick_on_hostile_text(piece):
    started = time.monotonic()

    text.clean(piece * 20_000)

    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<p>Tea</p><p>and cake</p>", "Tea and cake"),
        ("<ul><li>Tea</li></ul>", "Tea"),
        (" - • - Tea \n room ", "Tea room"),
        (damaged("Carers’ café"), "Carers’ café"),
        ("", ""),
    ],
)
def test_clean_line_is_one_line_without_list_marks(value, expected):
    assert text.clean_line(value) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("www.example.org", "https://www.example.org"),
        ("example.org/a b".replace(" ", "-"), "https://example.org/a-b"),
        ("http://example.org", "http://example.org"),
        (" HTTPS://WWW.Example.ORG/Path ", "https://www.example.org/Path"),
        ("https://example.org:443/x", "https://example.org/x"),
        ("http://example.org:8080/x", "http://example.org:8080/x"),
        ("example.org:8080", "https://example.org:8080"),
        ("//example.org/x", "https://example.org/x"),
        ("http//example.org", "http://example.org"),
        ("http:/example.org", "http://example.org"),
        ("https;//example.org", "https://example.org"),
        ("http://https://example.org", "https://example.org"),
        ("<https://example.org>.", "https://example.org"),
        (
            "https://example.org/café?q=é#ü",
            "https://example.org/caf%C3%A9?q=%C3%A9#%C3%BC",
        ),
        ("https://café.example", "https://xn--caf-dma.example"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/a%20b?x[]=1", "https://example.org/a%20b?x%5B%5D=1"),
        ("https://example.org/?a=1&b=2#top", "https://example.org/?a=1&b=2#top"),
        ("facebook.example/@group", "https://facebook.example/@group"),
    ],
)
def test_normalise_url_makes_an_address_that_a_link_can_use(typed, expected):
    assert text.normalise_url(typed) == expected
    assert text.normalise_url(expected) == expected
    assert text.url_problem(typed) is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter a web address, for example www.example.org."),
        (
            "javascript:alert(1)",
            WRONG_START.format("javascript"),
        ),
        (
            "https://javascript:alert(1)",
            WRONG_START.format("javascript"),
        ),
        (
            "ftp://example.org",
            WRONG_START.format("ftp"),
        ),
        (
            "data:text/html,x",
            WRONG_START.format("data"),
        ),
        (
            "www.a.example or www.b.example",
            "“www.a.example or www.b.example” has a space in it. Give one web address.",
        ),
        (
            "https://exam\nple.org",
            "“https://exam\nple.org” has a space in it. Give one web address.",
        ),
        (
            "https://exam\u200bple.org",
            "This web address has invisible characters in it. Type it.",
        ),
        (
            "https://user:secret@example.org",
            WRONG_START.format("user"),
        ),
        (
            "https://user@example.org/x",
            "This web address has a sign-in name in it. Leave it out.",
        ),
        (
            "https:\\\\example.org",
            "A web address has / where this has \\.",
        ),
        (
            "info@example.org",
            f"“info@example.org” is an e-mail address. {LOOKS_LIKE}",
        ),
        *(
            (typed, f"“{typed}” is not a web address. {LOOKS_LIKE}")
            for typed in (
                "none",
                "localhost",
                "localhost:8000",
                "http://192.0.2.1/x",
                "http://[::1]/",
                "http://[bad/",
                "www,example,org",
                "example..org",
                "-a-.example",
                "www.example.org:99999999",
                "www.example.org:abc",
                "/about",
                "http://",
                "?",
            )
        ),
        (
            "www.example.org/" + "x" * 2000,
            "This web address is too long: 2,000 characters at most.",
        ),
    ],
)
def test_url_problem_says_what_is_wrong(typed, sentence):
    assert text.url_problem(typed) == sentence


@given(st.text(max_size=60))
def test_normalise_url_gives_ascii_web_addresses_or_a_sentence(value):
    try:
        url = text.normalise_url(value)
    except ValueError:
        return
    assert url.isascii()
    assert url.startswith(("https://", "http://"))
    assert text.normalise_url(url) == url


@pytest.mark.parametrize(
    "typed",
    [
        "info@example.org",
        " Info@Example.ORG ",
        "a.b+c_d@sub.example.co.uk",
        "o'neil@example.org",
        "1@example.museum",
    ],
)
def test_email_problem_accepts_addresses_that_people_have(typed):
    assert text.email_problem(typed) is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter an e-mail address, for example info@example.org."),
        (
            "info.example.org",
            (
                "“info.example.org” has no @ in it. "
                "An e-mail address looks like info@example.org."
            ),
        ),
        (
            "info @example.org",
            "“info @example.org” has a space in it. E-mail addresses have none.",
        ),
        ("mailto:info@example.org", "Give only the e-mail address: info@example.org"),
        (
            "The Office <info@example.org>",
            "Give only the e-mail address: info@example.org",
        ),
        ("info@example.org.", "Give only the e-mail address: info@example.org"),
        ("a@example.org, b@example.org", "Give one e-mail address, with one @ in it."),
        ("a@b@example.org", "Give one e-mail address, with one @ in it."),
        ("zoë@example.org", "“ë” cannot be part of an e-mail address."),
        (
            "@example.org",
            (
                "“@example.org” has nothing before the @. An e-mail address looks like "
                "info@example.org."
            ),
        ),
        (
            "a..b@example.org",
            "“a..b” before the @ is not right. Check it for missing letters.",
        ),
        (
            "info@example",
            "“example” after the @ is not right. It looks like example.org.",
        ),
        (
            "info@",
            (
                "“info@” has nothing after the @. An e-mail address looks like "
                "info@example.org."
            ),
        ),
        (
            "info@example,org",
            "“example,org” after the @ is not right. It looks like example.org.",
        ),
        (
            "info@-example.org",
            "“-example.org” after the @ is not right. It looks like example.org.",
        ),
    ],
)
def test_email_problem_says_what_is_wrong(typed, sentence):
    assert text.email_problem(typed) == sentence
