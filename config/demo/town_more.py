"""Libraries, churches and public health in Wexcombe. Nothing in it exists."""

# The content reads better in our own lines than in the formatter's.
# fmt: off

from config.demo.rows import body, one

MORE = (
    body("Wexcombe Libraries", "Three branches and a van.", "T", "310",
         "libraries@wexcombe-council.example",
         one("Mobile library", "Every village every third week, with a lift at the "
             "back of the van.", "", "TU,WE,TH 9:30-16 phone", "310",
             "Libraries and learning", area="The villages around Wexcombe"),
         one("Library warm corner", "Armchairs, sockets, papers, and no need to borrow "
             "anything.", "library", "weekdays 9-18; SA 9-16", "310",
             "Coffee mornings and drop-ins"),
         one("Southgate library shelf", "Order online, collect at the Hub.",
             "southgate", "weekdays 9-15", "310", "Libraries and learning"),
         one("Reading Friends", "A volunteer and a book, side by side, for grown-ups "
             "who never quite learned.", "library", "TU 17-19", "310",
             "Libraries and learning", "Free", "18-"),
         one("Lego Saturday", "Ten thousand bricks and a theme.", "library",
             "SA 10-12", "310", "Clubs and groups", "Free", "4-11"),
         one("Books on prescription", "Shelves on worry, sleep, grief and memory, "
             "chosen by doctors.", "library", "weekdays 9-18; SA 9-16", "310",
             "Talking and counselling"),
         one("Northfield story bus", "A parked bus full of picture books.",
             "northfield", "TH 15-17", "310", "Baby and toddler groups", "Free",
             "0-7")),
    body("Wexcombe Public Health", "The council’s health improvement team.", "T",
         "330", "health@wexcombe-council.example",
         one("NHS health check vans", "Heart, weight, sugar: twenty minutes beside the "
             "market.", "townhall", "-1FR 9-16", "330", "Clinics and health checks",
             "Free", "40-74"),
         one("Cook and eat for families", "Six suppers for the price of none, and you "
             "keep the pan.", "family", "WE 16-18", "331", "Cooking and growing"),
         one("Sexual health drop-in", "Tests, pills and plain talk.", "clinic",
             "MO,TH 16-19", "332", "Clinics and health checks", "Free", "13-"),
         one("Healthy Start vouchers", "Milk, fruit and vitamins in pregnancy and "
             "until four.", "", "weekdays 9-16 phone", "331",
             "Grants and emergency money", area="Wexcombe district")),
    body("Trinity Methodist Church", "A church with three kitchens.", "M", "340",
         "steward@trinitywex.example",
         one("Trinity lunch", "Soup, roll and fruit for a pound.", "methodist",
             "TU,TH 12-13:30", "340", "Shared meals", "Lunch: £1"),
         one("Trinity toddlers", "Bring a grandmother.", "methodist", "FR 9:30-11",
             "340", "Baby and toddler groups", "A family: £1.50", "0-4"),
         one("Good grief at Trinity", "Grief for the newly bereaved, in a small "
             "circle.", "methodist", "1MO 14-15:30", "340", "Bereavement"),
         one("Trinity night bus", "Flip-flops, water and a lift after the clubs shut.",
             "", "FR,SA 22-23:59 phone", "340", "Safety at home",
             area="Wexcombe town")),
    body("Wexcombe Quakers", "A silent meeting with a busy building.", "M", "345",
         "clerk@wexcombequakers.example",
         one("Silence at lunchtime", "Half an hour with nobody talking.", "quaker",
             "WE 12:30-13", "345", "Peer support"),
         one("Letters to prisoners", "We write; they answer.", "quaker", "2MO 19-21",
             "345", "Volunteering")),
    body("Friends of the Community Hospital", "Trolley, garden, fundraising.", "M",
         "350", "friends@wm-nhs.example",
         one("Hospital garden hour", "Patients, visitors and staff with secateurs.",
             "hospital", "WE 14-15", "350", "Cooking and growing"),
         one("Ward visitors", "For people whose family is far away.", "hospital",
             "daily 14-16", "350", "Befriending")),
    body("Southgate Residents", "They got the crossing built.", "P", "355", "",
         one("Southgate food co-op", "Veg bags at market price.", "southgate",
             "FR 14-16", "355", "Pantries and community fridges", "A bag: £4"),
         one("Southgate litter heroes", "Pickers, gloves, and doughnuts after.",
             "southgate", "1SU 10-11:30", "355", "Volunteering"),
         one("Southgate sewing bee", "Curtains, hems and school trousers.",
             "southgate", "WE 10-12", "355", "Clubs and groups", "A session: £1")),
    body("Northfield Community Association", "It runs the centre on the hill.", "M",
         "360", "office@northfieldca.example",
         one("Northfield pantry", "A week’s shop for five pounds.", "northfield",
             "TU 13-15; TH 17-18:30", "360", "Pantries and community fridges",
             "A shop: £5"),
         one("Northfield bumps and chat", "A midwife and a biscuit tin.", "northfield",
             "MO 10-11:30", "360", "Parenting and family support"),
         one("Northfield bingo", "Eyes down at two.", "northfield", "TH 14-16",
             "360", "Clubs and groups", "A book: £2", "50-"),
         one("Northfield sheds", "A shed for women too.", "northfield", "FR 10-13",
             "360", "Clubs and groups", "A session: £1")),
    body("Abbey Community Centre Trust", "Hall, kitchen, nursery, roof to mend.", "M",
         "365", "bookings@abbeycentre.example",
         one("Abbey community fridge", "Fresh food that shops could not sell, north "
             "of the river.", "abbey", "daily 8-20", "365",
             "Pantries and community fridges"),
         one("Abbey seated zumba", "Maracas provided.", "abbey", "TH 11-12", "365",
             "Gentle exercise and dance", "A class: £3"),
         one("Abbey tech clinic", "Sixth-formers mend settings.", "abbey",
             "SA 10-12", "365", "Getting online")),
)
