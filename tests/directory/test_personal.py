"""What the personal-data gate finds, and what it has to leave alone (PRODUCT.md 6).

Every person, place and number here is made up.
"""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import personal, phones
from directory.personal import Finding

ORGANIZATIONS = ("Friends of Wexcombe", "Dr Barnardo’s Homes", "Janet Ogden Dance")


def found(text: str) -> list[tuple[str, str]]:
    findings = personal.find_in_text(text, organization_names=ORGANIZATIONS)
    return [(finding.kind, finding.text) for finding in findings]


NAMES = [
    # a title
    ("Run by Mrs Janet Ogden since 2004.", "Mrs Janet Ogden"),
    ("Please see Mr. Ogden at the desk", "Mr. Ogden"),
    ("Ms S. Patel welcomes you", "Ms S. Patel"),
    ("MISS JANE LEE", "MISS JANE LEE"),
    ("Mx Robin Quill", "Mx Robin Quill"),
    ("Mr and Mrs Ogden open the doors", "Mr and Mrs Ogden"),
    ("Mr & Mrs Ogden open the doors", "Mr & Mrs Ogden"),
    ("Mrs O’Brien teaches", "Mrs O’Brien"),
    ("Cllr Sam Patel has surgeries here", "Cllr Sam Patel"),
    ("The talk is by Dr Priya Sharma.", "Dr Priya Sharma"),
    ("Rev. Tom Field is the vicar", "Rev. Tom Field"),
    # somebody to turn to
    ("To book, call Janet on 01632 960123.", "Janet"),
    ("Contact: Sam Patel", "Sam Patel"),
    ("Contact Sam Patel for details", "Sam Patel"),
    ("Contact name - Janet Ogden", "Janet Ogden"),
    ("ring Sam, or come along", "Sam"),
    ("Ask for Janet at reception", "Janet"),
    ("speak to Mohammed Khan", "Mohammed Khan"),
    ("e-mail Zoë at info@example.org", "Zoë"),
    ("text Aisha on the day", "Aisha"),
    ("call janet on 01632 960123", "janet"),
    ("call janet ogden on 01632 960123", "janet ogden"),
    ("please ring Grace on 01632 960123", "Grace"),
    ("call June on 01632 960123", "June"),
    ("Contact Will Smith on 01632 960123", "Will Smith"),
    ("Contact Sean Wall on 01632 960123", "Sean Wall"),
    ("Contact Janet Hall on 01632 960123", "Janet Hall"),
    ("Contact our manager, Sue Brown, first", "Sue Brown"),
    ("Secretary: Janet Ogden", "Janet Ogden"),
    ("Treasurer – Sam Patel", "Sam Patel"),
    ("The coordinator is: Kwame Mensah", "Kwame Mensah"),
    ("Instructor Janet welcomes beginners", "Janet"),
    ("contact J. Ogden on 01632 960123", "J. Ogden"),
    ("contact Xanthe Patel on 01632 960123", "Xanthe Patel"),
    ("Contact JANET OGDEN", "JANET OGDEN"),
    # somebody who does it
    ("Yoga with Janet, all levels", "Janet"),
    ("The walk is led by Alan Smith-Jones.", "Alan Smith-Jones"),
    ("organised by Małgorzata Nowak", "Małgorzata Nowak"),
    ("My name is Janet and I run this", "Janet"),
    ("I’m Priya, your host", "Priya"),
    # a full name or a number beside it
    ("Janet Ogden has run the group for years.", "Janet Ogden"),
    ("Our trustee Janet Mary Ogden", "Janet Mary Ogden"),
    ("Janet\nSam Patel\nTea", "Sam Patel"),
    ("Bookings: Janet 01632 960123", "Janet"),
    ("Janet (01632 960123)", "Janet"),
    ("Janet: info@example.org", "Janet"),
    ("Sean McAllister plays", "Sean McAllister"),
    ("Janet Ogden’s class", "Janet Ogden"),
]

UNLISTED_OR_INFORMAL = [
    ("speak to Hassan or Bilal.", ["Hassan", "Bilal"]),
    ("Volunteers Moira and Ken make the tea", ["Moira", "Ken"]),
    ("Contact Maureen (01632 960456) or Derek", ["Maureen", "Derek"]),
    ("Our befrienders include Arthur and Peg", ["Arthur", "Peg"]),
    ("Text Qwxa on the morning to reserve", ["Qwxa"]),
    ("Drop in and ask for Qwxa", ["Qwxa"]),
    ("Instructor: Qwxa Vandermolen", ["Qwxa Vandermolen"]),
    ("Contact details: Qwxa Vandermolen, 01632 960222", ["Qwxa Vandermolen"]),
    ("Volunteer lead - Qwxa Balogun", ["Qwxa Balogun"]),
    ("Headteacher: Mrs A. Quigley", ["Mrs A. Quigley"]),
    ("Any questions? Give Sheila a ring", ["Sheila"]),
    ("Meet Clive by the bandstand", ["Clive"]),
    ("Janice’s number is 01632 960333", ["Janice"]),
    ("Meditation teacher Qwxa leads the evening", ["Qwxa"]),
    ("For membership see Frank Ollerenshaw", ["Frank Ollerenshaw"]),
    ("The tutor is Olwen Price", ["Olwen Price"]),
]

NOT_NAMES = [
    "St John Ambulance gives first aid.",
    "Trained by St. John Ambulance volunteers",
    "Founded as Dr Barnardo’s",
    "Dr Barnardo's Homes",
    "We meet at Princess Royal Hall.",
    "The Victoria Hall, Wexcombe",
    "Contact Victoria Hall on 01632 960123",
    "Contact Elizabeth House on 01632 960123",
    "Contact Citizens Advice on 01632 960123",
    "Ring Albert Court for a key",
    "Contact Age UK Wexcombe",
    "Contact Adult Social Care",
    "Contact the office or call reception",
    "Call Monday to Friday",
    "Ring May Day Trust",
    "Marie Curie nurses",
    "Sue Ryder shop",
    "Macmillan Cancer Support",
    "Terrence Higgins Trust",
    "Leonard Cheshire home",
    "Mary Seacole House",
    "Elizabeth Fry Centre",
    "James Paget Hospital",
    "Queen Elizabeth Hospital",
    "King George V Playing Field",
    "Prince Philip Way",
    "The Duke of Edinburgh’s Award",
    "Florence Nightingale Ward",
    "William Morris Gallery",
    "The Alexander Technique",
    "Thomas Hardy School of Dance",
    "George Street and Albert Road",
    "12 Charlotte Street, Wexcombe",
    "the corner of Peter Street",
    "St Mary Magdalene Church",
    "St Peter & St Paul",
    "Church of St James the Less",
    "SS Peter and Paul",
    "Hotel Victoria",
    "Café Rosa Wexcombe",
    "Team Jack Wexcombe",
    "Jack Russell puppies",
    "A Robert Burns supper",
    "Harry Potter night",
    "Father Christmas comes on 12 December",
    "A Mr Men story",
    "Miss Saigon at the theatre",
    "Don’t Miss Out",
    "People with MS and their carers",
    "The MS Society",
    "12 Acacia Dr Wexcombe",
    "Every June and August",
    "Will you join us? Mark your diary.",
    "Grace and hope for all",
    "Faith Hope and Charity",
    "April Fools",
    "Holly Lodge",
    "Rose Cottage Surgery",
    "Jubilee House, Chelsea Road",
    "Jordan Valley Project",
    "Bill payment advice",
    "Frank talk about drugs",
    "The Samaritans are there",
    "Ask for help at the desk",
    "Text HELLO to 85258",
    "Contact Us Today",
    "Speak to your GP",
    "Email Customer Services",
    "Organised by Wexcombe Parish Council",
    "Led by Wexcombe Walkers",
    "Run by volunteers from Friends of Wexcombe",
    "Work with Young People",
    "with Parkinson’s or Alzheimer’s",
    "people living with Down syndrome",
    "Help with Universal Credit",
    "Joan of Arc window",
    "Lady Chapel",
    "The Lord Nelson",
    "Sir John Moore Barracks",
    "Sister Act singalong",
    "Wexcombe and Hartmoor",
    "Tai Chi and Pilates",
    "Sunday Lunch Club",
    "Singing for fun, Temple Stanley Magna",
    "Ashley Parva Village Hall",
    "Ben Nevis walk",
    "Mary’s Meals",
    "Janet Ogden Dance",
    "We are Janet Ogden Dance of Wexcombe",
    "Monday Tuesday Wednesday",
    "Zumba Gold",
    "English for Speakers of Other Languages",
    "Chair: see the notice board",
    "Contact: the secretary",
    "Secretary: vacant",
    "Open from Jan 2026",
    "The Jo Cox Foundation",
    "Book through Eventbrite",
    "The George Inn",
    "Carol Service",
    "Elizabeth Garrett Anderson Wing",
    "Alfie’s Army Fund",
    "Peter Pan Playgroup",
    "Wexcombe Wombles litter pick",
    "Speak to Wexcombe Library staff",
    "Secretary: Vacant",
    "Leader training: First Aid",
    "Text START to 85258",
    "Ask for Samaritans",
    "Robert the Bruce talk",
    "Thanks to Tesco Bags of Help",
    "from March to October",
    "Alexandra Rose vouchers",
    "The Emily Harris Foundation gives grants",
    "Everton in the Community",
]


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_find_in_text_finds_the_name_of_a_person(text, name):
    assert [t for kind, t in found(text) if kind == "person_name"] == [name]


@pytest.mark.parametrize(("text", "names"), UNLISTED_OR_INFORMAL)
def test_find_in_text_finds_names_that_are_not_on_a_list(text, names):
    assert [t for kind, t in found(text) if kind == "person_name"] == names


@pytest.mark.parametrize("text", NOT_NAMES)
def test_find_in_text_leaves_places_saints_and_bodies(text):
    assert found(text) == []


def test_find_in_text_finds_a_name_also_where_a_body_is_called_after_it():
    assert found("Janet Ogden runs Janet Ogden Dance.") == [
        ("person_name", "Janet Ogden")
    ]


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("Mrs Janet Ogden", "certain"),
        ("Contact: Sam Patel", "certain"),
        ("call Janet on 01632 960123", "suspected"),
        ("Janet Ogden runs it", "suspected"),
        ("Yoga with Janet", "suspected"),
        ("Dr Priya Sharma", "suspected"),
    ],
)
def test_find_in_text_is_certain_of_a_full_name_with_a_hint(text, certainty):
    [finding] = personal.find_in_text(text)

    assert finding.certainty == certainty


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Janet Ogden", True),
        ("janet ogden", True),
        ("JANET OGDEN", True),
        ("Ogden, Janet", True),
        ("Mrs Ogden", True),
        ("Dr Sharma", True),
        ("J Ogden", True),
        ("Janet", True),
        ("Janet 01632 960123", True),
        ("Janet (Secretary)", True),
        ("Janet Ogden, Treasurer", True),
        ("Janet & Sam", True),
        ("Xanthe Quill", True),
        ("Grace Hall", True),
        ("Oluwaseun Adebayo", True),
        ("Anne-Marie Ogden", True),
        ("Siân", True),
        ("", False),
        ("The secretary", False),
        ("Secretary", False),
        ("Parish Clerk", False),
        ("Bookings", False),
        ("Hall bookings", False),
        ("Customer Services", False),
        ("Duty worker", False),
        ("Reception", False),
        ("Volunteer coordinator", False),
        ("Family Information Service", False),
        ("Wexcombe Library", False),
        ("Citizens Advice", False),
        ("Age UK", False),
        ("NHS 111", False),
        ("RNIB", False),
        ("the office / reception", False),
        ("info@example.org", False),
        ("01632 960123", False),
        ("Friends of Wexcombe", False),
        ("Wexcombe", False),
        ("Janet Ogden Dance", False),
        ("for all enquiries please ring first", False),
    ],
)
def test_is_person_name_tells_people_from_offices(name, expected):
    assert personal.is_person_name(name, organization_names=ORGANIZATIONS) is expected


PRIVATE = min(personal.PRIVATE_DOMAINS)


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        # a body's mailbox
        ("info@wexcombe.example", None),
        ("office@wexcombe.example", None),
        ("bookings@wexcombe.example", None),
        ("hall.bookings@wexcombe.example", None),
        ("adult.care@wexcombe.example", None),
        ("hello@wexcombe.example", None),
        ("clerk@wexcombe.example", None),
        ("parish-clerk@wexcombe.example", None),
        ("general.enquiries@wexcombe.example", None),
        ("memory-cafe@wexcombe.example", None),
        ("catt@wexcombe.example", None),
        ("choices4u@wexcombe.example", None),
        ("hartmoor@wexcombe.example", None),
        ("markets@wexcombe.example", None),
        ("annexe@wexcombe.example", None),
        ("victoria.hall@wexcombe.example", None),
        ("friends.of.wexcombe@wexcombe.example", None),
        (f"info@{PRIVATE}", None),
        (f"wexcombe.bookings@{PRIVATE}", None),
        # a person's
        ("jane.smith@wexcombe.example", CERTAIN := "certain"),
        ("Jane.Smith@Wexcombe.Example", CERTAIN),
        ("jane_smith2@wexcombe.example", CERTAIN),
        ("j.smith@wexcombe.example", CERTAIN),
        ("smith.jane@wexcombe.example", CERTAIN),
        ("qwx.patel@wexcombe.example", SUSPECTED := "suspected"),
        ("janet@wexcombe.example", SUSPECTED),
        ("janesmith@wexcombe.example", CERTAIN),
        ("jsmith@wexcombe.example", SUSPECTED),
        ("jane@wexcombe.example", SUSPECTED),
        ("jane.smith+news@wexcombe.example", CERTAIN),
        ("jane.bookings@wexcombe.example", SUSPECTED),
        (f"jane.ogden@{PRIVATE}", CERTAIN),
        (f"janeogden1974@{PRIVATE}", CERTAIN),
        (f"jane1974@{PRIVATE}", CERTAIN),
        (f"bluebell1974@{PRIVATE}", SUSPECTED),
        (f"friends.of.wexcombe@{PRIVATE}", SUSPECTED),
        (f"friendsofwexcombe@{PRIVATE}", SUSPECTED),
        (f"fow@{PRIVATE}", SUSPECTED),
        ("hello@ogden.me.uk", None),
        ("quill@ogden.me.uk", SUSPECTED),
        # no address at all
        ("not an address", None),
        ("@wexcombe.example", None),
        ("", None),
    ],
)
def test_looks_personal_email_tells_people_from_roles(email, expected):
    certainty = personal.looks_personal_email(email, organization_names=ORGANIZATIONS)

    assert certainty == expected


def test_looks_personal_email_trusts_the_organisations_own_domain():
    own = ("www.ogden.me.uk", PRIVATE)

    assert [
        personal.looks_personal_email(email, organization_domains=own)
        for email in ("quill@ogden.me.uk", f"bluebell@{PRIVATE}", "jane@ogden.me.uk")
    ] == [None, None, "suspected"]


NHS_NUMBER = "943 476 5919"  # the sample of the NHS Data Dictionary


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Write to jane.smith@wexcombe.example.",
            [("personal_email", "jane.smith@wexcombe.example")],
        ),
        (
            "(jane.smith@wexcombe.example)",
            [("personal_email", "jane.smith@wexcombe.example")],
        ),
        (
            "jane.smith [at] wexcombe [dot] example",
            [("personal_email", "jane.smith [at] wexcombe [dot] example")],
        ),
        (
            "jane.smith at wexcombe dot example",
            [("personal_email", "jane.smith at wexcombe dot example")],
        ),
        ("Write to info@wexcombe.example", []),
        ("meet at wexcombe hall", []),
        ("Text 07700 900123", [("mobile", "07700 900123")]),
        ("Text 07700900123.", [("mobile", "07700900123")]),
        ("Text 0770 0900 123", [("mobile", "0770 0900 123")]),
        ("Text 07700-900-123", [("mobile", "07700-900-123")]),
        ("+44 7700 900123", [("mobile", "+44 7700 900123")]),
        ("+44 (0)7700 900123", [("mobile", "+44 (0)7700 900123")]),
        ("0044 7700 900 123", [("mobile", "0044 7700 900 123")]),
        ("(07700) 900123", [("mobile", "(07700) 900123")]),
        (
            "07700 900123 / 07700 900456",
            [("mobile", "07700 900123"), ("mobile", "07700 900456")],
        ),
        ("Call 01632 960123 or 0808 157 0123", []),
        ("Call 0300 123 4567, 111 or 116 123", []),
        (f"NHS number {NHS_NUMBER}", [("identity_number", NHS_NUMBER)]),
        ("9434765919", [("identity_number", "9434765919")]),
        ("943-476-5919", [("identity_number", "943-476-5919")]),
        ("943 476 5918", []),
        ("Charity number 1012345, company 01234567", []),
        ("NI number AB 12 34 56 C", [("identity_number", "AB 12 34 56 C")]),
        ("ab123456c", [("identity_number", "ab123456c")]),
        ("GB 12 34 56 C", []),
        ("Rooms AB 12 to AB 34", []),
        ("Licence OGDEN657054SM9IJ", [("identity_number", "OGDEN657054SM9IJ")]),
        ("my passport number is 123456789", [("identity_number", "123456789")]),
        ("Passport: A12345678", [("identity_number", "A12345678")]),
        ("Bring your passport. Ring 01632 960123", []),
        ("Date of birth: 3 May 1960", [("identity_number", "3 May 1960")]),
        ("DOB 03/05/60", [("identity_number", "03/05/60")]),
        ("I was born on the 3rd of May 1960", [("identity_number", "3rd of May 1960")]),
        ("Bring proof of your date of birth", []),
        ("The charity was born in 1960", []),
        ("for children born after 2020", []),
        (
            "We meet at my house, 12 Acacia Avenue, Wexcombe BA12 3AB.",
            [
                ("home_address", "at my house"),
                ("home_address", "12 Acacia Avenue, Wexcombe BA12 3AB"),
            ],
        ),
        (
            "We meet in my living room. It is 12 Acacia Avenue.",
            [
                ("home_address", "in my living room"),
                ("home_address", "12 Acacia Avenue"),
            ],
        ),
        (
            "I live at Flat 2, 7 Acacia Avenue",
            [
                ("home_address", "I live at"),
                ("home_address", "Flat 2, 7 Acacia Avenue"),
            ],
        ),
        (
            "Home address: BA12 3AB",
            [("home_address", "Home address"), ("home_address", "BA12 3AB")],
        ),
        ("Lessons at my home", [("home_address", "at my home")]),
        ("We meet at Janet’s house", [("home_address", "Janet’s house")]),
        ("We meet at 12 Acacia Avenue, Wexcombe BA12 3AB", []),
        ("We help you stay in your own home", []),
        ("It helped me to stay safe in my own home", []),
        ("A care home at 12 Acacia Avenue", []),
        ("Home visits in BA12 3AB", []),
        ("St Margaret’s house", []),
        ("Letting a private house", []),
        ("in a private house", [("home_address", "in a private house")]),
        (
            "Meet at my house.\nOr at the hall, 3 High Street.",
            [("home_address", "at my house")],
        ),
        ("", []),
    ],
)
def test_find_in_text_finds_addresses_and_numbers(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "certainties"),
    [
        ("at my house, 12 Acacia Avenue.", ["suspected", "certain"]),
        ("at my house. See 12 Acacia Avenue.", ["suspected", "suspected"]),
        ("9434765919", ["suspected"]),
        ("NHS no 9434765919", ["certain"]),
        ("born on 3 May 1960", ["suspected"]),
        ("DOB 3 May 1960", ["certain"]),
        ("07700 900123", ["suspected"]),
    ],
)
def test_find_in_text_says_how_sure_it_is(text, certainties):
    assert [f.certainty for f in personal.find_in_text(text)] == certainties


def test_find_in_text_makes_one_finding_of_what_overlaps():
    text = (
        "call Janet’s house, jane.smith@wexcombe.example AB 12 34 56 C "
        "at my home, BA12 3AB"
    )

    findings = personal.find_in_text(text)

    assert [(f.kind, f.text) for f in findings] == [
        ("home_address", "Janet’s house"),
        ("personal_email", "jane.smith@wexcombe.example"),
        ("identity_number", "AB 12 34 56 C"),
        ("home_address", "at my home"),
        ("home_address", "BA12 3AB"),
    ]


def test_redact_puts_the_same_words_for_everything_held_back():
    text = "Call Janet on 07700 900123."

    assert (
        personal.redact(text, personal.find_in_text(text))
        == "Call [held back] on [held back]."
    )


def test_marked_gives_the_parts_of_the_text_with_their_findings():
    text = "Call Janet on 07700 900123."
    name, mobile = personal.find_in_text(text)

    assert personal.marked(text, [mobile, name]) == [
        ("Call ", None),
        ("Janet", name),
        (" on ", None),
        ("07700 900123", mobile),
        (".", None),
    ]


def test_marked_without_findings_is_the_text():
    assert personal.marked("Tea", []) == [("Tea", None)]
    assert personal.marked("", []) == []


def test_marked_keeps_every_character_of_overlapping_findings_once():
    first = Finding("mobile", 0, 4, "abcd", "certain")
    second = Finding("person_name", 2, 6, "cdef", "certain")
    inside = Finding("mobile", 1, 2, "b", "certain")

    assert personal.marked("abcdefg", [second, inside, first]) == [
        ("abcd", first),
        ("ef", second),
        ("g", None),
    ]


PIECES = st.sampled_from(
    ["Janet", "Ogden", "Mrs ", "call ", " on ", "07700 900123", "at my house", ", ",
     ". ", "12 Acacia Avenue", "BA12 3AB", "jane.smith@wexcombe.example", "St ", "Hall",
     " ", "943 476 5919", "AB123456C", "born on 3 May 1960", "\n", "Contact: ",
     "Mr & Mrs ",
     "’s house", "passport 123456789", "Grace", "é", "x", "Dr ", "&", "-"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join))
def test_findings_are_apart_in_order_and_say_what_they_cover(text):
    findings = personal.find_in_text(text)

    last = 0
    for finding in findings:
        assert last <= finding.start < finding.end <= len(text)
        assert finding.text == text[finding.start : finding.end]
        last = finding.end
    parts = personal.marked(text, findings)
    assert "".join(part for part, _ in parts) == text
    assert [finding for _, finding in parts if finding] == findings
    mobiles = [finding.text for finding in findings if finding.kind == "mobile"]
    assert [number for number in mobiles if not phones.is_mobile(number)] == []
    assert personal.redact(text, findings).count("[held back]") == len(findings)


HOME = "At my home 12 Acacia Avenue. Not BA12 3AB! "


@pytest.mark.parametrize(
    "piece",
    ["a", "a.", "Janet ", "call ", "0", "07700 ", "+44 ", "my home ", "1 A ", HOME],
)
def test_find_in_text_stays_quick_on_hostile_text(piece):
    started = time.monotonic()

    personal.find_in_text(piece * 10_000)

    assert time.monotonic() - started < 10


@given(st.text(max_size=80))
def test_find_in_text_never_fails(text):
    personal.find_in_text(text)
    personal.is_person_name(text)
    personal.looks_personal_email(text)


def test_redact_replaces_overlapping_findings_once_unless_the_words_differ():
    first = Finding("mobile", 0, 4, "abcd", "certain")
    second = Finding("person_name", 2, 6, "cdef", "certain")
    beside = Finding("person_name", 6, 7, "g", "certain")
    kinds = {"mobile": "[M]", "person_name": "[N]"}

    same = personal.redact("abcdefgh", [second, beside, first])
    other = personal.redact("abcdefgh", [second, first], lambda f: kinds[f.kind])

    assert (same, other) == ("[held back][held back]h", "[M][N]gh")
