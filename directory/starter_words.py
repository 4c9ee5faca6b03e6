"""The terms every place begins with: our own plain words, to be changed by its lead.

Data alone; ``directory/starter.py`` writes it. A word is its name and a sentence that
says what belongs to it, in the words people use, since suggestions look there too. A
need or a circumstance leads to the service types named after it, and so to everything
below them.
"""

from dataclasses import dataclass

Words = tuple[str, str]


@dataclass(frozen=True)
class Group:
    """A service type with the kinds below it."""

    name: str
    description: str
    kinds: tuple[Words, ...]


@dataclass(frozen=True)
class Way:
    """A need or a circumstance, and the service types it leads to."""

    name: str
    description: str
    to: tuple[str, ...]


SERVICE_TYPES: tuple[Group, ...] = (
    Group("Food", "Something to eat today, or help to eat well.", (
        ("Food banks and parcels", "Groceries, free, for those who have run out."),
        ("Pantries and community fridges",
         "Cheap or surplus groceries to choose for yourself."),
        ("Shared meals", "Lunch clubs, breakfasts and suppers eaten together."),
        ("Cooking and growing", "Cooking lessons, gardens, allotments and orchards."),
    )),
    Group("Money and debt", "Advice and help with income, bills and what is owed.", (
        ("Benefits advice", "Entitlement, claims, appeals, pensions and allowances."),
        ("Debt advice", "Rent or council tax arrears, loans, cards and bailiffs."),
        ("Energy and water bills", "Heating costs, meters, tariffs and fuel vouchers."),
        ("Grants and emergency money", "Small sums, vouchers and goods in a crisis."),
    )),
    Group("Housing", "Somewhere to live, and keeping it.", (
        ("Housing advice", "Tenants, landlords, eviction, repairs and moving."),
        ("Somewhere to stay tonight", "Shelters and help for people without a home."),
        ("Supported housing", "Hostels, refuges, sheltered and extra care housing."),
    )),
    Group("Living at home", "Help to manage in your own home.", (
        ("Care at home", "Washing, dressing and personal care."),
        ("Shopping, cleaning and gardening", "Jobs about the house and errands."),
        ("Meals to your door", "Hot or frozen meals and parcels that are delivered."),
        ("Aids, alarms and adaptations", "Equipment, rails, ramps and pendant alarms."),
        ("After a hospital stay", "Settling back in at home and getting stronger."),
    )),
    Group("Transport", "Getting there when buses and cars do not do.", (
        ("Community transport", "Dial-a-ride, minibuses and volunteer drivers."),
        ("Lifts to appointments", "To hospital, surgery or dentist, and back."),
    )),
    Group("Company", "Meeting people, so that nobody is lonely.", (
        ("Befriending", "Somebody who visits or rings for a chat."),
        ("Coffee mornings and drop-ins", "Open doors, tea, cake and conversation."),
        ("Clubs and groups", "Choirs, crafts, games, sheds and shared hobbies."),
        ("Day centres", "A day out with lunch and activities."),
    )),
    Group("Mental wellbeing", "Feeling low, worried, grieving or not coping.", (
        ("Talking and counselling", "Therapy and counselling, alone or in a group."),
        ("Peer support", "Groups of people who have been through the same."),
        ("Bereavement", "Grief after somebody has died."),
        ("Help in a crisis", "Suicidal thoughts, or when you cannot go on."),
    )),
    Group("Health", "Staying well, and living with an illness.", (
        ("Clinics and health checks", "Nurses, vaccinations, blood pressure, falls."),
        ("Living with a condition", "Groups for cancer, stroke, pain or diabetes."),
        ("Memory and dementia", "Memory cafés and support with dementia."),
        ("Alcohol, drugs and smoking", "Cutting down, stopping and recovery."),
    )),
    Group("Keeping active", "Moving more, at any level.", (
        ("Walks and cycling", "Led walks, health walks and rides."),
        ("Sport and swimming", "Clubs, pools, pitches and leagues."),
        ("Gentle exercise and dance", "Seated exercise, yoga, tai chi and dancing."),
    )),
    Group("Families and children", "From before birth to the end of school.", (
        ("Baby and toddler groups", "Play, songs and stories for under-fives."),
        ("Parenting and family support", "Courses, advice and help for parents."),
        ("Childcare and holiday clubs",
         "Nurseries, childminders, playgroups, breakfast and after-school clubs."),
        ("Special educational needs", "Children with SEND and their families."),
    )),
    Group("Young people", "For teenagers and those in their early twenties.", (
        ("Youth clubs", "Somewhere to go, youth workers, cadets and scouts."),
        ("Advice for young people", "Mentoring, counselling and somebody to ask."),
    )),
    Group("Carers", "For those who look after somebody without pay.", (
        ("Carers’ groups", "Meeting other carers, young carers too."),
        ("Breaks and help for carers", "Respite, sitting services and assessments."),
    )),
    Group("Disability", "For disabled people and those who are ill for long.", (
        ("Advice and advocacy", "Speaking up, personal budgets and rights."),
        ("Learning disability and autism", "Groups, skills and support."),
        ("Sight and hearing", "For people who are blind, deaf or losing either."),
    )),
    Group("Learning and work", "Classes, skills, jobs and volunteering.", (
        ("Libraries and learning", "Books, courses, classes, reading and English."),
        ("Getting online", "Help with computers, phones and forms on the internet."),
        ("Finding work", "Job clubs, CVs, interviews and training."),
        ("Volunteering", "Giving time to others."),
    )),
    Group("Safety", "Being safe at home, on the street and with others.", (
        ("Domestic abuse", "Violence or control by a partner or in the family."),
        ("Safety at home", "Smoke alarms, fire, falls, locks and scams."),
        ("Victims of crime", "Help after a theft, an attack or hate crime."),
        ("Law and rights", "Legal advice, discrimination and immigration."),
    )),
)  # fmt: skip

PLAIN_NEEDS: tuple[Way, ...] = (
    Way("Food and essentials", "Not enough to eat, or no money for what you need.",
        ("Food", "Grants and emergency money", "Meals to your door")),
    Way("Money and debt", "Bills, benefits and what is owed.",
        ("Money and debt", "Finding work")),
    Way("Somewhere to live", "No home, or afraid of losing it.", ("Housing",)),
    Way("Feeling low or worried", "Sad, anxious, grieving, or not coping.",
        ("Mental wellbeing", "Befriending", "Coffee mornings and drop-ins")),
    Way("Safe from harm", "Afraid of somebody, or unsafe at home.",
        ("Safety", "Somewhere to stay tonight", "Supported housing")),
    Way("Help at home or with getting out", "Managing day to day, and getting about.",
        ("Living at home", "Transport", "Disability", "Day centres")),
)  # fmt: skip
"""What the public front page begins with, in this order."""

MORE_NEEDS: tuple[Way, ...] = (
    Way("Company", "Lonely, or new here and knowing nobody.", ("Company",)),
    Way("Looking after somebody", "A relative or friend depends on you.",
        ("Carers", "Care at home", "Memory and dementia")),
    Way("Bringing up children", "Help, company and things to do for families.",
        ("Families and children", "Young people")),
    Way("Learning or finding work", "A course, a job, or a way back to one.",
        ("Learning and work", "Advice for young people")),
    Way("Getting fitter", "Moving more, eating better, stopping smoking.",
        ("Keeping active", "Cooking and growing", "Alcohol, drugs and smoking")),
    Way("Living with an illness or disability", "Managing, and meeting others.",
        ("Health", "Disability", "Aids, alarms and adaptations")),
)  # fmt: skip

CIRCUMSTANCES: tuple[Way, ...] = (
    Way("Living alone", "Nobody else in the house.",
        ("Company", "Aids, alarms and adaptations")),
    Way("On a low income", "Little money coming in.",
        ("Money and debt", "Food", "Finding work")),
    Way("Homeless, or about to be", "No safe place of your own.",
        ("Housing", "Food banks and parcels")),
    Way("Just out of hospital", "Getting well again at home.",
        ("After a hospital stay", "Care at home", "Lifts to appointments")),
    Way("Recently bereaved", "Somebody close has died.",
        ("Bereavement", "Coffee mornings and drop-ins")),
    Way("Expecting or with a new baby", "Pregnancy and the first year.",
        ("Families and children", "Clinics and health checks")),
    Way("Out of work", "Looking for a job, or not able to.",
        ("Finding work", "Benefits advice")),
    Way("Living with somebody who hurts you", "Abuse, threats or control.",
        ("Domestic abuse", "Supported housing")),
    Way("New to the country", "Refugees, and people who have come to work or join "
        "family.", ("Law and rights", "Libraries and learning", "Housing advice")),
    Way("Leaving care, prison or the forces", "Starting again on your own.",
        ("Housing", "Finding work", "Peer support")),
)  # fmt: skip

AUDIENCES: tuple[Words, ...] = (
    ("Children under five", "Babies, toddlers and those not yet at school."),
    ("School-age children", "From five to sixteen."),
    ("Teenagers and young adults", "From about eleven to twenty-five."),
    ("Parents and families", "Mothers, fathers and whole families."),
    ("Older people", "From about sixty on."),
    ("Unpaid carers", "People who look after a relative or friend."),
    ("Disabled people", "With a physical, learning or sensory disability."),
    ("Women", "For women only."),
    ("Men", "For men only."),
)

ACCESSIBILITY: tuple[Words, ...] = (
    ("Step-free entrance", "A level way in, or a ramp."),
    ("Lift to all floors", "Every room that is used can be reached without stairs."),
    ("Accessible toilet", "Wide enough for a wheelchair, with rails."),
    ("Changing Places toilet", "With a hoist and an adult changing bench."),
    ("Blue Badge parking", "A marked bay near the door."),
    ("Hearing loop", "For hearing aids, switched on in the room."),
    ("British Sign Language", "Somebody signs, or an interpreter can be booked."),
    ("Easy Read", "Leaflets and forms in easy words and pictures."),
    ("Large print or braille", "Leaflets and forms for people with low sight."),
    ("Interpreters", "Other languages can be arranged."),
    ("Quiet room", "Somewhere calm, away from noise and bright light."),
    ("Assistance dogs welcome", "With water, and room to lie down."),
)

OTHER_WORDS: dict[str, tuple[str, ...]] = {
    "Food banks and parcels": ("food bank", "foodbank", "food parcel"),
    "Pantries and community fridges": ("food pantry", "community fridge", "larder"),
    "Shared meals": ("lunch club", "soup kitchen", "community meal"),
    "Cooking and growing": ("allotment", "community garden", "cookery"),
    "Benefits advice": ("welfare rights", "universal credit", "attendance allowance"),
    "Debt advice": ("debts", "money worries", "arrears", "bailiffs"),
    "Energy and water bills": ("fuel poverty", "heating bills", "warm home"),
    "Grants and emergency money": ("crisis fund", "hardship fund", "vouchers"),
    "Housing advice": ("eviction", "tenancy advice", "renting"),
    "Somewhere to stay tonight": ("night shelter", "rough sleeping", "homeless"),
    "Supported housing": ("sheltered housing", "hostel", "extra care"),
    "Care at home": ("home care", "homecare", "domiciliary care", "carer at home"),
    "Shopping, cleaning and gardening": ("home help", "handyman", "odd jobs"),
    "Meals to your door": ("meals on wheels", "delivered meals"),
    "Aids, alarms and adaptations": ("grab rails", "pendant alarm", "telecare"),
    "After a hospital stay": ("home from hospital", "reablement"),
    "Community transport": ("dial a ride", "minibus", "car scheme"),
    "Lifts to appointments": ("hospital transport", "patient transport"),
    "Befriending": ("lonely", "loneliness", "isolation", "someone to talk to"),
    "Coffee mornings and drop-ins": ("drop in", "warm space", "tea and chat"),
    "Day centres": ("day care", "day services"),
    "Talking and counselling": ("therapy", "counsellor", "talking therapies"),
    "Peer support": ("self help group", "support group"),
    "Bereavement": ("grief", "grieving", "loss"),
    "Help in a crisis": ("suicidal", "suicide", "mental health crisis"),
    "Memory and dementia": ("alzheimers", "memory cafe", "memory loss"),
    "Alcohol, drugs and smoking": ("addiction", "substance misuse", "quit smoking"),
    "Gentle exercise and dance": ("chair exercise", "falls prevention"),
    "Baby and toddler groups": ("playgroup", "stay and play", "mums and tots"),
    "Parenting and family support": ("parenting class", "early help"),
    "Childcare and holiday clubs": ("nursery", "childminder", "after school club"),
    "Special educational needs": ("SEND", "SEN", "special needs", "EHCP"),
    "Youth clubs": ("youth centre", "youth group"),
    "Carers’ groups": ("carers support", "young carers"),
    "Breaks and help for carers": ("respite", "sitting service"),
    "Learning disability and autism": ("autistic", "ASD", "learning difficulties"),
    "Sight and hearing": ("blind", "deaf", "visual impairment", "hard of hearing"),
    "Getting online": ("computer help", "digital skills", "internet help"),
    "Finding work": ("job club", "employment support", "CV"),
    "Domestic abuse": ("domestic violence", "refuge", "coercive control"),
    "Safety at home": ("home fire safety", "smoke alarm"),
    "Victims of crime": ("victim support", "hate crime"),
    "Law and rights": ("legal advice", "immigration advice", "law centre"),
    "Step-free entrance": ("wheelchair", "wheelchair access", "ramp"),
    "Accessible toilet": ("disabled toilet",),
    "Blue Badge parking": ("disabled parking",),
    "British Sign Language": ("BSL", "signing"),
}
"""What people say instead, by the name of the term: they look for it in these words."""
