"""What reaches Wexcombe from outside it: national and online help, signposts, and
entries of a kind that only a lived-in directory has. Nobody and nothing in it exists.
"""

# The content reads better in our own lines than in the formatter's.
# fmt: off

from config.demo.rows import body, one

NATIONAL = (
    body("The Lantern Line", "A national listening charity.", "T", "f150",
         "hello@lanternline.example",
         one("Lantern Line", "Night and day, from anywhere in the country, about "
             "anything.", "", "daily 0-23:59 phone", "f150", "Help in a crisis",
             "Free to call", area="United Kingdom"),
         one("Lantern text", "When you cannot speak, or must not be heard.", "",
             "daily 0-23:59 phone", "f151", "Help in a crisis", "Free", "",
             area="United Kingdom"), website="https://lanternline.example/"),
    body("Sums and Sense", "A national debt charity.", "T", "f152",
         "advisers@sumsandsense.example",
         one("Sums and Sense debt plan", "A plan in half an hour online, an adviser by "
             "phone if you get stuck.", "online", "daily 0-23:59 online", "f152",
             "Debt advice", "Free", "18-", area="England and Wales",
             url="https://sumsandsense.example/start")),
    body("Bright Harbour Online", "Online counselling for the young.", "T", "f153",
         "team@brightharbour.example",
         one("Bright Harbour chat", "Typed, private, with a real counsellor until ten "
             "at night.", "online", "weekdays 12-22 online; SA,SU 18-22 online",
             "f153", "Advice for young people; Talking and counselling", "Free",
             "11-18", area="England", url="https://brightharbour.example/chat")),
    body("Quitwise", "An app with people behind it.", "T", "f154",
         "coach@quitwise.example",
         one("Quitwise stop smoking app", "A coach in your pocket for a year, paid by "
             "public health.", "online", "daily 0-23:59 online", "f154",
             "Alcohol, drugs and smoking", "Free", "18-", area="Wexcombe district",
             url="https://quitwise.example/wexcombe")),
    body("Hidden Disabilities Exchange", "An online forum and a helpline.", "M",
         "f155", "forum@hdexchange.example",
         one("Invisible illness forum", "Moderated boards; the good ones are at three "
             "in the morning.", "online", "daily 0-23:59 online", "f155",
             "Peer support; Living with a condition", "Free", "18-",
             area="United Kingdom", url="https://hdexchange.example/forum")),
    body("Small Hours", "Parents of babies who do not sleep.", "M", "f156",
         "hello@smallhours.example",
         one("Small Hours video room", "Open from midnight to five. Pyjamas are "
             "expected.", "online", "daily 0-5 online", "f156",
             "Parenting and family support; Peer support", "Free", "",
             area="United Kingdom", url="https://smallhours.example/room")),
    body("Homeward Legal Online", "Barristers who give an hour.", "T", "f157",
         "clerks@homewardlegal.example",
         one("Homeward eviction check", "Answer nine questions, get a letter to send.",
             "online", "daily 0-23:59 online", "f157", "Housing advice; Law and "
             "rights", "Free", "", area="England",
             url="https://homewardlegal.example/check")),
    body("Screen Free Deaf Advice", "Advice in sign language by video.", "T", "f158",
         "bsl@deafadvice.example",
         one("Advice in BSL by video", "Benefits, work and health, signed by deaf "
             "advisers.", "online", "weekdays 9-17 online", "f158",
             "Sight and hearing; Benefits advice", "Free", "",
             area="England and Wales", url="https://deafadvice.example/bsl")),
)

BORDER = (
    body("Moor and Weir Rural Transport", "One bus company for two districts.", "T",
         "585", "depot@moorandweir.example",
         one("The Moorlander", "A bookable bus between Wexcombe, the villages and "
             "Hartmoor.", "", "weekdays 7-19 phone", "585", "Community transport",
             "A single: £3", area="Wexcombe district and Hartmoor"),
         one("Hospital hopper", "From both towns to the regional hospital, four times "
             "a day.", "", "daily 7-21 phone", "585", "Community transport; Lifts to "
             "appointments", "A return: £6", area="Wexcombe district and Hartmoor")),
    body("Two Valleys Carers’ Breaks", "It works on both sides of the moor.", "M",
         "586", "office@twovalleys.example",
         one("Weekend breaks", "A cottage by the leat, with care included, for people "
             "who look after somebody.", "", "weekdays 9-16 phone", "586",
             "Breaks and help for carers", "A weekend: £40",
             area="Wexcombe district and Hartmoor")),
    body("Border Mediation", "Families and neighbours, before it goes to court.", "T",
         "587", "clerk@bordermediation.example",
         one("Family mediation", "Children, money and houses, talked through with "
             "somebody neutral.", "va", "MO,TH 9-18", "587", "Law and rights; "
             "Parenting and family support", "Depends on your income",
             area="Wexcombe district and Hartmoor"),
         one("Neighbour mediation", "Hedges, parking, noise.", "", "weekdays 10-16 "
             "phone", "587", "Law and rights",
             area="Wexcombe district and Hartmoor")),
)

SIGNPOSTS = (
    body("Signposts kept for Wexcombe", "Numbers that people ask for and that nobody "
         "here runs.", "T", "590", "services@wexcombe-council.example",
         one("Where to find a dentist", "The national number finds dentists that take "
             "patients.", "", "", "f160", "Clinics and health checks", "",
             area="England", url="https://find-a-dentist.example/"),
         one("Where to report a missed bin", "The council’s own form is the quickest "
             "way.", "", "", "453", "Advice and advocacy", "",
             area="Wexcombe district", url="https://wexcombe-council.example/bins"),
         one("Where to report a power cut", "The network company answers day and "
             "night, and keeps a list of people who need power for their health.", "",
             "", "f161", "Energy and water bills", "", area="Wexcombe district",
             url="https://power-network.example/"),
         one("Where to find a blood donor session", "Sessions in the Town Hall four "
             "times a year.", "", "", "f162", "Volunteering", "", area="England",
             url="https://give-blood.example/"),
         website="https://wexcombe-council.example/"),
    # Organisations that somebody listed as if they were services.
    body("Wexcombe Round Table of Trades", "A charitable group of local businesses.",
         "P", "591", "",
         one("Wexcombe Round Table of Trades", "A charitable group of local "
             "businesses.", "", "", "591", "Volunteering", "", area="Wexcombe",
             url="https://wrtt.example/")),
    body("The Wexcombe Society", "The civic society of the town, founded for its "
         "bridges.", "P", "592", "",
         one("The Wexcombe Society", "The civic society of the town, founded for its "
             "bridges.", "", "", "592", "Clubs and groups", "", area="Wexcombe")),
    body("Sallow Valley Wildlife Group", "A wildlife group with working parties.", "P",
         "593", "",
         one("Sallow Valley Wildlife Group", "A wildlife group with working parties.",
             "", "", "593", "Volunteering", "", area="The Sallows")),
    body("Weir Model Railway Club", "A club with a layout forty feet long.", "P",
         "594", "",
         one("Weir Model Railway Club", "A club with a layout forty feet long.", "",
             "", "594", "Clubs and groups", "", area="Wexcombe")),
)

AFAR = (*NATIONAL, *BORDER, *SIGNPOSTS)
