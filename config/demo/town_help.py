"""Advice, money, homes and safety in the town of Wexcombe. Nobody in it exists."""

# The content reads better in our own lines than in the formatter's.
# fmt: off

from config.demo.rows import body, one

COUNCIL = (
    body("Wexcombe District Council Housing", "The council’s housing and homelessness "
         "service.", "T", "450", "housing@wexcombe-council.example",
         one("Homeless tonight", "Ring and say that you have nowhere to sleep. Out of "
             "hours the same number answers.", "", "daily 0-23:59 phone", "450",
             "Somewhere to stay tonight", area="Wexcombe district", critical=True),
         one("Housing options appointments", "Before you lose your home is the best "
             "time to come.", "townhall", "weekdays 9-16:30", "451",
             "Housing advice"),
         one("Private tenants’ desk", "Damp, deposits and notices: what a landlord may "
             "and may not do.", "townhall", "WE 13-16", "451", "Housing advice"),
         one("Discretionary housing payment", "Extra towards the rent, for a while.",
             "", "weekdays 9-16:30 phone", "452", "Grants and emergency money",
             area="Wexcombe district")),
    body("Wexcombe Town Council", "Parks, market, allotments and the Christmas "
         "lights.", "T", "453", "office@wexcombe-town.example",
         one("Hollow Way allotments", "Full and half plots, two of them raised for "
             "wheelchairs.", "allotments", "weekdays 9-13", "453",
             "Cooking and growing", "A half plot for a year: £28"),
         one("Market café for new people", "Every Friday a table under the arches with "
             "a town councillor and buns.", "townhall", "FR 10-12", "453",
             "Coffee mornings and drop-ins")),
    body("Wexcombe Council Benefits", "Housing benefit and council tax support.", "T",
         "454", "benefits@wexcombe-council.example",
         one("Council tax support", "Up to all of the bill for people on low incomes.",
             "", "weekdays 9-17 phone", "454", "Benefits advice",
             area="Wexcombe district"),
         one("Household support vouchers", "For food, gas and electricity, while the "
             "fund lasts.", "", "weekdays 9-17 phone", "454",
             "Grants and emergency money", area="Wexcombe district",
             history="carried", ago=19),
         one("Free school meals check", "Two minutes by phone with your National "
             "Insurance number at hand.", "", "weekdays 9-17 phone", "454",
             "Benefits advice", area="Wexcombe district", history="carried", ago=19)),
    body("Wexcombe Community Safety", "Council and police in one small office.", "T",
         "455", "safer@wexcombe-council.example",
         one("Scam busters", "Doorstep, phone and romance: no shame, and sometimes the "
             "money back.", "library", "1TH 10-12", "455", "Safety at home"),
         one("Sanctuary scheme", "Locks, lights and a reinforced door, so that you can "
             "stay in your home safely.", "", "weekdays 9-17 phone", "455",
             "Domestic abuse; Safety at home", area="Wexcombe district",
             critical=True)),
    body("Wexcombe Register Office", "Births, deaths, marriages.", "T", "456",
         "registrars@wexcombe-council.example",
         one("Tell one office after a death", "We tell the other departments for you.",
             "townhall", "weekdays 9:30-15:30", "456", "Bereavement")),
    body("Wexcombe Adult Learning", "Evening and daytime classes for grown-ups.", "T",
         "457", "learn@wexcombe-council.example",
         one("English classes, all levels", "Mornings with a crèche, evenings without.",
             "college", "MO,TU,WE 9:30-11:30; MO,TH 18:30-20:30", "457",
             "Libraries and learning", "Free on benefits, otherwise £60 a term",
             "19-"),
         one("Maths without tears", "Start where school lost you.", "college",
             "TH 18-20", "457", "Libraries and learning", "Free", "19-"),
         one("Digital badge", "Six mornings from the on-switch to online banking.",
             "library", "TU 9:30-11:30", "457", "Getting online", "Free", "19-")),
)

POLICE_AND_FIRE = (
    body("Wexcombe Neighbourhood Policing", "The officers who know your street.", "T",
         "460", "neighbourhood@wexcombe-police.example",
         one("Street corner surgery", "Tell an officer what bothers you, on a bench by "
             "the market.", "townhall", "2SA 10-12", "460", "Victims of crime"),
         one("Bike marking", "Five minutes, a sticker and a better chance of seeing it "
             "again.", "police", "1WE 16-18", "460", "Safety at home"),
         one("Missing person form for dementia", "Fill it in now; if somebody goes "
             "missing, we start at once.", "", "weekdays 9-17 phone", "460",
             "Memory and dementia", area="Wexcombe district")),
    body("Victim Care Wexcombe", "After a crime, reported or not.", "M", "f141",
         "care@victimcare.example",
         one("Victim care line", "Somebody who listens, explains the court and comes "
             "along.", "", "weekdays 8-20 phone", "f141", "Victims of crime",
             "Free to call", area="Anywhere in the county"),
         one("Hate crime reporting point", "Tell it here instead of at the police "
             "station.", "va", "weekdays 10-16", "f141", "Victims of crime")),
    body("Wexcombe Fire and Rescue Community Team", "Firefighters between fires.", "T",
         "463", "safe@wexcombe-fire.example",
         one("Safe and well visit", "Smoke alarms fitted free, plugs and paths looked "
             "at, at your home.", "", "weekdays 9-17 home", "463", "Safety at home",
             area="Wexcombe district"),
         one("Fire cadets", "Hoses, ladders, first aid and drill.", "firestation",
             "TH 18-20", "463", "Youth clubs", "A term: £10", "13-17"),
         one("Boat and bank safety", "For people who live or work beside the river.",
             "firestation", "1SA 10-12", "463", "Safety at home"))
)

ADVICE = (
    body("Juniper Women", "For women and children leaving violence.", "M", "f142",
         "help@juniperwomen.example",
         one("Juniper refuge", "Six rooms, a garden and a locked gate. We come and "
             "fetch you.", "safehouse", "", "f142", "Domestic abuse; Supported "
             "housing", area="Anywhere in the county", critical=True,
             joining="Ring at any hour."),
         one("Own life again course", "Twelve weeks on what control looks like and how "
             "to be rid of it. The place is told by phone.", "", "WE 10-12 phone",
             "f142", "Domestic abuse", area="Wexcombe district"),
         one("Children’s worker at Juniper", "Play and talk for children who have "
             "seen too much.", "", "weekdays 9-17 phone", "f142",
             "Domestic abuse; Advice for young people", "Free", "4-16",
             area="Wexcombe district")),
    body("Wexcombe Law Centre", "Solicitors for people who cannot pay for one.", "T",
         "470", "info@wexcombelaw.example",
         one("Housing court duty desk", "A solicitor beside you on the day of the "
             "hearing.", "", "TH 9:30-13 phone", "470", "Law and rights; Housing "
             "advice", area="Wexcombe district"),
         one("Employment rights evening", "Dismissed, unpaid or bullied: first advice "
             "is free.", "va", "MO 18-20", "470", "Law and rights"),
         one("Immigration advice", "Visas, status and family. Interpreters by phone.",
             "va", "FR 10-13", "471", "Law and rights")),
    body("Warm Homes Wexcombe", "Energy advice from people who have read the small "
         "print.", "T", "472", "advice@warmhomes-wex.example",
         one("Energy bills desk", "Meters, debts, tariffs and grants for a boiler.",
             "abbey", "WE 10-15", "472", "Energy and water bills"),
         one("Fuel vouchers", "For prepayment meters that have run out. The same day "
             "if there are children.", "", "weekdays 9-16 phone", "472",
             "Energy and water bills; Grants and emergency money",
             area="Wexcombe district"),
         one("Damp and draughts visit", "An hour at your home with a camera that sees "
             "cold.", "", "TU,TH 9-16 home", "472", "Safety at home",
             area="Wexcombe district")),
    body("Wexcombe Credit Union", "Members’ money for members.", "T", "473",
         "counter@wexcombecu.example",
         one("Credit union counter", "Save a pound, borrow a washing machine.", "army",
             "TU,FR 10-14", "473", "Debt advice"),
         one("Christmas savings club", "Nothing to pay out, and a lock on it until "
             "November.", "army", "TU,FR 10-14", "473", "Grants and emergency money")),
    body("The Citadel", "A church with a kitchen, a laundry and open hands.", "M",
         "474", "centre@wexcombecitadel.example",
         one("Citadel breakfast", "Porridge, eggs, a shower and clean socks.", "army",
             "weekdays 8-10", "474", "Shared meals; Somewhere to stay tonight"),
         one("Laundry morning", "Wash, dry and fold, with a newspaper.", "army",
             "TH 9-12", "474", "Grants and emergency money"),
         one("Baby bank", "Cots, prams and clothes, clean and checked.", "army",
             "WE 10-12", "474", "Grants and emergency money",
             joining="A midwife or health visitor fills in a short form.")),
    body("Wexcombe Foodbank", "Three days’ food for people sent by somebody.", "M",
         "475", "office@wexcombefoodbank.example",
         one("Foodbank at Trinity", "Bring a voucher from your surgery, school or "
             "adviser; there is tea while we pack.", "methodist", "MO,WE,FR 11-13",
             "475", "Food banks and parcels"),
         one("Foodbank at Southgate", "Three days’ food, south of the railway.",
             "southgate", "TU,TH 14-16", "475", "Food banks and parcels"),
         one("Foodbank fuel and pets", "Bottled gas, and something for the dog.",
             "methodist", "FR 11-13", "475", "Food banks and parcels")),
    body("Wexcombe Night Shelter", "Camp beds from December to March.", "M", "476",
         "shelter@wexcombenights.example",
         one("Winter night shelter", "Supper at eight, lights out at eleven, breakfast "
             "at seven.", "nightstop", "daily 20-23:59", "476",
             "Somewhere to stay tonight", critical=True),
         one("Street soup", "A van, a torch and two volunteers.", "townhall",
             "daily 19:30-20:30", "476", "Shared meals")),
    body("Spare Room Hosts", "Families with a spare room for young people.", "P", "477",
         "",
         one("A spare room for under 25s", "A bed, a meal and a lift in the morning.",
             "", "daily 9-22 phone", "477", "Somewhere to stay tonight", "Free",
             "16-25", area="Wexcombe district")),
    body("Wexcombe Homes Neighbourhoods", "What the housing association does beyond "
         "rent.", "T", "478", "neighbourhoods@wexcombe-homes.example",
         one("Southgate Hub café", "Cheap lunches and a plug for your phone.",
             "southgate", "weekdays 9-15", "478", "Coffee mornings and drop-ins",
             "Lunch: £3"),
         one("Job coach for tenants", "An hour a week until you start, and for six "
             "weeks after.", "southgate", "TU,TH 10-16", "478", "Finding work"),
         one("Handyperson", "Curtain rails, grab rails, a dripping tap.", "",
             "weekdays 8-16 home", "478", "Aids, alarms and adaptations",
             "An hour: £18", area="Wexcombe district")),
    body("Wexcombe Voluntary Action", "The council for voluntary service.", "T", "480",
         "info@voluntary-action.example",
         one("Volunteer centre", "Tell us an hour and a street; we know who needs it.",
             "va", "weekdays 10-15", "480", "Volunteering"),
         one("Small groups’ clinic", "Constitutions, bank accounts, insurance and a "
             "first grant.", "va", "1TH 14-16", "480", "Volunteering"),
         one("Befriending by phone", "The same voice every week.", "",
             "weekdays 10-16 phone", "481", "Befriending", area="Wexcombe district"),
         website="https://voluntary-action.example/"),
    body("Wexcombe Welcomes", "Neighbours for people who had to flee.", "M", "482",
         "hello@wexcombewelcomes.example",
         one("Welcome lunch", "Eight countries round one table, children underneath.",
             "quaker", "SA 12-14:30", "482", "Shared meals"),
         one("Conversation café", "Slow English and fast friendship.", "library",
             "WE 13-14:30", "482", "Libraries and learning"),
         one("Furniture for first homes", "Beds, pans and curtains for people given a "
             "flat with nothing in it.", "", "TU 10-16 phone", "482",
             "Grants and emergency money", area="Wexcombe district")),
    body("Wexcombe Muslim Centre", "Mosque, kitchen and advice room.", "M", "483",
         "office@wexcombemuslimcentre.example",
         one("Friday kitchen", "A hot meal after prayers for anybody at all.",
             "mosque", "FR 14-15:30", "483", "Shared meals"),
         one("Sisters’ swim", "The small pool, women lifeguards, blinds down.",
             "leisure", "SU 18-19", "483", "Sport and swimming", "A swim: £3", "8-")),
    body("Our Lady’s Outreach", "Parishioners who knock on doors.", "P", "484", "",
         one("Clothes rail", "School shirts, interview suits, winter coats.",
             "catholic", "1SA 10-12", "484", "Grants and emergency money"),
         one("Prison families’ bus", "A minibus to visiting hours and somebody to sit "
             "beside.", "", "SU 8-18 phone", "484", "Community transport; Peer "
             "support", "A seat: £5", area="Wexcombe district")),
    body("Jobs on the Corner", "A former shop with twelve computers.", "M", "485",
         "team@jobsonthecorner.example",
         one("Jobs on the Corner drop-in", "CVs, applications and an honest practice "
             "interview.", "va", "MO,WE,FR 10-15", "485", "Finding work"),
         one("Over fifties job club", "Coffee, and people who also remember carbon "
             "paper.", "va", "TH 10-12", "485", "Finding work", "Free", "50-"),
         one("Work after prison", "Somebody who did it helps you to say it.", "va",
             "TU 14-16", "485", "Finding work; Peer support")),
    body("Wexcombe Listeners", "Trained listeners, a room and two lines.",
         "M", "f143", "branch@wexcombelisteners.example",
         one("Listening line Wexcombe", "Whatever it is, at whatever hour.", "",
             "daily 0-23:59 phone", "f143", "Help in a crisis", "Free to call",
             area="Wexcombe district and Hartmoor", critical=True),
         one("Listeners at the bridge", "Volunteers on the old railway bridge on dark "
             "evenings.", "", "FR,SA,SU 19-23 phone", "f143", "Help in a crisis",
             area="Wexcombe town")),
)

HELP = (*COUNCIL, *POLICE_AND_FIRE, *ADVICE)
