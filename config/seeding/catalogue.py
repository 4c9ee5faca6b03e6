"""What villages offer: the kinds of service and of body that a place is made of."""

# The content reads better in our own lines than in the formatter's.
# fmt: off

from dataclasses import dataclass


@dataclass(frozen=True)
class Offer:
    """A kind of service. ``way`` is how people take part: at a place, at home …"""

    name: str
    description: str
    terms: tuple[str, ...]
    times: tuple[str, str, str]
    way: str = "venue"
    who: str = ""
    joining: str = "Just turn up."
    fees: str = "Free"
    price: tuple[str, float] | None = None
    ages: tuple[int | None, int | None] = (None, None)


OFFERS = (
    Offer("Coffee morning", "Coffee, cake and company. Everybody is welcome.",
          ("Company",), ("TU", "10:00", "12:00")),
    Offer("Lunch club", "A hot two-course lunch together, with a chat afterwards.",
          ("Company", "Food"), ("WE", "12:00", "14:00"), fees="",
          price=("Lunch", 5), joining="Ring the day before, so that we can cook.",
          ages=(60, None)),
    Offer("Community fridge", "Fresh food that shops could not sell. Take what you "
          "need, no questions asked.", ("Food",), ("MO,WE,FR", "10:00", "15:00")),
    Offer("Food pantry", "A weekly shop for a small fee, with fresh fruit, bread and "
          "things for the cupboard.", ("Food", "Money and debt"),
          ("TH", "13:00", "15:30"), fees="", price=("A weekly shop", 4),
          joining="Join at the door with proof of address."),
    Offer("Debt advice", "Somebody to go through letters and bills with you and speak "
          "to those you owe money.", ("Money and debt",), ("MO", "10:00", "16:00"),
          joining="Ring for an appointment."),
    Offer("Benefits drop-in", "Help with forms, decisions and appeals. Bring your "
          "letters.", ("Money and debt",), ("TU", "09:30", "12:00"),
          joining="Just turn up; first come, first served."),
    Offer("Baby and toddler group", "Toys, songs and a drink for the grown-ups.",
          ("Families and children",), ("TH", "09:30", "11:30"), fees="",
          price=("A family", 1.5), ages=(0, 4)),
    Offer("Stay and play", "Play, stories and somebody to ask about sleep, food and "
          "tantrums.", ("Families and children",), ("MO", "13:00", "15:00"),
          ages=(0, 5)),
    Offer("Youth club", "Pool, music, cooking and adults who listen.",
          ("Young people",), ("FR", "18:30", "21:00"), fees="", price=("A night", 1),
          ages=(11, 17)),
    Offer("Homework hour", "A quiet room, computers and somebody who can explain.",
          ("Young people", "Libraries and learning"), ("MO,WE", "15:30", "17:00"),
          ages=(8, 16)),
    Offer("Carers’ circle", "For people who look after somebody. A break, a brew and "
          "practical advice.", ("Carers",), ("WE", "14:00", "16:00"),
          who="You look after a relative, friend or neighbour."),
    Offer("Memory café", "For people with dementia and those who love them.",
          ("Carers", "Company"), ("TH", "14:00", "16:00")),
    Offer("Walking group", "Two gentle miles, then tea. Dogs are welcome.",
          ("Keeping active",), ("SA", "10:00", "12:00")),
    Offer("Chair exercise", "Strength and balance from a chair, with music.",
          ("Keeping active",), ("TU", "11:00", "12:00"), fees="",
          price=("A class", 3), ages=(55, None)),
    Offer("Falls clinic", "Your balance, your medicines and your home looked at, to "
          "keep you on your feet.", ("Keeping active", "Living at home"),
          ("MO", "09:00", "12:30"), joining="Your GP or a nurse refers you.",
          who="You have fallen, or are afraid that you may.", ages=(65, None)),
    Offer("Handyperson", "Small repairs, grab rails and key safes for older and "
          "disabled people.", ("Living at home", "Safety at home"),
          ("MO,TU,WE,TH,FR", "09:00", "16:00"), way="home visit",
          joining="Ring and say what needs doing.", fees="You pay for materials only"),
    Offer("Home fire safety visit", "We fit smoke alarms and look for what could start "
          "a fire.", ("Safety at home",), ("MO,TU,WE,TH,FR", "09:00", "17:00"),
          way="home visit", joining="Ring, or fill in the form on our website."),
    Offer("Good neighbours", "A lift to the surgery, shopping, or a hand with a form "
          "from somebody nearby.", ("Living at home", "Transport"),
          ("MO,TU,WE,TH,FR", "09:00", "12:00"), way="phone",
          joining="Ring the day before."),
    Offer("Community minibus", "Door to door to town and the hospital for people who "
          "cannot use the bus.", ("Transport",), ("TU,TH", "09:00", "15:00"), fees="",
          price=("A return trip", 3.5), joining="Join once, then book by noon the day "
          "before."),
    Offer("Telephone friend", "The same friendly voice every week.", ("Company",),
          ("MO,TU,WE,TH,FR", "10:00", "16:00"), way="phone",
          joining="Ring, or ask somebody to ring for you."),
    Offer("Bereavement group", "A small group for people who have lost somebody.",
          ("Mental wellbeing",), ("WE", "18:00", "19:30"),
          joining="Please ring first, so that we can tell you about the group."),
    Offer("Wellbeing walk-in", "Talk to somebody about worry, low mood or sleep. No "
          "appointment, no forms.", ("Mental wellbeing",), ("TU", "16:00", "19:00"),
          ages=(16, None)),
    Offer("Talking therapy online", "Six video sessions with a trained counsellor.",
          ("Mental wellbeing",), ("MO,TU,WE,TH", "09:00", "20:00"), way="online",
          joining="Refer yourself on our website.", ages=(18, None)),
    Offer("Computer help", "Bring your phone, tablet or laptop and a question.",
          ("Libraries and learning",), ("TH", "10:00", "12:00")),
    Offer("English conversation", "Practise English over a cup of tea.",
          ("Libraries and learning", "Company"), ("WE", "10:00", "11:30"),
          ages=(18, None)),
    Offer("Books at home", "A volunteer brings library books, audio books and a chat.",
          ("Libraries and learning", "Living at home"), ("TH", "10:00", "16:00"),
          way="home visit", joining="Ring the library."),
    Offer("Repair café", "Bring what is broken and mend it with somebody who can.",
          ("Company",), ("SA", "10:00", "13:00"), fees="A donation if you can"),
    Offer("Garden allotment", "Dig, plant and pick with others; tools and boots are "
          "here.", ("Keeping active", "Mental wellbeing"), ("WE,SA", "10:00", "13:00")),
    Offer("Short breaks club", "Games, outings and food for disabled children, with "
          "trained helpers.", ("Disability", "Families and children"),
          ("SA", "10:00", "15:00"), who="A disabled child or young person.",
          joining="We visit you first to get to know your child.", ages=(5, 18)),
    Offer("Wheelchair basketball", "For every level; chairs are there to borrow.",
          ("Disability", "Keeping active"), ("SU", "14:00", "16:00"), fees="",
          price=("A session", 2), ages=(8, None)),
    Offer("Housing advice line", "Advice by phone if you may lose your home.",
          ("Housing",), ("MO,TU,WE,TH,FR", "09:00", "17:00"), way="phone",
          fees="Free to call"),
    Offer("Tenants’ surgery", "Repairs, rent and neighbours: somebody to take it up.",
          ("Housing",), ("MO", "14:00", "16:00")),
    Offer("Warm room", "A warm place with tea, papers and company.",
          ("Company",), ("MO,TU,WE,TH,FR", "10:00", "16:00")),
    Offer("Men’s shed", "Tools, timber and company. No skill needed.",
          ("Company", "Mental wellbeing"), ("TU,TH", "09:30", "12:30"), fees="",
          price=("A morning", 2), ages=(18, None)),
    Offer("Singing for fun", "Old songs and new ones; nobody is asked to sing alone.",
          ("Company", "Mental wellbeing"), ("MO", "14:00", "15:30"), fees="",
          price=("A term", 20)),
    Offer("Stroke survivors", "Exercise, speech practice and people who know.",
          ("Disability", "Company"), ("FR", "10:30", "12:30")),
    Offer("Young carers", "A break and a listening ear for those who look after "
          "somebody at home.", ("Carers", "Young people"), ("TH", "16:00", "18:00"),
          who="You are between 8 and 18 and look after somebody.", ages=(8, 18)),
    Offer("Drop-in for parents of teenagers", "Other parents, and a worker who has "
          "heard it all.", ("Families and children",), ("TU", "18:30", "20:00")),
    Offer("Prescription collection", "A volunteer brings your medicines from the "
          "surgery.", ("Living at home",), ("MO,WE,FR", "11:00", "13:00"),
          way="home visit", joining="Ring before ten."),
    Offer("Safety planning", "Confidential support for anybody who is afraid of "
          "somebody at home.", ("Safety at home",),
          ("MO,TU,WE,TH,FR,SA,SU", "08:00", "22:00"), way="phone",
          fees="Free to call"),
)

REFUGE = Offer("Refuge", "A safe place to stay for women and children who have to "
               "leave home.", ("Housing", "Safety at home"),
               ("MO,TU,WE,TH,FR,SA,SU", "00:00", "23:59"),
               joining="Ring at any hour; somebody answers.")
CHILDMINDER = Offer("Childminding", "A small home from home before and after school.",
                    ("Families and children",), ("MO,TU,WE,TH,FR", "07:30", "18:00"),
                    fees="", price=("An hour", 6), ages=(0, 11),
                    joining="Ring and come to meet us.")

BODIES = (
    ("{} Village Hall Committee", "Keeps the hall and what happens in it."),
    ("{} Parish Council", "The council of the parish."),
    ("{} Good Neighbours", "Volunteers who lend each other a hand."),
    ("{} Community Trust", "A charity of and for the village."),
    ("{} Parish Church", "The church and its helpers."),
    ("{} Surgery Friends", "The patients’ group of the surgery."),
    ("{} School Partnership", "The school, its families and its neighbours."),
    ("{} Carers’ Association", "Run by carers for carers."),
    ("{} Sports and Social Club", "Sport for every age, and a bar for afterwards."),
    ("{} Library Friends", "Keeps the library open and lively."),
)

EDITORS = (
    "Alder Ames", "Bryony Beck", "Corin Clay", "Delia Dene", "Evan Elmley",
    "Fern Farrow", "Gwen Garth", "Hollis Hazel", "Ida Ivel", "Jory Juniper",
)
