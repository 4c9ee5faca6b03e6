"""What goes on in the villages south of Wexcombe. Nobody and nothing in it exists."""

# The content reads better in our own lines than in the formatter's.
# fmt: off

from config.demo.rows import body, one

SALLOWS = (
    body("Sallowford Parish Council", "The council of Sallowford and Upper Sallow.",
         "T", "661", "clerk@sallowford-pc.example",
         one("Sallow volunteer drivers", "To surgery, hospital and hairdresser. Two "
             "days’ notice, please.", "", "weekdays 9-13 phone", "661",
             "Lifts to appointments", "A mile: £0.45",
             area="Sallowford and Upper Sallow"),
         one("Sallowford winter grit", "Salt spread to your door by the lads from the "
             "football club.", "", "daily 8-18 phone", "661", "Safety at home",
             area="Sallowford")),
    body("Sallowford Memorial Hall", "Built for those who came back, used by all.",
         "M", "662", "hall@sallowford.example",
         one("Sallowford Wednesday lunch", "Roast in winter, salad in summer, pudding "
             "always.", "sallowford", "WE 12-14", "662", "Shared meals",
             "Lunch: £6.50", "60-"),
         one("Sallowford line dancing", "Boots not needed. Beginners at half past "
             "six.", "sallowford", "MO 18:30-20:30", "662",
             "Gentle exercise and dance", "A class: £4"),
         one("Sallowford repair evening", "Toasters, zips, chairs and bicycles, mended "
             "in front of you.", "sallowford", "-1TH 18-20", "662",
             "Volunteering", "Free; parts at cost")),
    body("Sallowford Flower Club", "Flowers, and what goes with them.", "P", "663", "",
         one("Flowers for the ward", "We make thirty small posies a month for the "
             "hospital. Come and tie some.", "sallowford", "2MO 14-16", "663",
             "Volunteering")),
    body("Sallow Saplings", "A forest school in a borrowed wood.", "M", "664",
         "hello@sallowsaplings.example",
         one("Sallow forest school", "Mud kitchen, whittling and a fire, in any "
             "weather.", "sallowschool", "SA 10-12:30", "664",
             "Childcare and holiday clubs", "A morning: £8", "3-9"),
         one("Saplings holiday camp", "Long days outdoors in the school holidays, with "
             "funded places for free school meals.", "sallowschool",
             "weekdays 8:30-16", "664", "Childcare and holiday clubs", "A day: £28",
             "5-11")),
    body("Upper Sallow Hall Committee", "They meet in coats until it warms up.", "P",
         "665", "",
         one("Upper Sallow whist", "Old rules, small prizes, big teapot.", "upper",
             "FR 19-21:30", "665", "Clubs and groups", "An evening: £2"),
         one("Upper Sallow mobile post office", "Pensions, parcels and bills in the "
             "hall, twice a week.", "upper", "TU,TH 13:30-15:30", "665",
             "Benefits advice", "Free",
             more={"alternate_name": "Outreach post office"})),
    body("Upper Sallow Singers", "Folk, hymns and one rude song.", "P", "m211", "",
         one("Upper Sallow community choir", "No auditions. We sing at the fête and at "
             "funerals.", "upper", "TU 19:30-21", "m211", "Clubs and groups",
             "A term: £20")),
)

WICKERING = (
    body("Wickering Parish Council", "Council, pond keeper and keeper of the stocks.",
         "T", "671", "clerk@wickering-pc.example",
         one("Wickering speedwatch and doorstep help", "Trained volunteers who also "
             "look at locks and put up key safes.", "", "MO,WE 10-12 phone", "671",
             "Safety at home", area="Wickering")),
    body("Wickering Pavilion Club", "Cricket in summer, everything else in winter.",
         "M", "672", "pavilion@wickering.example",
         one("Wickering walking football", "For knees that have seen some winters.",
             "wickering", "TH 10-11:30", "672", "Sport and swimming", "A game: £3",
             "50-"),
         one("Wickering youth night", "Pool, toast and music, with two youth workers.",
             "wickering", "FR 18:30-20:30", "672", "Youth clubs", "An evening: £1",
             "11-16"),
         one("Wickering wives and others", "A talk a month. Husbands may come and do "
             "the washing-up.", "wickering", "1TU 19:30-21:30", "672",
             "Clubs and groups", "An evening: £2")),
    body("Wickering Chapel", "Chapel people with an open kitchen.", "M", "673",
         "minister@wickeringchapel.example",
         one("Wickering breakfast", "Bacon, beans, eggs and no sermon.", "wickchapel",
             "SA 8-10", "673", "Shared meals", "Pay what you can"),
         one("Wickering debt friends", "Somebody to open the envelopes with before you "
             "see an adviser.", "wickchapel", "2WE 14-16", "673", "Debt advice",
             joining="Just turn up, or ring for a quiet time.")),
    body("Wickering Community Garden", "The old glebe, dug again.", "P", "m212", "",
         one("Wickering glebe gardeners", "Raised beds, so that wheelchairs and bad "
             "backs can garden too.", "", "TU,SA 10-12 phone", "m212",
             "Cooking and growing; Peer support", area="Wickering")),
    body("Tiny Wicks", "Parents and grandparents with a cupboard of toys.", "P",
         "m213", "",
         one("Tiny Wicks toddler group", "Come in wellies; we go to see the ducks.",
             "wickering", "WE 9:30-11", "m213", "Baby and toddler groups",
             "A family: £1", "0-4")),
)

MARLCROSS = (
    body("Marlcross Parish Council", "Seven councillors and the oldest cross in the "
         "county.", "T", "681", "parish@marlcross.example",
         one("Marlcross dial-a-ride", "A booked bus for a village that lost its own.",
             "", "TU,TH 9-14 phone", "681", "Community transport", "A single: £2.50",
             area="Marlcross, Wickering and Pennyford")),
    body("Marlcross Hall Management", "The hall is forty and so is its cooker.", "P",
         "682", "",
         one("Marlcross monthly market", "Cheese, eggs, knitwear and a tea table for "
             "sitting at.", "marlcross", "1SA 10-13", "682",
             "Coffee mornings and drop-ins"),
         one("Marlcross chair yoga", "Stretch sitting down, breathe lying down if you "
             "can get up again.", "marlcross", "TH 11-12", "682",
             "Gentle exercise and dance", "A class: £4.50")),
    body("Marlcross Women’s Circle", "Talks, jam, campaigns.", "P", "683", "",
         one("Marlcross women’s evening", "A speaker, a competition for the best "
             "button, and supper.", "marlcross", "2WE 19:30-21:30", "683",
             "Clubs and groups", "A year: £40", "18-")),
    body("Cross Keys Computer Friends", "Two retired engineers with patience.", "M",
         "m214", "friends@crosskeys.example",
         one("Marlcross tablet tea", "Bring the thing your grandchildren gave you; "
             "leave knowing how to ring them with it.", "marlcross", "MO 14-16",
             "m214", "Getting online"), keeper="villages"),
    body("Marlcross Playing Field Trust", "Swings, goals and a kick wall.", "M", "684",
         "trust@marlcrossfield.example",
         one("Marlcross girls’ football", "A friendly team that trains under lights.",
             "marlcross", "TU 17:30-18:45", "684", "Sport and swimming",
             "A season: £30", "8-13")),
)

PENNYFORD = (
    body("Pennyford Parish Council", "Council of the ford and the new estate.", "T",
         "691", "clerk@pennyford-pc.example",
         one("Pennyford welcome visits", "A neighbour with a map, a cake and the bin "
             "days, for everybody who moves in.", "", "weekdays 10-16 home", "691",
             "Befriending", area="Pennyford")),
    body("Pennyford Community Shop", "Owned by three hundred villagers.", "T", "692",
         "shop@pennyfordshop.example",
         one("Pennyford shop deliveries", "Groceries and prescriptions brought by "
             "bicycle before tea.", "", "MO,WE,FR 14-17 phone", "692",
             "Shopping, cleaning and gardening", "Free above ten pounds",
             area="Pennyford"),
         one("Pennyford shop café table", "One table with a sign: sit here if you "
             "would like to talk.", "pennyshop", "daily 9-16", "692",
             "Coffee mornings and drop-ins", "Coffee: £1.80"),
         one("Pennyford pay-it-forward shelf", "Bread, milk and nappies already paid "
             "for by somebody else. Just take them to the till.", "pennyshop",
             "daily 8-18", "692", "Pantries and community fridges")),
    body("Pennyford Jubilee Hall", "A hall with a stage and a big kitchen.", "M",
         "693", "jubilee@pennyford.example",
         one("Pennyford supper club", "The oldest cooks teach the youngest. Everybody "
             "eats.", "pennyford", "-1SA 18-20:30", "693", "Shared meals",
             "A plate: £5; Children: £2"),
         one("Pennyford strength and balance", "Twelve weeks that make falls less "
             "likely. Ask your surgery, or just ring.", "pennyford", "TU 14-15", "693",
             "Gentle exercise and dance", "A class: £3", "65-"),
         one("Pennyford youth theatre", "Improvise, build, paint, show off.",
             "pennyford", "MO 17-18:30", "693", "Youth clubs", "A term: £45", "8-16")),
    body("Pennyford Twins and More", "Parents of two at once.", "P", "m215", "",
         one("Twins and triplets morning", "Double buggies fit through the door. Hands "
             "to hold the other one.", "pennyford", "2TH 10-11:30", "m215",
             "Baby and toddler groups", "A family: £2", "0-4")),
    body("Ford Lane Anglers", "Coarse fishing, fine company.", "P", "694", "",
         one("Fishing for veterans", "Rods, a bank and somebody who served too.", "",
             "SU 8-12 phone", "694", "Peer support", area="Wexcombe district")),
)

HOLLIN = (
    body("Hollin Abbas Parish Council", "It keeps the green and the tithe barn.", "T",
         "701", "clerk@hollinabbas.example",
         one("Hollin Abbas emergency grant", "A hundred pounds within a day for heat, "
             "food or a broken washing machine.", "", "weekdays 9-17 phone", "701",
             "Grants and emergency money", area="Hollin Abbas")),
    body("Friends of the Tithe Barn", "They thatch, sweep and hold suppers.", "M",
         "702", "friends@tithebarn.example",
         one("Barn breakfast for farmers", "Six till eight, before anything else has "
             "to be done.", "hollin", "1WE 6-8", "702", "Shared meals",
             "A plate: £4"),
         one("Barn crafts", "Willow, felt and spoons; tools lent.", "hollin",
             "SA 14-16:30", "702", "Clubs and groups", "A session: £6", "12-"),
         one("Hollin harvest concerts", "Free seats for anybody who looks after "
             "somebody.", "hollin", "3SA 19-21", "702", "Breaks and help for carers",
             "Pay what you can", history="declined", ago=11)),
    body("Hollin Abbas Nursery", "A nursery in the old school house.", "M", "703",
         "office@hollinnursery.example",
         one("Hollin Abbas day nursery", "From nine months to school, meals cooked on "
             "the spot, funded hours.", "hollin", "weekdays 7:45-18", "703",
             "Childcare and holiday clubs", "An hour: £6.20", "0-4")),
    body("Abbas Archers", "Arrows on the abbey field.", "P", "m216", "",
         one("Archery for blind people", "With a foot guide, a tactile sight and a "
             "spotter.", "", "SU 14-16 phone", "m216",
             "Sight and hearing; Sport and swimming", "A session: £3",
             area="Wexcombe district and Hartmoor")),
)

DUNMERE = (
    body("Dunmere Parish Council", "The council of the lake villages.", "T", "711",
         "clerk@dunmere-pc.example",
         one("Dunmere lakeside wardens", "They know the ice, the algae and who lives "
             "alone.", "", "daily 8-20 phone", "711", "Safety at home",
             area="Dunmere")),
    body("Dunmere Village Hall", "A hall with a view.", "M", "712",
         "bookings@dunmerehall.example",
         one("Dunmere Monday meet", "Papers, jigsaws, a nurse on the first Monday, and "
             "the bus home at three.", "dunmere", "MO 10:30-14:30", "712",
             "Coffee mornings and drop-ins", "Soup and roll: £2.50"),
         one("Dunmere baby swim talk", "How to keep small children safe near deep "
             "water.", "dunmere", "1TH 10-11", "712",
             "Parenting and family support", "Free", "0-5")),
    body("Dunmere Sailing for All", "Boats with hoists, and people to lift.", "M",
         "713", "crew@dunmeresailing.example",
         one("Sailing for All", "Stable boats for people who use wheelchairs, from "
             "April to October.", "dunmere", "SA 10-15", "713",
             "Learning disability and autism; Sport and swimming", "A sail: £5", "8-"),
         one("Young crew", "Learn ropes, knots and when to shout.", "dunmere",
             "SU 10-13", "713", "Youth clubs", "A session: £4", "10-17")),
    body("Dunmere Bird Watchers", "Binoculars are lent.", "P", "m217", "",
         one("Slow birding", "One hide, one hour, hot chocolate. Made for people whose "
             "legs or nerves need quiet.", "dunmere", "WE 10-11", "m217",
             "Walks and cycling; Peer support")),
    body("Lakeside Dementia Friends", "Neighbours who stayed in touch.", "P", "714",
         "",
         one("Dunmere singing for the brain", "Songs everybody knows, whatever else "
             "has gone.", "dunmere", "TH 14-15:30", "714", "Memory and dementia")),
)

SOUTH = (*SALLOWS, *WICKERING, *MARLCROSS, *PENNYFORD, *HOLLIN, *DUNMERE)
