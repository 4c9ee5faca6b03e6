"""Words that tell people's names from the names of places, bodies and things.

Lower case throughout. The lists are short on purpose: they decide what is shown to a
person for a decision, not what is true.
"""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Surnames that are hardly ever anything else.
SURNAMES: Final = _words(
    """
    abbott adams adebayo adeyemi afzal agarwal ahmed akhtar alexander ali allen anderson
    andrews appleby armstrong arnold arora asante ashton atkins atkinson austin bailey
    baines barker barnes barrett bartlett bates baxter begum bell bennett benson bhatt
    bibi birch bird boateng bradley bradshaw briggs brooks brown bryant burgess burke
    burns burton butler byrne campbell carpenter carr carter chambers chan chandler
    chapman chaudhry chen chowdhury clark clarke clements coleman collins connolly
    connor cooke cooper coulter cox crawford cunningham curtis dalton daniels das davey
    davidson davies davis dawson dean dhillon dixon dobson donnelly doyle duffy dunn
    edwards elliott ellis evans farrell ferguson fernandes fernando fish fisher
    fitzgerald fleming fletcher flynn foster fox francis fraser gallagher garcia gardner
    georgiou gibbs gibson gilbert gill goddard goodwin gordon graham griffin griffiths
    gupta hamilton hammond hancock hanson harding harper harris harrison hart harvey
    hassan hawkins hayes henderson herbert hewitt higgins hodgson holmes hopkins horton
    howard howe hudson hughes humphreys hunt hussain hussein iqbal islam jackson jacobs
    jaffer jain james jenkins jennings johnson johnston jones jordan joseph joshi kaur
    kelly kemp kennedy kerr khan knight kowalski kumar lamb lambert lawrence lawson lee
    lewis li lloyd lopez love lowe lynch macdonald mackay mackenzie macleod mahmood
    malik mann marshall martin mason matthews mcbride mccarthy mcdonald mcgrath mckenna
    mclean mendes mensah miah miller mistry mitchell mohamed mohammed morgan morris
    morrison murphy murray naylor nelson newman newton nguyen nicholls nicholson norris
    nowak o'brien o'connor o'neill obi ochieng odonnell ogden okafor okeke okonkwo
    oliver osborne osman owen owusu palmer parker parkin parkinson parry parsons patel
    patterson payne pearce pearson perkins perry peters phillips pope popescu porter
    potter powell preston price pritchard qureshi rahman rai rana randall raza rees reid
    reynolds rhodes richards richardson riley roberts robertson robinson rodriguez
    rogers rose ross rossi rowe russell ryan sanders sandhu saunders schofield shah
    shaikh sharma shaw sheikh shepherd sheppard sidhu silva simmons simpson sinclair
    singh slater smith spencer stephens stevens stevenson stewart sullivan sutton swift
    szymanski tanner taylor thomas thompson thomson thornton todd townsend tucker turner
    usman vaughan wagstaff walker wall wallace walsh walters ward warner watkins watson
    watts webb webster welch weston wheeler whitaker white whitehead whittaker wilkins
    wilkinson williams williamson willis wilson winter wong woodward wright yates yilmaz
    young yusuf zhang
    """
)

#: Surnames that are also parts of places: "Janet Hall" or "Victoria Hall".
PLACE_SURNAMES: Final = _words(
    """
    banks barn bridges brook bush church cross day field fields ford green grove hall
    hill hills holt lane marsh mead mill mills moor moore park parks pond rivers shore
    stone temple vale waters wells west wood woods
    """
)

#: Nouns that make a name that of a place, a body, an event or a thing.
THINGS: Final = _words(
    """
    abbey academy act action advice advisory agency aid alliance allotment allotments
    almshouses ambulance annexe anniversary appeal archive arena arms army arts
    association avenue award awards bakery ballet band bank bar barracks bay beach
    benefits block boys branch bridge brigade bros brothers brownies building buildings
    business cadets cafe camp campaign campus cancer caravan cards care carers castle
    cathedral cats cemetery center centre challenge chapel chaplaincy charitable charity
    charter choir churches churchyard cic cinema cio circus citizens city class classes
    clinic clinics close club clubs college comedy commission committee common
    communities community company concert consortium consulting contact convent cottage
    cottages council counselling county course courses court creche crescent crew
    cricket cubs cup cycling dance day days deal dementia dental department depot
    dispensary district dogs dojo drive drop education estate exchange exhibition
    families family farm fayre federation fellowship festival fields film fire first
    fitness foodbank football forest forum foundation fountain friends fund gallery
    garage garden gardens gate general girls gold golf grammar grange gravel green
    ground grounds group groups grove guide guides guild gym hall harbour health
    helpdesk helpline heritage hill hive home homes hope hospice hospital hostel hotel
    hour house housing hub inc infant infants initiative inn institute institution
    island jubilee junction junior justice karate kindergarten kitchen lab lake lane law
    league learning lecture leisure library limited line link links llp lodge lounge ltd
    lunch magna manor marathon market mead meadow meadows medal medical memorial men
    mews mill mind ministries ministry minster mission mobility mosque motors museum
    national neighbourhood network night nursery office offices open opera orchestra
    organisation organization outreach paint palace pantry parade parents parish park
    parkrun partners partnership parva patients pavilion people pharmacy pie place play
    playground playgroup playing plc police pool post practice preschool presents
    primary priory prison prize programme project pub quay quiz railway rainbows rangers
    reading reception recovery recreation rehab remembrance rescue residents restaurant
    retreat ride rise road rock room rooms row royal run sanctuary scheme school schools
    scouts secondary seminar service services sessions shed shelter shop show sixth
    social society solicitors solutions sons speech sport sports squad square stables
    stadium station store street stroke studio studios suite supper support surgery swim
    synagogue table team technique temple tennis terrace theater theatre therapies
    therapy tower town training transport treatment tree trees trophy trust trustees uk
    union unit united university vale valley venue veterans view villa village villas
    walk walks ward way welfare well wellbeing wharf wing women wood woodland woods
    workshop workshops yard yoga youth zoo
    """
)

#: People whose names are those of charities, buildings, books and days.
NOT_PRIVATE: Final = (
    "ada lovelace",
    "adam smith",
    "alan turing",
    "alexander graham bell",
    "alexandra rose",
    "andrew lloyd webber",
    "anne frank",
    "anthony nolan",
    "ben nevis",
    "bob marley",
    "bobby moore",
    "captain tom",
    "charles dickens",
    "charlie chaplin",
    "charlie waller",
    "elizabeth fry",
    "florence nightingale",
    "fred hollows",
    "george cross",
    "guy fawkes",
    "harry potter",
    "isambard kingdom brunel",
    "jack frost",
    "jack russell",
    "james bond",
    "jane austen",
    "jo cox",
    "john lewis",
    "john muir",
    "john wesley",
    "josephine butler",
    "joseph rowntree",
    "leonard cheshire",
    "louis braille",
    "lucy faithfull",
    "marcus rashford",
    "marie curie",
    "marie stopes",
    "martin luther",
    "martin luther king",
    "mary poppins",
    "mary seacole",
    "nelson mandela",
    "oliver twist",
    "oscar wilde",
    "peter pan",
    "peter rabbit",
    "robert burns",
    "robert owen",
    "ronald mcdonald",
    "rosa parks",
    "roy castle",
    "simon says",
    "stephen lawrence",
    "sue ryder",
    "suzy lamplugh",
    "terrence higgins",
    "thomas cook",
    "thomas coram",
    "william morris",
    "william shakespeare",
    "winston churchill",
)

#: Words of a mailbox or a contact that is a part or an office of a body, not a person.
ROLES: Final = _words(
    """
    accounts activities admin administration administrator admissions advice adviser
    advocacy apply appointments ask assessment booking bookings boxoffice branch bursar
    business cafe care careline carers caretaker casework center centre chair
    chairman chairperson chairwoman children choir church classes clerk clinic club
    clubs committee comms communications community complaints contact contacts contactus
    coordinator council counselling courses customer customercare customerservice
    customerservices dance data deputy desk development director donations donotreply
    dpo duty education email emergency engagement enquire enquiries enquiry enquries
    events families family feedback finance foi foodbank fundraising general
    generalenquiries giving governance group groups hall hallbookings head headteacher
    health hello help helpdesk helpline hi hire housing hr hub inbox info information
    infos inquiries inquiry intake invoices it jobs lead leader learning library line
    listen lists lunchclub mail mailbox main manager marketing media mediation members
    membership memberships minister ministry museum news newsletter noreply nursery
    office officer online operations opticians orders outreach parish parishclerk
    parishoffice pastor payments people pharmacy phone play playgroup policy post
    postmaster practice prayer preschool press principal privacy programme programmes
    project projects public publicity questions reception receptionist recruitment
    rector referral referrals register registrar rehab reply requests response
    safeguarding sales scheme school secretary senco service services shop social
    society sport sports staff studio supervisor support surgery talk teacher team teams
    tenant theatre therapies therapy tickets training transport treasurer trust trustee
    trustees union unit vicar visit visitors volunteer volunteering volunteers warden
    wardens web webmaster website welcome welfare wellbeing worker workers yoga youth
    youthclub
    """
)

#: Bodies of one word that people are told to turn to.
BODIES: Final = _words(
    """
    alzheimers barnardos centrepoint childline citizens crisis cruse diabetes dwp emmaus
    eventbrite facebook google healthwatch instagram jobcentre macmillan mencap mermaids
    messenger nacro nextdoor parkinsons refuge relate respect samaritans scope shelter
    stonewall sustrans teams turn2us victim whatsapp zoom
    """
)

#: Offices and occupations that stand beside a person's name.
OFFICES: Final = _words(
    """
    administrator adviser advisor captain caretaker chair chairman chairperson
    chairwoman chef clerk co-ordinator coach cook coordinator counsellor deputy director
    doctor driver facilitator founder gardener head headteacher host instructor lead
    leader manager matron mentor minister nurse officer organiser organizer owner patron
    pharmacist physio physiotherapist president principal receptionist rector registrar
    secretary supervisor teacher therapist trainer treasurer trustee tutor vicar
    volunteer warden worker
    """
)

#: Words that begin sentences, days and months: never part of a name where they stand.
NOT_NAMES: Final = _words(
    """
    a about after all also an and any anyone april are as ask at august available back
    be because before book bring but by call children christmas come contact december
    details do don't each easter email every everybody everyone february for free friday
    from get go have he her here him his how i if in is it january join july june just
    let lunch march me meet men miss monday more most mum mums my new no nobody none not
    november now october of off on once one only open or other our out over parent
    parents phone place please ring run saturday see september she so some
    somebody someone speak spring staff summer sunday tba tbc tel telephone text thank
    thanks that the their them there these they this those thursday to today together
    tuesday two under unknown until up us vacant visit wait we website wednesday weekly
    welcome what when where which while who why winter with women worry would year years
    yes you your
    """
)

#: Titles of private people, and those that go with an office.
TITLES: Final = _words("mr mrs ms miss mx")
PUBLIC_TITLES: Final = _words(
    "dr prof professor rev revd reverend fr father pastor imam rabbi canon sister sir"
    " dame cllr councillor"
)

#: What before a given name makes it a saint's, a ruler's or a thing's.
HONOURS: Final = _words(
    "st saint saints ss king queen prince princess duke duchess lord lady emperor pope"
    " hotel cafe project team villa bistro camp operation named"
)

#: What after a title is no name.
FICTION: Final = _words(
    "men bean potato whippy doubtfire universe world saigon marple motivator right"
    " christmas act time tumble england ireland scotland wales britain out"
)
