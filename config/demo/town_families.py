"""Children, schools and young people in Wexcombe. Nobody and nothing in it exists."""

# The content reads better in our own lines than in the formatter's.
# fmt: off

from config.demo.rows import body, one
from config.demo.shapes import Body

SCHOOLS = (
    body("Wexcombe Learning Trust", "The academy and the primary schools of the town.",
         "T", "500", "office@wexcombelearning.example",
         one("Academy homework hall", "Quiet desks, printers and a teacher who is "
             "allowed to help.", "academy", "MO,TU,WE,TH 15:15-17", "500",
             "Libraries and learning", "Free", "11-16"),
         one("Academy pool, public hours", "The school’s pool before school.",
             "academy", "weekdays 6:30-8", "501", "Sport and swimming",
             "A swim: £3.50"),
         one("Family learning at Millfield", "Phonics for parents, biscuits for all.",
             "millfield", "FR 9-10:30", "502", "Parenting and family support"),
         one("School uniform exchange", "Bring what is outgrown, take what fits.",
             "millfield", "1FR 15-16:30", "502", "Grants and emergency money"),
         website="https://wexcombelearning.example/"),
    body("Villages Schools Trust", "Seven small schools that share a head cook.", "T",
         "503", "hello@villageschools.example",
         one("Breakfast clubs in the villages", "Toast, fruit and a quiet start, from "
             "half past seven.", "sallowschool", "weekdays 7:30-8:45", "503",
             "Childcare and holiday clubs", "A breakfast: £2", "4-11"),
         one("Schools’ counselling line", "For parents, when a child will not go in.",
             "", "weekdays 8-9:30 phone", "504", "Parenting and family support",
             area="The villages around Wexcombe")),
    body("Wexcombe College", "Courses from sixteen to whenever.", "T", "505",
         "enquiries@wexcombecollege.example",
         one("College open workshop", "Bricks, wiring or pastry for an evening, to see "
             "whether you like it.", "college", "WE 18-20", "505", "Finding work",
             "Free", "16-"),
         one("College training salon", "Hair and nails by students, watched closely.",
             "college", "TU,TH 10-15", "505", "Coffee mornings and drop-ins",
             "A cut: £6"),
         one("Supported internships", "A year in a real workplace with a job coach, "
             "for young people with an EHC plan.", "college", "weekdays 9-16", "506",
             "Special educational needs; Finding work", "Free", "16-24")),
    body("Bramble Family Hub", "Under one roof: midwives, health visitors, play.", "T",
         "510", "bramble@wexcombe-families.example",
         one("Bramble stay and play", "Messy on Mondays, musical on Wednesdays.",
             "family", "MO,WE 9:30-11", "510", "Baby and toddler groups", "Free",
             "0-5"),
         one("Infant feeding café", "Breast, bottle, both: help and cake.", "family",
             "TH 10-12", "511", "Parenting and family support", "Free", "0-2"),
         one("Bramble parenting evenings", "Sleep, screens, shouting: one a week for "
             "six weeks.", "family", "TU 18:30-20", "510",
             "Parenting and family support"),
         one("Dads on Saturday", "Bacon, bikes and a soft-play bus.", "family",
             "2SA 9:30-11:30", "510", "Baby and toddler groups", "Free", "0-8"),
         one("Young parents’ kitchen", "Under twenty-two with a baby: cook, eat, plan "
             "what comes next.", "family", "FR 12-14", "512",
             "Parenting and family support; Advice for young people", "Free", "-22")),
    body("Wexcombe SEND Service", "The council’s service for special educational "
         "needs and disabilities.", "T", "515", "send@wexcombe-council.example",
         one("SEND advice line", "EHC plans, school places, transport: how it works "
             "and what to write.", "", "weekdays 9:30-14:30 phone", "515",
             "Special educational needs", "Free", "0-25", area="Wexcombe district"),
         one("Portage home visits", "Play at home for small children who develop "
             "slowly, a little each week.", "", "weekdays 9-16 home", "516",
             "Special educational needs", "Free", "0-4", area="Wexcombe district",
             joining="Anybody may refer a child, you too."),
         one("Short breaks panel", "Hours of care or activity, so that the rest of the "
             "family can breathe.", "", "weekdays 9-16 phone", "516",
             "Special educational needs; Breaks and help for carers", "Free", "0-18",
             area="Wexcombe district"),
         one("Travel training", "Learn the bus to college with somebody beside you.",
             "college", "weekdays 9-16", "517", "Special educational needs", "Free",
             "14-25"),
         website="https://wexcombe-council.example/send"),
)

EARLY = (
    body("Weir Nursery School", "A maintained nursery with a sensory garden.", "T",
         "520", "admin@weirnursery.example",
         one("Weir nursery places", "Funded hours from the term after they are two or "
             "three.", "millfield", "weekdays 8:45-15:15", "520",
             "Childcare and holiday clubs", "Funded, then an hour: £6", "2-4"),
         one("Weir sensory garden afternoons", "For small children who find the "
             "world loud.", "millfield", "WE 13:30-15", "520",
             "Special educational needs", "Free", "0-5")),
    body("Abbey Road Playgroup", "Forty years of sand trays.", "P", "521", "",
         one("Abbey Road playgroup", "Mornings for two to four, with parents on a "
             "rota.", "abbey", "MO,TU,TH,FR 9-12", "521",
             "Childcare and holiday clubs", "A morning: £14", "2-4")),
    body("Sunrise Breakfast and After School", "They walk the crocodile line.", "M",
         "522", "bookings@sunriseclub.example",
         one("Sunrise breakfast club", "Porridge, toast, and shoes on the right feet.",
             "northfield", "weekdays 7:30-8:50", "522", "Childcare and holiday clubs",
             "A morning: £4.50", "4-11"),
         one("Sunrise holiday club", "Trips on Wednesdays, water fights on Fridays.",
             "northfield", "weekdays 8-18", "522", "Childcare and holiday clubs",
             "A day: £30", "4-12")),
    body("Toy Library on Wheels", "A van of five hundred toys.", "P", "m231", "",
         one("Toy library stops", "Borrow a pirate ship for a fortnight. Switches and "
             "lights for disabled children too.", "family", "1TH 9:30-11:30", "m231",
             "Baby and toddler groups; Special educational needs", "A toy: £0.50",
             "0-8")),
    body("Music with Mo and Friends", "A guitar, a parachute and a bag of shakers.",
         "P", "m232", "",
         one("Bouncy bears music", "Songs with actions; grandparents get chairs.",
             "methodist", "TH 9:45-10:30", "m232", "Baby and toddler groups",
             "A child: £4", "0-4")),
    body("Wexcombe Homestart Friends", "Parents who visit parents.", "M", "523",
         "office@parentfriends.example",
         one("A friend for two hours", "A trained volunteer comes to your home once a "
             "week while things are hard.", "", "weekdays 9-16 home", "523",
             "Parenting and family support; Befriending", "Free", "0-5",
             area="Wexcombe district")),
)

YOUNG = (
    body("Southgate Youth Works", "Youth workers on the south side.", "M", "530",
         "team@southgateyouth.example",
         one("Southgate senior club", "Studio, kitchen, boxing bags and a sofa corner.",
             "southgate", "TU,TH 18-21", "530", "Youth clubs", "Free", "13-19"),
         one("Southgate juniors", "Tea first, then everything else.", "southgate",
             "MO 16-18", "530", "Youth clubs", "Free", "8-12"),
         one("Detached youth work", "We come to the park, the steps and the bus "
             "shelter.", "", "FR,SA 18-22 phone", "530", "Advice for young people",
             "Free", "11-19", area="Wexcombe town")),
    body("The Hatch Counselling for Young People", "Counsellors in trainers.", "T",
         "531", "hello@thehatchwex.example",
         one("Young people’s counselling", "Six sessions to begin with, no adult has "
             "to know.", "va", "weekdays 14-19", "531",
             "Advice for young people; Talking and counselling", "Free", "11-25"),
         one("Text the Hatch", "If saying it aloud is too much.", "",
             "daily 16-22 phone", "531", "Advice for young people", "Free", "11-25",
             area="Wexcombe district and Hartmoor")),
    body("Care Leavers’ Kitchen Table", "Young people who were in care, for those who "
         "leave it.", "M", "532", "table@careleaverstable.example",
         one("Sunday kitchen table", "A roast, every Sunday, for ever if you like.",
             "river", "SU 13-16", "532", "Advice for young people; Shared meals",
             "Free", "16-25")),
    body("Wexcombe Air Cadets Squadron", "Flying, marching and first aid.", "P",
         "533", "",
         one("Air cadets", "Twice a week, with a week’s camp in summer.", "academy",
             "MO,WE 19-21:30", "533", "Youth clubs", "A month: £12", "12-18")),
    body("Wexcombe Young Carers’ Voice", "A forum run by those it is about.", "P",
         "", "",
         one("Young carers’ forum", "Pizza with a councillor who has to listen.",
             "townhall", "-1WE 17-18:30", "534", "Carers’ groups", "Free", "11-18")),
    body("Skate Wexcombe", "The ramp, and those who look after it.", "P", "m233", "",
         one("Girls’ skate night", "Helmets lent, falling taught.", "football",
             "TH 17-18:30", "m233", "Youth clubs; Sport and swimming", "Free", "8-18")),
    body("Coders’ Den", "Robots made of cereal boxes.", "P", "535", "",
         one("Coders’ den", "Scratch for beginners, Python for show-offs.", "library",
             "SA 14-16", "535", "Getting online; Youth clubs", "Free", "8-15")),
    body("Autistic Young Wexcombe", "Run by autistic adults.", "M", "536",
         "hello@autisticyoung.example",
         one("Quiet gaming", "Headphones on, lights low, nobody makes you talk.",
             "library", "SU 13-16", "536",
             "Learning disability and autism; Youth clubs", "Free", "11-19"),
         one("Parents of autistic teens", "What we wish we had known at eleven.",
             "quaker", "3MO 19-20:30", "536", "Special educational needs; Peer "
             "support")),
)


def _minder(name: str, words: str, at: str, phone: str, hours: str) -> Body:
    """A childminder: a sole trader who works in her own home."""
    return body(
        f"{name} (childminder)", "Registered childminding in a family home.", "P",
        phone, "",
        one(name, words, at, hours, phone, "Childcare and holiday clubs",
            "An hour: £6.20", "0-8", area="Wexcombe district"),
        legal="sole trader",
    )  # fmt: skip


MINDERS = (
    _minder("Busy Bees at Teasel", "Two assistants, two rabbits, and walks to the "
            "weir every morning.", "busybees", "m241", "weekdays 7:30-18"),
    _minder("Ladybird Childminding", "School runs to Abbey and Millfield, tea at a big "
            "round table.", "ladybird", "m242", "weekdays 7:45-18:15"),
    _minder("Puddles", "Outdoors whatever the weather; spare wellies in the hall.",
            "puddles", "m243", "MO,TU,WE,TH 8-17:30"),
    _minder("Hedgehogs of Ashenbury", "Village mornings, hens, and term-time places.",
            "hedgehogs", "m244", "weekdays 8-16"),
    _minder("The Wrens’ Nest", "Babies from six months, with a quiet room to sleep "
            "in.", "wrens", "m245", "weekdays 7-18"),
    _minder("Pebbles at Upper Sallow", "Sensory play, and experience with tube feeding "
            "and seizures.", "pebbles", "m246", "TU,WE,TH 8-18"),
    _minder("Acorn Rise", "Urdu and English spoken, halal meals.", "acornrise", "m247",
            "weekdays 7:30-18:30"),
    _minder("Sunflower Childminding", "Before and after school from Sallowford "
            "Primary.", "sunflower", "m248", "weekdays 7:30-8:45; weekdays 15-18"),
    _minder("Stepping Stones", "Early and late shifts and some Saturdays, for hospital "
            "workers.", "stepping", "m249", "weekdays 6:30-19; SA 7-15"),
    _minder("Owlets of Norton", "Three places, a piano and a very old dog.", "owlets",
            "m250", "MO,TU,FR 8-17"),
)

FAMILIES = (*SCHOOLS, *EARLY, *YOUNG, *MINDERS)
