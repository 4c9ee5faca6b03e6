"""Health and care in the town of Wexcombe. Nobody and nothing in it exists."""

# The content reads better in our own lines than in the formatter's.
# fmt: off

from config.demo.rows import body, one

NHS = (
    body("Wexcombe and Moorland NHS Trust", "The hospital and community health "
         "services of the district.", "T", "400", "contact@wm-nhs.example",
         one("Minor injuries unit", "Cuts, sprains, burns and small breaks. No "
             "appointment, X-ray on weekdays.", "hospital", "daily 8-20", "400",
             "Clinics and health checks"),
         one("Memory clinic", "Tests, a diagnosis if there is one, and somebody to "
             "ring afterwards.", "hospital", "MO,WE 9-16:30", "401",
             "Memory and dementia", joining="Ask your GP to refer you."),
         one("Stroke early home team", "Therapists who come to you in the first weeks "
             "after hospital.", "", "daily 8-18 home", "402", "After a hospital stay",
             area="Wexcombe district", joining="The ward arranges it."),
         one("Pain management course", "Eight mornings on living with pain that will "
             "not go.", "hospital", "TH 10-12", "403", "Living with a condition"),
         one("Continence clinic", "Very common, seldom mentioned, often curable.",
             "clinic", "TU 9-12:30", "404", "Clinics and health checks",
             joining="Ring yourself; no letter is needed."),
         one("Hearing aid mornings", "Batteries, tubes and retuning without an "
             "appointment.", "hospital", "FR 9-12", "405", "Sight and hearing"),
         one("Podiatry for people with diabetes", "Feet looked after before they "
             "hurt.", "clinic", "MO,TH 9-16", "406", "Living with a condition",
             joining="Ask at your surgery."),
         one("Community mental health duty desk", "A nurse to ring on the day when "
             "things are getting worse.", "", "weekdays 9-17 phone", "407",
             "Help in a crisis", area="Wexcombe district", critical=True, ago=123),
         one("Perinatal mental health team", "For mothers in pregnancy and the first "
             "two years.", "clinic", "WE 9-16", "408",
             "Talking and counselling; Parenting and family support"),
         one("School-age immunisations", "Missed one? Saturday catch-up clinics.",
             "clinic", "1SA 9-13", "409", "Clinics and health checks", "Free", "5-18"),
         one("Tier two weight service", "Twelve weeks, a dietitian and no lectures.",
             "abbey", "TU 17:30-19", "410", "Living with a condition", "Free", "18-"),
         website="https://wm-nhs.example/"),
    body("Wexcombe GP Federation", "The nine surgeries of the district, together.",
         "T", "411", "hello@wexcombe-gps.example",
         one("Evening and weekend GP appointments", "When your own surgery is shut; "
             "booked through it.", "surgery", "weekdays 18:30-21; SA,SU 9-13", "411",
             "Clinics and health checks"),
         one("Social prescribing link workers", "Time to talk about what matters to "
             "you, and a walk to the first session of something.", "surgery weir",
             "weekdays 9-16:30", "412", "Advice and advocacy; Befriending"),
         one("Blood pressure Saturday", "Two minutes at a table in the market.",
             "townhall", "-1SA 9:30-12:30", "411", "Clinics and health checks",
             "Free", "40-"),
         one("Long Covid group", "Pacing, breath, and people who believe you.",
             "clinic", "2TU 14-15:30", "413", "Living with a condition"),
         website="https://wexcombe-gps.example/"),
    body("Market Surgery", "A practice by the Butter Cross.", "T", "414",
         "patients@market-surgery.example",
         one("Market Surgery patient group walk", "Forty flat minutes from the surgery "
             "door with a nurse at the back.", "surgery", "WE 12:30-13:15", "414",
             "Walks and cycling"),
         one("Market Surgery menopause café", "Questions answered, windows open.",
             "surgery", "3TH 18:30-20", "414", "Peer support")),
    body("Weir Lane Surgery", "A practice by the river.", "T", "415",
         "reception@weirlane-surgery.example",
         one("Weir Lane asthma mornings", "Bring your inhaler and show us how you use "
             "it.", "weir", "2SA 9-12", "415", "Clinics and health checks"),
         one("Weir Lane veterans’ hour", "A GP who served, for people who did.", "weir",
             "1MO 17-18:30", "415", "Talking and counselling")),
    body("Market Place Pharmacy", "A pharmacy with a consulting room.", "M", "416",
         "pharmacist@marketpharmacy.example",
         one("Stop smoking at the pharmacy", "Twelve weeks of patches, gum and "
             "somebody who is pleased to see you.", "townhall",
             "weekdays 9-17:30; SA 9-13", "416", "Alcohol, drugs and smoking"),
         one("Medicines delivered, town", "Prescriptions brought to people who cannot "
             "come.", "", "weekdays 10-16 phone", "416",
             "Shopping, cleaning and gardening", "Free with an exemption",
             area="Wexcombe town")),
    body("Sallow House Hospice", "Care at the end of life, and for those left.", "T",
         "420", "care@sallowhouse.example",
         one("Hospice at home", "Nurses at night, so that everybody gets some sleep.",
             "", "daily 20-23:59 home", "420", "Care at home",
             area="Wexcombe district and Hartmoor", critical=True,
             joining="Your GP, a nurse or you yourself can ring."),
         one("Living well day", "Massage, painting, lunch and a doctor down the "
             "corridor.", "hospice", "TH 10:30-15", "421",
             "Day centres; Living with a condition"),
         one("Sallow House bereavement group", "Six evenings, then a supper every "
             "month for as long as you like.", "hospice", "WE 18:30-20", "422",
             "Bereavement", "Free", "18-"),
         one("Little Sallows", "Saturday mornings for children when a parent, brother "
             "or sister has died.", "hospice", "2SA 10-12:30", "422",
             "Bereavement; Advice for young people", "Free", "5-16")),
    body("Wexcombe Voice for Health", "Independent: it listens to patients and tells "
         "those who can change things.", "T", "425", "tellus@voiceforhealth.example",
         one("Tell us about your care", "Say what went well or badly. We pass it on "
             "without your name.", "", "weekdays 9:30-16:30 phone", "425",
             "Advice and advocacy", area="Wexcombe district"),
         one("Health information desk", "Which dentist takes patients, how to "
             "complain, how to change your surgery.", "library", "TH 10-13", "425",
             "Advice and advocacy")),
    body("River Recovery", "Help with alcohol and drugs, free and without judgement.",
         "T", "f140", "hello@riverrecovery.example",
         one("River Recovery open door", "Walk in, sit down, tell somebody.",
             "army", "weekdays 9:30-17", "f140", "Alcohol, drugs and smoking"),
         one("Needle exchange", "Clean equipment and no questions beyond those that "
             "keep you alive.", "army", "weekdays 9:30-17; SA 10-13", "f140",
             "Alcohol, drugs and smoking"),
         one("Family evening at River Recovery", "For those who love somebody who "
             "drinks or uses.", "quaker", "TH 18-19:30", "f140",
             "Peer support; Carers’ groups"),
         one("Sober Saturdays", "Breakfast, a walk and a matinee.", "army",
             "SA 9-13", "f140", "Peer support")),
    body("Mind Your Step Wexcombe", "Local people and mental health.", "M", "430",
         "hello@mindyourstep.example",
         one("Wexcombe crisis café", "Lamps, sofas and trained listeners when the "
             "evening is too long.", "quaker", "TH,FR,SA,SU 18-23", "430",
             "Help in a crisis", critical=True),
         one("Counselling by donation", "Up to twelve sessions with a counsellor in "
             "their last year of training.", "va", "weekdays 10-20", "431",
             "Talking and counselling", "Pay what you can", "18-"),
         one("Men’s talk at the Malthouse", "Pie, peas, and how are you really.",
             "arts", "MO 19-21", "432", "Peer support", "A pie: £3", "18-"),
         one("Voices group", "For people who hear them.", "quaker", "2TH 14-15:30",
             "431", "Peer support"),
         one("Sewing for calm", "Hands busy, head quiet.", "va", "FR 13-15", "431",
             "Peer support; Clubs and groups")),
    body("Diabetes Together Wexcombe", "People with diabetes, types one and two.", "P",
         "433", "",
         one("Diabetes supper club", "A dietitian cooks what the leaflet only lists.",
             "methodist", "3WE 18-20", "433", "Living with a condition",
             "Supper: £3"),
         one("Type 1 teenagers", "Pizza, pumps and other people who count.", "river",
             "1SA 14-16", "433", "Living with a condition", "Free", "12-18")),
    body("Breathe Easy Singers", "A choir for people with bad lungs.", "P", "m221", "",
         one("Singing for breathing", "Scientists say that it helps; we say that it is "
             "fun.", "methodist", "TU 11-12", "m221",
             "Living with a condition; Clubs and groups", "A session: £2")),
    body("Wexcombe Stroke Club", "Survivors and their families.", "P", "435", "",
         one("Stroke club", "Speech practice by quiz, a hot lunch, and a trip in "
             "June.", "abbey", "TU 10:30-14", "435", "Living with a condition",
             "Lunch: £4")),
    body("Parkinson’s in Step", "Movement against the shakes.", "P", "m222", "",
         one("Dance for Parkinson’s", "With a ballet teacher and a pianist.", "arts",
             "MO 11-12:15", "m222", "Living with a condition; Gentle exercise and "
             "dance", "A class: £4")),
    body("Wexcombe Cancer Kitchen", "They cook with and for people in treatment.",
         "M", "436", "kitchen@cancerkitchen.example",
         one("Cancer Kitchen table", "Food that you can taste again, eaten with others "
             "who know why.", "methodist", "TH 12-14", "436",
             "Living with a condition; Shared meals"),
         one("Lifts to oncology", "Volunteers drive you to the regional centre and "
             "wait.", "", "weekdays 7-18 phone", "436", "Lifts to appointments",
             "A mile: £0.35", area="Wexcombe district")),
    body("Corn Street Physiotherapy", "A clinic run by its physiotherapists.",
         "M", "437", "desk@rcsphysio.example",
         one("Back class", "Six weeks, ten people, one skeleton.", "leisure",
             "MO 18-19", "437", "Gentle exercise and dance", "The course: £30")),
    body("Bright Smiles Dental Access", "Dentists for people who have none.", "M",
         "438", "bookings@brightsmiles.example",
         one("Dental access bus", "Pain and broken teeth, seen on the day by number.",
             "army", "1TU 9-15", "438", "Clinics and health checks")),
    body("Wexcombe Hearing Friends", "Hard of hearing people and lip-readers.", "P",
         "", "",
         one("Lip-reading class", "Slow, sociable and surprisingly useful in pubs.",
             "library", "TH 14-16", "m223", "Sight and hearing", "A term: £40")),
    body("Wexcombe Deaf Club", "A club where hands do the talking.", "M", "",
         "secretary@wexcombedeaf.example",
         one("Deaf club night", "Bar, darts and BSL. Learners are welcome if they "
             "try.", "southgate", "WE 19-22", "", "Sight and hearing",
             email="secretary@wexcombedeaf.example")),
)

CARE = (
    body("Helping Hands Home Care", "Care workers who live where you do.", "M", "440",
         "office@helpinghands-wex.example",
         one("Home care from Helping Hands", "Washing, dressing, meals and medicines, "
             "from half an hour.", "", "daily 7-22 phone", "440", "Care at home",
             "An hour: £26", area="Wexcombe district"),
         one("Live-in respite", "A carer moves in for a week while you go away.", "",
             "weekdays 9-17 phone", "440", "Breaks and help for carers",
             "A week: £1150", area="Wexcombe district")),
    body("Orchard Extra Care", "Flats with a restaurant and somebody on call.", "T",
         "441", "manager@orchardextracare.example",
         one("Orchard Extra Care flats", "Rent or part-buy, with care in the building "
             "at any hour.", "homes", "weekdays 9-17", "441", "Supported housing",
             "Depends on your income", "55-"),
         one("Orchard restaurant, open to all", "Two courses at noon and a table for "
             "newcomers.", "homes", "daily 12-14", "441", "Shared meals",
             "Two courses: £7.50")),
    body("Wexcombe Lifeline", "Pendants and sensors with people behind them.", "T",
         "442", "lifeline@wexcombe-council.example",
         one("Lifeline pendant alarm", "Press it, and somebody answers and sends help.",
             "", "daily 0-23:59 phone", "442", "Aids, alarms and adaptations",
             "A week: £4.90", area="Wexcombe district", critical=True),
         one("Key safe fitting", "So that help can come in without breaking the door.",
             "", "weekdays 9-16 home", "442", "Aids, alarms and adaptations",
             "Fitted: £65", area="Wexcombe district")),
    body("Wheel Loan Wexcombe", "A cupboard full of wheelchairs.", "P", "443", "",
         one("Wheelchair loan", "For a day out, a broken leg or a visiting aunt, up to "
             "eight weeks.", "va", "MO,WE,FR 10-13", "443",
             "Aids, alarms and adaptations", "A week: £6")),
    body("Meals with a Smile", "Hot lunches on two electric vans.", "M", "444",
         "kitchen@mealswithasmile.example",
         one("Hot lunch to your door", "Every day of the year, and a word with whoever "
             "brings it.", "", "daily 11:30-13:30 home", "444", "Meals to your door",
             "Two courses: £6.80", area="Wexcombe, Southgate and Northfield"),
         one("Frozen week", "Seven dinners for your freezer, soft and cultural diets "
             "too.", "", "MO 9-12 home", "444", "Meals to your door",
             "Seven dinners: £33", area="Wexcombe district")),
    body("Home from Hospital Wexcombe", "Volunteers for the first six weeks.", "M",
         "445", "hello@homefromhospital.example",
         one("Home from hospital", "Milk in the fridge, a lamp left on, and somebody "
             "who comes back tomorrow.", "", "daily 8-18 home", "445",
             "After a hospital stay", area="Wexcombe district")),
    body("Greenfingers Gardening", "Gardeners with a police check.", "P", "m224", "",
         one("Gardens kept up", "A mow, a hedge, a path cleared, for people who used "
             "to do it themselves.", "", "weekdays 8-16 phone", "m224",
             "Shopping, cleaning and gardening", "An hour: £15",
             area="Wexcombe town")),
    body("Silver Line Minibus", "Buses with a lift at the back.", "T", "446",
         "booking@silverlinebus.example",
         one("Silver Line dial-a-ride", "Door to door for people who cannot use the "
             "bus. Ring the day before.", "", "weekdays 8-16:30 phone", "446",
             "Community transport", "A single: £3.20", area="Wexcombe district"),
         one("Group minibus hire", "With a driver, or train one of your own.", "",
             "weekdays 9-16 phone", "446", "Community transport", "A mile: £1.10",
             area="Wexcombe district"),
         one("Shopmobility", "Scooters from the back of the Town Hall.", "townhall",
             "weekdays 9:30-16", "446", "Community transport", "A day: £3")),
)

HEALTH = (*NHS, *CARE)
