"""Wexcombe: an invented market town. Nobody and nothing in it exists."""

# The content reads better in our own lines than in the formatter's.
# fmt: off

from config.demo.shapes import Body, Place, Service, Town, monthly, weekly

PLACES = (
    Place("townhall", "Wexcombe Town Hall", "1 Market Place", "", "WX1 1AA",
          (51.2051, -2.1812), access=("Step-free entrance", "Hearing loop"),
          bus="Buses 2, 5 and 12 stop in Market Place."),
    Place("church", "St Aldhelm’s Church Hall", "Church Lane", "", "WX1 2BD",
          (51.2069, -2.1840), access=("Ramp at the side door", "Accessible toilet")),
    Place("library", "Market Street Library", "18 Market Street", "", "WX1 1FG",
          (51.2046, -2.1799), access=("Lift to the first floor", "Hearing loop")),
    Place("river", "Riverside Centre", "Mill Walk", "", "WX2 4QT",
          (51.2003, -2.1755), access=("All on one level",),
          bus="Bus 5, stop Riverside."),
    Place("norton", "Norton Parva Village Hall", "The Green", "Norton Parva", "WX4 8HR",
          (51.2340, -2.2205)),
    Place("clinic", "Wexcombe Health Centre", "Station Road", "", "WX1 3PL",
          (51.2080, -2.1760), access=("Step-free entrance",)),
    Place("shed", "The Old Engine Shed", "Goods Yard", "", "WX2 5SB",
          (51.2021, -2.1702)),
    Place("refuge", "Larkfield House", "7 Hollow Way", "", "WX3 6ND",
          (51.2149, -2.1911), kind="secret"),
    Place("acorns", "Little Acorns", "22 Bramble Close", "", "WX3 7TG",
          (51.2122, -2.1677), kind="home"),
    Place("online", "Online", kind="virtual"),
)

BODIES = (
    Body("Wexcombe Food Share", "Volunteers who share good food with anybody short of "
         "it.", level="monitored", phone="01632 960201",
         email="hello@foodshare.example", website="https://foodshare.example/",
         number=("GB-CHC", "Charity number", "9990001"), keeper="provider",
         services=(
        Service("Community fridge", "Fresh food that shops could not sell. Take what "
                "you need, no questions asked.", ("river",),
                (weekly("MO,TU,WE,TH,FR", "09:00", "17:00"),), "01632 960201",
                fees="Free", joining="Just turn up.", terms=("Food",), days_ago=34),
        Service("Pantry at St Aldhelm’s", "A weekly shop for a small fee, with fresh "
                "fruit, bread and things for the cupboard.", ("church",),
                (weekly("TH", "13:00", "15:30"),), "01632 960201",
                prices=(("A weekly shop", 4),), joining="Join at the door with proof "
                "of address.", terms=("Food",), days_ago=81),
        Service("Food parcels to your door", "Three days’ food brought to people who "
                "cannot get out.", (), (weekly("TU,FR", "10:00", "14:00",
                attending_type="home visit"),), "01632 960202", fees="Free",
                joining="Ask your GP, school or adviser to refer you.",
                area="Wexcombe and the villages around it", terms=("Food",),
                days_ago=12),
    )),
    Body("Wexcombe Citizens’ Desk", "Free, confidential advice on money, housing and "
         "rights.", level="trusted", phone="0808 157 0110",
         email="advice@citizensdesk.example", website="https://citizensdesk.example/",
         number=("GB-CHC", "Charity number", "9990002"), keeper="trusted", services=(
        Service("Debt advice", "Somebody to go through letters and bills with you and "
                "speak to those you owe money.", ("townhall",),
                (weekly("MO,WE", "10:00", "16:00"),), "0808 157 0110",
                "advice@citizensdesk.example", fees="Free",
                joining="Ring for an appointment.", terms=("Money and debt",),
                days_ago=8, critical=True),
        Service("Benefits drop-in", "Help with forms, decisions and appeals. Come with "
                "your letters.", ("library",), (weekly("TU", "09:30", "12:00"),),
                "0808 157 0110", fees="Free", joining="Just turn up; first come, first "
                "served.", terms=("Money and debt",), days_ago=40),
        Service("Housing rights line", "Advice by phone if you may lose your home.", (),
                (weekly("MO,TU,WE,TH,FR", "09:00", "18:00", attending_type="phone"),),
                "0808 157 0111", fees="Free to call",
                area="Wexcombe and the villages around it", terms=("Housing",),
                days_ago=66),
    )),
    Body("Wexcombe Council", "The district council.", level="trusted",
         phone="01632 960300", email="hello@wexcombe-council.example",
         website="https://wexcombe-council.example/", services=(
        Service("Books at home", "A volunteer brings library books, audio books and a "
                "chat once a fortnight.", (), (weekly("TH", "10:00", "16:00",
                interval=2, dtstart="2026-01-08", attending_type="home visit"),),
                "01632 960310", fees="Free", area="Wexcombe district",
                who="Anybody who cannot get to the library.",
                terms=("Libraries and learning", "Company"), days_ago=25),
        Service("Rhyme time", "Songs and rhymes for babies and toddlers with whoever "
                "looks after them.", ("library",), (weekly("WE", "10:30", "11:00"),),
                "01632 960310", fees="Free", ages=(0, 4), joining="Just turn up.",
                terms=("Families and children",), days_ago=15),
        Service("Digital help desk", "Patient help with phones, tablets, e-mail and "
                "forms. Bring your own or use ours.", ("library",),
                (weekly("SA", "10:00", "12:30"),), "01632 960310", fees="Free",
                ages=(16, None), terms=("Libraries and learning",), days_ago=97),
        Service("Home adaptations", "Grab rails, ramps and stair lifts to help people "
                "stay safely at home.", (), (weekly("MO,TU,WE,TH,FR", "09:00", "16:30",
                attending_type="phone"),), "01632 960320",
                fees="Depends on your income", joining="Ring for an assessment.",
                area="Wexcombe district", terms=("Living at home",), days_ago=30),
    )),
    Body("St Aldhelm’s Church", "A parish church with an open door.",
         email="office@staldhelms.example", website="https://staldhelms.example/",
         level="monitored", services=(
        Service("Tuesday coffee morning", "Tea, cake and company for anybody who would "
                "like some.", ("church",), (weekly("TU", "10:00", "12:00"),),
                "01632 960401", fees="£1 for tea and cake, or what you can",
                joining="Just turn up.", terms=("Company",), days_ago=50),
        Service("Bereavement café", "A quiet hour with others who have lost somebody.",
                ("church",), (monthly("1FR", "14:00", "15:30"),), "01632 960401",
                fees="Free", ages=(18, None), terms=("Mental wellbeing", "Company"),
                days_ago=104),
        Service("Little Lambs toddler group", "Toys, songs and a sit-down for parents "
                "and carers.", ("church",), (weekly("MO", "09:30", "11:00"),),
                "01632 960402", prices=(("A family", 2),), ages=(0, 5),
                terms=("Families and children",), days_ago=125),
    )),
    Body("Wexcombe Carers", "Run by carers for carers.", level="monitored",
         phone="01632 960500", email="info@wexcombecarers.example",
         website="https://wexcombecarers.example/",
         number=("GB-CHC", "Charity number", "9990003"), services=(
        Service("Carers’ group", "A monthly meeting for everybody who looks after a "
                "relative or friend.", ("townhall",),
                (monthly("2WE", "10:30", "12:30"),), "01632 960500", fees="Free",
                who="Anybody who looks after a relative or friend.",
                terms=("Carers", "Company"), days_ago=18),
        Service("Young carers’ club", "Games, food and a break for children who help "
                "look after somebody at home.", ("river",),
                (weekly("TH", "16:00", "18:00"),), "01632 960501", fees="Free",
                ages=(8, 17), terms=("Carers", "Young people"), days_ago=44),
    )),
    Body("Safe Harbour Wexcombe", "Help for people who are being hurt or controlled at "
         "home.", level="monitored", phone="0808 157 0220",
         email="help@safeharbour.example", services=(
        Service("Safe Harbour refuge", "A safe place to stay for women and their "
                "children. We never say where it is.", ("refuge",), (),
                "0808 157 0220", fees="Free; housing benefit helps with the rent",
                joining="Ring at any hour.", area="Anywhere in the county",
                terms=("Safety at home",), days_ago=10, critical=True),
        Service("Safe Harbour helpline", "Somebody to talk to at any hour, in "
                "confidence.", (), (weekly("MO,TU,WE,TH,FR,SA,SU", "00:00", "23:59",
                attending_type="phone"),), "0808 157 0220", fees="Free to call",
                area="Anywhere in the county", terms=("Safety at home",), days_ago=95,
                critical=True),
    )),
    Body("Wexcombe Men’s Shed", "Men of all ages who mend things side by side.",
         phone="07700 900111", services=(
        Service("Men’s Shed", "Tools, tea and something to mend. No skill needed.",
                ("shed",), (weekly("TU,TH", "09:30", "12:30"),), "07700 900111",
                prices=(("A session", 2),), ages=(18, None),
                terms=("Company", "Mental wellbeing"), days_ago=57),
    )),
    Body("Norton Knit and Natter", "Neighbours who knit.", services=(
        Service("Knit and Natter", "Bring your wool, or use ours. Beginners are "
                "welcome.", ("norton",), (weekly("WE", "14:00", "16:00"),),
                "07700 900122", fees="50p for tea", terms=("Company",), days_ago=126),
    )),
    Body("Wexcombe Walkers", "Volunteers who lead easy walks.",
         email="bill.stride@walkers.example", services=(
        Service("Health walks", "An easy hour’s walk at the pace of the slowest, then "
                "coffee.", ("river",), (weekly("SA", "10:00", "11:00"),),
                "07700 900133", "bill.stride@walkers.example", fees="Free",
                terms=("Keeping active",), days_ago=62),
    )),
    Body("Wexcombe Health", "Community health services for the district.",
         level="trusted", phone="01632 960600",
         website="https://wexcombe-health.example/", services=(
        Service("Talking therapies", "Support with worry, low mood and sleep, by phone "
                "or video.", ("online",), (weekly("MO,TU,WE,TH,FR", "08:00", "20:00",
                attending_type="online"),), "01632 960610",
                url="https://wexcombe-health.example/talk", fees="Free",
                ages=(16, None), joining="Refer yourself online or ring.",
                terms=("Mental wellbeing",), days_ago=5),
        Service("Falls clinic", "A check of balance, strength and medicines, and a "
                "plan to stay steady.", ("clinic",), (weekly("TU", "09:00", "13:00"),),
                "01632 960611", fees="Free", ages=(65, None),
                joining="Ask your GP to refer you.", terms=("Living at home",),
                days_ago=75),
    )),
    Body("Wexcombe Youth Trust", "Places where young people can be themselves.",
         level="monitored", phone="01632 960700", email="hello@wyt.example",
         website="https://wyt.example/", services=(
        Service("Friday youth club", "Music, sport, cooking and somebody to talk to.",
                ("river",), (weekly("FR", "18:30", "21:00"),), "01632 960700",
                fees="£1 an evening", ages=(11, 17), terms=("Young people",),
                days_ago=28),
        Service("Rainbow group", "For LGBTQ+ young people and their friends.",
                ("townhall",), (weekly("MO", "17:30", "19:00", interval=2,
                dtstart="2026-01-05"),), "01632 960701", fees="Free", ages=(13, 19),
                terms=("Young people",), history="new", days_ago=4),
    )),
    Body("Little Acorns Childminding", "Ofsted-registered childminding.",
         legal="sole trader", phone="07700 900144", services=(
        Service("Little Acorns", "Care for up to six children in a family home, with a "
                "garden and a cat.", ("acorns",),
                (weekly("MO,TU,WE,TH", "07:45", "18:00"),), "07700 900144",
                prices=(("An hour", 6.5),), ages=(0, 8), area="Wexcombe",
                terms=("Families and children",), days_ago=38),
    )),
    Body("Wexcombe SEND Family Network", "Parents of disabled children who help each "
         "other.", level="monitored", email="hello@sendnetwork.example",
         phone="01632 960800", services=(
        Service("SEND stay and play", "A calm session for under-fives with additional "
                "needs. Brothers and sisters welcome.", ("river",),
                (weekly("FR", "10:00", "11:30"),), "01632 960800", fees="Free",
                ages=(0, 5), terms=("Families and children", "Disability"),
                history="new", days_ago=9),
        Service("Parents’ evening chat", "Online, with a speaker each month on "
                "schools, benefits or sleep.", ("online",),
                (monthly("-1TH", "20:00", "21:00", attending_type="online"),),
                "01632 960800",
                url="https://sendnetwork.example/chat", fees="Free",
                terms=("Disability", "Carers"), history="returned", days_ago=6),
    )),
    Body("Wexcombe Sight Support", "For people who are losing their sight.",
         phone="01632 960900", email="office@sightsupport.example", services=(
        Service("Friendly calls", "A volunteer rings once a week for a chat.", (),
                (weekly("MO,TU,WE,TH,FR", "10:00", "16:00", attending_type="phone"),),
                "01632 960900", fees="Free", area="Wexcombe district",
                terms=("Company", "Disability"), history="closed", days_ago=48),
    )),
    Body("Wexcombe Good Neighbours", "Lifts and small jobs by people who live nearby.",
         phone="01632 960950", services=(
        Service("Lifts to the doctor", "A volunteer driver takes you to your "
                "appointment and waits.", (), (weekly("MO,TU,WE,TH,FR", "09:00",
                "12:00", attending_type="phone"),), "01632 960950",
                prices=(("A mile", 0.45),), area="Wexcombe and Norton Parva",
                terms=("Transport", "Living at home"), history="draft", days_ago=2),
    )),
    Body("Wexcombe Homes", "The housing association of the district.",
         phone="01632 960970", email="hello@wexcombe-homes.example",
         website="https://wexcombe-homes.example/", services=(
        Service("Tenancy support", "Help to settle into a home and keep it: bills, "
                "repairs, neighbours.", (), (weekly("MO,TU,WE,TH,FR", "09:00", "17:00",
                attending_type="home visit"),), "01632 960971", fees="Free to tenants",
                area="Wexcombe district", terms=("Housing",), history="carried",
                days_ago=21),
    )),
)

WEXCOMBE = Town(
    "Wexcombe", "wexcombe", "spruce", "England",
    partners=(
        ("Wexcombe Council", "council", "services@wexcombe-council.example"),
        ("Wexcombe Health Partnership", "health", "directory@wexcombe-health.example"),
        ("Wexcombe Voluntary Action", "voluntary", "info@voluntary-action.example"),
        ("Wexcombe Fire and Rescue", "fire", "community@wexcombe-fire.example"),
        ("Wexcombe Homes", "housing", "hello@wexcombe-homes.example"),
    ),
    places=PLACES,
    bodies=BODIES,
    checked_often=("Food banks and parcels",),
)
