"""What goes on in the villages north of Wexcombe. Nobody and nothing in it exists."""

# The content reads better in our own lines than in the formatter's.
# fmt: off

from config.demo.rows import body, one

NORTONS = (
    body("Norton Parish Council", "The council of Norton Parva and Norton Magna.", "T",
         "601", "clerk@norton-pc.example",
         one("Norton winter warm room", "Soup, papers and a log fire, two days a week "
             "from November to March.", "norton", "TU,FR 10-15", "601",
             "Coffee mornings and drop-ins"),
         one("Norton community minibus", "Market day in Wexcombe and the big "
             "supermarket, from your gate and back.", "", "WE 9:30-12:30 phone", "602",
             "Community transport", "A return seat: £4", area="The Nortons"),
         keeper="villages"),
    body("Norton Parva Village Hall Committee", "They keep the hall and most of what "
         "is in it.", "M", "603", "bookings@nortonhall.example",
         one("Norton Parva lunch club", "Two courses cooked in the hall kitchen, then "
             "dominoes for those who stay.", "norton", "2TH 12-14:30", "603",
             "Shared meals", "Lunch: £6", "60-", 86),
         one("Norton table tennis", "Four tables and spare bats; all ages play "
             "together.", "norton", "MO 18:30-20:30", "603", "Sport and swimming",
             "An evening: £2", ago=83), keeper="villages"),
    body("Norton Magna Reading Room Trust", "A Victorian reading room, still read in.",
         "P", "604", "",
         one("Reading Room book swap", "Leave one, take one, and stay for a coffee "
             "from the urn.", "magna", "SA 10-12", "604", "Libraries and learning"),
         one("Norton Magna art table", "Watercolours mostly; somebody always has paper "
             "to spare.", "magna", "TH 14-16", "604", "Clubs and groups",
             "A session: £3")),
    body("St Wulfrun’s, Norton", "A small church with bats and a good choir.", "M",
         "605", "office@stwulfruns.example",
         one("Norton bereavement walk", "A slow mile with others who have lost "
             "somebody, ending with cake.", "nortonchurch", "3SU 14-15:30", "605",
             "Bereavement; Walks and cycling"),
         one("Open church, Norton Parva", "Warm, quiet and open to anybody who wants "
             "to sit. A kettle stands in the vestry.", "nortonchurch", "WE 10-16",
             "605", "Coffee mornings and drop-ins")),
    body("Norton Under Fives", "Parents who take turns with the kettle.", "P", "m201",
         "",
         one("Norton bumps and bundles", "From the last weeks of pregnancy until they "
             "crawl away from you.", "norton", "TH 10-11:30", "m201",
             "Baby and toddler groups", "A family: £1.50", "0-2"),
         one("Norton tots", "Ride-ons, paint and a song at the end.", "norton",
             "MO 9:30-11:30", "m201", "Baby and toddler groups", "A family: £2",
             "0-5")),
    body("Nortons Cricket Club", "Two teams, one roller.", "P", "606", "",
         one("Colts evening", "Cricket for girls and boys, kit lent.", "norton",
             "FR 17:30-19", "606", "Sport and swimming", "A season: £25", "7-15")),
)

COMBE_HATCH = (
    body("Combe Hatch Parish Council", "Nine councillors and a defibrillator.", "T",
         "611", "clerk@combehatch-pc.example",
         one("Snow and flood wardens", "Neighbours with tractors who look in on people "
             "when the road is shut.", "", "daily 7-22 phone", "611", "Safety at home",
             area="Combe Hatch and the hill farms"),
         one("Combe Hatch allotments", "Fourteen plots and a shared tool shed. There "
             "is a short waiting list.", "", "weekdays 9-12 phone", "611",
             "Cooking and growing", "A plot for a year: £22", area="Combe Hatch")),
    body("Combe Hatch Hall Trust", "A hall with a sprung floor and a leaky clock.",
         "M", "612", "hello@hatchhall.example",
         one("Hatch seated exercise", "Chairs, bands and music from when you were "
             "young.", "hatch", "WE 10:30-11:30", "612", "Gentle exercise and dance",
             "A session: £3", "60-"),
         one("Hatch film club", "A film a month, subtitles always on.", "hatch",
             "-1FR 19:30-22", "612", "Clubs and groups", "A seat: £5"),
         one("Hatch hall coffee stop", "Walkers, mothers, farmers and dogs.", "hatch",
             "SA 10-12", "612", "Coffee mornings and drop-ins", "A pot of tea: £1")),
    body("The Drovers’ Table", "The pub’s landlord cooks for the village once a week.",
         "P", "613", "",
         one("Pensioners’ plate", "A proper dinner at half price in the back bar, with "
             "a lift home.", "hatchpub", "TH 12-14", "613", "Shared meals",
             "Dinner: £5", "65-")),
    body("Hatch Young Farmers", "You need not farm.", "P", "m202", "",
         one("Hatch Young Farmers’ Club", "Talks, rallies, tug of war and a big "
             "Christmas dance.", "hatch", "TU 19:30-22", "m202", "Youth clubs",
             "A year: £30", "14-28")),
    body("Combe Hatch Playgroup", "A preschool run by a committee of parents.", "M",
         "614", "play@hatchplaygroup.example",
         one("Combe Hatch preschool", "Mornings of mud, stories and snack for two to "
             "four-year-olds, with funded places.", "hatch", "MO,TU,WE,TH 9-12", "614",
             "Childcare and holiday clubs", "An hour: £5.80", "2-4")),
    body("Hill Farm Support", "Farming people who ring farming people.", "M", "f131",
         "help@hillfarmsupport.example",
         one("Farmers’ listening line", "Weather, bills, inspections, loneliness: "
             "somebody who has had the same picks up.", "", "daily 7-23 phone", "f131",
             "Help in a crisis; Talking and counselling", "Free to call",
             area="Wexcombe district and Hartmoor"),
         one("Mart day health check", "Blood pressure and a chat beside the sale ring, "
             "no appointment.", "hatch", "1MO 9-13", "615",
             "Clinics and health checks")),
)

THORNLOW = (
    body("Thornlow Parish Meeting", "Too small for a council, so everybody meets.",
         "M", "621", "",
         one("Thornlow oil club", "Heating oil ordered together, cheaper for all, with "
             "a kind word about paying in parts.", "", "1WE 18-19 phone", "621",
             "Energy and water bills", area="Thornlow")),
    body("Thornlow Parish Room Committee", "Three people and a mop.", "P", "622", "",
         one("Thornlow knit and stitch", "Socks for seafarers, blankets for the baby "
             "unit, gossip for everybody.", "thornlow", "TU 14-16", "622",
             "Clubs and groups", "50p for tea"),
         one("Thornlow soup Wednesday", "Whatever came out of the gardens, with bread. "
             "Pay what you can.", "thornlow", "WE 12-13:30", "622", "Shared meals",
             "Pay what you can")),
    body("Thornlow Bell Ringers", "Six bells, usually five ringers.", "P", "m203", "",
         one("Learn to ring", "You need no ear and no muscles, only patience.",
             "thornlow", "MO 19-20:30", "m203", "Clubs and groups", "Free", "10-")),
    body("Hill Road Riders", "Ponies for people who never had one.", "M", "623",
         "stables@hillroadriders.example",
         one("Riding for disabled people", "Quiet ponies, side walkers and a mounting "
             "ramp. A note from your doctor is needed.", "", "TU,SA 10-15 phone",
             "623", "Learning disability and autism", "A ride: £12", "4-",
             area="Wexcombe district")),
)

LARKSTOKE = (
    body("Larkstoke Parish Council", "It looks after the hut, the pump and the verges.",
         "T", "631", "parish@larkstoke.example",
         one("Larkstoke good turn scheme", "A lift, a lawn, a light bulb: ring before "
             "noon for the next day.", "", "weekdays 9-12 phone", "631",
             "Lifts to appointments; Shopping, cleaning and gardening", "Free; fuel "
             "money is welcome", area="Larkstoke and Combe Hatch")),
    body("Larkstoke Hut Users", "Everybody who has a key.", "P", "", "",
         one("Larkstoke country dancing", "A caller, a fiddle and a fire. Come without "
             "a partner.", "larkstoke", "2SA 19:30-22", "m204",
             "Gentle exercise and dance", "A dance: £4"),
         one("Larkstoke toddler hour", "Small hut, small chairs, small people.",
             "larkstoke", "FR 10-11", "m205", "Baby and toddler groups",
             "£1 for juice", "0-5")),
    body("Beech Avenue Beekeepers", "They lend veils.", "P", "632", "",
         one("Bees for beginners", "Six evenings and an apiary afternoon before you "
             "buy anything.", "larkstoke", "TH 19-21", "632",
             "Libraries and learning", "The course: £35", "12-")),
)

STARCOTT = (
    body("Starcott Parish Council", "The council of the village and the mill cottages.",
         "T", "641", "clerk@starcott.example",
         one("Starcott parish surgery", "Bring a pothole, a planning letter or a "
             "worry to a councillor.", "starcott", "1SA 10-11:30", "641",
             "Advice and advocacy")),
    body("Starcott Hall Association", "A hall built by the mill for its weavers.",
         "M", "642", "hall@starcott.example",
         one("Starcott Thursday kitchen", "We cook it together, then we eat it. Good "
             "for people newly on their own.", "starcott", "TH 10:30-13:30", "642",
             "Shared meals; Cooking and growing", "A session: £3.50"),
         one("Starcott badminton", "Social doubles, two courts, no league.", "starcott",
             "TU 19-21", "642", "Sport and swimming", "An evening: £4", "16-"),
         one("Starcott carpet bowls", "Gentle, funny, and fiercer than it looks.",
             "starcott", "MO 14-16", "642", "Gentle exercise and dance",
             "An afternoon: £2", "50-")),
    body("Mill End Mindful", "A retired nurse and a singing bowl.", "P", "m206", "",
         one("Quiet hour at Starcott", "Half an hour of breathing, half an hour of "
             "tea.", "starcott", "SU 17-18", "m206", "Peer support", "Free", "18-")),
    body("Starcott Scouts", "One troop for five villages.", "M", "643",
         "leaders@starcottscouts.example",
         one("Beavers and Cubs at Starcott", "Dens, knots, badges and a camp in June.",
             "starcott", "WE 17:30-19", "643", "Youth clubs", "A term: £35", "6-10"),
         one("Scout troop, Starcott", "Hikes, rafts and cooking on fires, for all "
             "young people.", "starcott", "WE 19:15-21", "643", "Youth clubs",
             "A term: £35", "10-14")),
)

ASHENBURY = (
    body("Ashenbury Parish Council", "The largest village council in the district.",
         "T", "651", "office@ashenbury-pc.example",
         one("Ashenbury recycling bus", "Batteries, lamps, paint and small electric "
             "things, once a month on the green.", "", "3SA 9-12 phone", "651",
             "Volunteering", area="Ashenbury"),
         one("Ashenbury parish grant", "Up to two hundred pounds when the boiler or "
             "the cooker gives up. A short form and a quick answer.", "",
             "weekdays 9-13 phone", "651", "Grants and emergency money",
             area="Ashenbury"), keeper="villages"),
    body("Ashenbury Village Hall Trust", "A new hall with solar panels and a lift.",
         "T", "652", "manager@ashenburyhall.example",
         one("Ashenbury day club", "Minibus, coffee, lunch, quiz and home by three.",
             "ashenbury", "WE 10-15", "652", "Day centres", "A day with lunch: £14",
             "65-"),
         one("Ashenbury tai chi", "Slow, standing or seated, with the doors open in "
             "summer.", "ashenbury", "MO 11-12", "652", "Gentle exercise and dance",
             "A class: £5"),
         one("Ashenbury after-school club", "Tea, homework, and the walk from school "
             "to the hall.", "ashenbury", "weekdays 15:15-18", "652",
             "Childcare and holiday clubs", "An afternoon: £11", "4-11")),
    body("Ashenbury Surgery", "Four doctors, two nurses and a walled garden.", "T",
         "653", "reception@ashenbury-surgery.example",
         one("Ashenbury gardening on prescription", "Two hours with a fork and good "
             "company in the surgery’s own garden.", "ashensurgery", "TH 10-12", "653",
             "Peer support; Cooking and growing",
             joining="Ask anybody at the surgery."),
         one("Ashenbury baby clinic", "Weighing, jabs and questions, with a health "
             "visitor in the room.", "ashensurgery", "TU 9:30-11:30", "653",
             "Clinics and health checks", "Free", "0-5")),
    body("Ashenbury Orchard Group", "They press, prune and sing to trees.", "P",
         "m207", "",
         one("Community orchard mornings", "Pruning in winter, picking in autumn, and "
             "juice for everybody who helped.", "", "2SU 10-12:30 phone", "m207",
             "Volunteering; Cooking and growing", area="Ashenbury")),
    body("Ashenbury Tennis", "Three courts and one bench.", "P", "654", "",
         one("Ashenbury family tennis", "Rackets to borrow, cones, and no whites.",
             "ashenbury", "SA 9-11", "654", "Sport and swimming", "A family: £5",
             "5-")),
    body("Ashenbury Church Rooms", "Next to the church, run with it.", "M", "655",
         "rooms@ashenburychurch.example",
         one("Ashenbury memory lane", "Songs, old things in a box, and a hand to hold. "
             "For people with dementia and whoever comes with them.", "ashenbury",
             "2FR 14-16", "655", "Memory and dementia"),
         one("Ashenbury food cupboard", "Tins, nappies and fresh bread in the porch. "
             "Nobody asks.", "ashenbury", "daily 8-20", "655",
             "Food banks and parcels")),
    body("Ashenbury Carers’ Tea", "Carers who found each other at the surgery.", "P",
         "", "",
         one("Carers’ tea at Ashenbury", "An hour for yourself. A volunteer sits with "
             "whoever you look after in the next room.", "ashenbury", "3TU 14-15:30",
             "m208", "Carers’ groups")),
)

NORTH = (*NORTONS, *COMBE_HATCH, *THORNLOW, *LARKSTOKE, *STARCOTT, *ASHENBURY)
