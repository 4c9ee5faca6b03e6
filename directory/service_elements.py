"""What hangs on a service: when and where it is, whom it covers, what it costs."""

from directory.choices import AttendingType, Frequency, OnThoseDays, WhichDays
from directory.declare import Entity, Field, List, Type

SCHEDULE = Entity(
    "schedule",
    "Opening time",
    (
        Field(
            "freq",
            "Repeats",
            Type.CHOICE,
            choices=tuple(Frequency.choices),
            help="By the month for what falls on, say, the second Tuesday.",
            example="By the week",
        ),
        Field(
            "interval",
            "Every how many weeks or months",
            Type.INTEGER,
            folded=True,
            help="1 for every week, 2 for every second week. It then needs a first "
            "date.",
            example="2",
        ),
        Field(
            "byday",
            "Days",
            Type.DAYS,
            help="The days it is open.",
            example="Monday and Thursday; by the month: second Monday",
        ),
        Field(
            "bymonthday",
            "Days of the month",
            most=100,
            folded=True,
            help="By their numbers; -1 is the last day.",
            example="1, 15",
        ),
        Field(
            "opens_at",
            "Opens at",
            Type.TIME,
            help="With am or pm, or by the 24-hour clock.",
            example="10am, or 18:30",
        ),
        Field(
            "closes_at",
            "Closes at",
            Type.TIME,
            help="Earlier than it opens means the next day.",
            example="12 noon",
        ),
        Field(
            "dtstart",
            "First date",
            Type.DATE,
            folded=True,
            help="Any day on which it happens: every second week is counted from it.",
            example="6 January 2026",
        ),
        Field(
            "valid_from",
            "From",
            Type.DATE,
            folded=True,
            help="Leave empty if it runs already.",
            example="1 September 2026",
        ),
        Field(
            "valid_to",
            "Until",
            Type.DATE,
            folded=True,
            help="Leave empty if it goes on.",
            example="18 December 2026",
        ),
        Field(
            "attending_type",
            "How people take part",
            Type.CHOICE,
            folded=True,
            choices=tuple(AttendingType.choices),
            help="Leave empty if people simply come.",
            example="Online",
        ),
        Field(
            "description",
            "In words",
            help="Anything the times above do not say.",
            example="term time only",
        ),
        Field(
            "notes",
            "Notes",
            folded=True,
            help="More about these times.",
            example="Doors open ten minutes before",
        ),
        Field(
            "schedule_link",
            "Web page with the dates",
            Type.URL,
            folded=True,
            help="Where the dates are kept up to date, if they change often.",
            example="https://www.example.org/dates",
        ),
        Field(
            "service_at_location_id",
            "At which place",
            Type.REFERENCE,
            folded=True,
            refers_to="service_at_location",
            help="Only if it happens at several places at different times.",
            example="Wexcombe Town Hall",
        ),
    ),
)

HOLIDAY = Entity(
    "holiday_schedule",
    "Day that is different",
    (
        Field(
            "days",
            "Which days",
            Type.CHOICE,
            required=True,
            choices=tuple(WhichDays.choices),
            help="Certain dates, or every bank holiday of the nation it is in.",
            example="On these dates",
        ),
        Field(
            "what",
            "What then?",
            Type.CHOICE,
            required=True,
            choices=tuple(OnThoseDays.choices),
            help="For dates on which it is open at other times, say these below.",
            example="Closed",
        ),
        Field(
            "start_date",
            "First day",
            Type.DATE,
            help="For certain dates.",
            example="24 December 2026",
        ),
        Field(
            "end_date",
            "Last day",
            Type.DATE,
            help="Leave empty for one day.",
            example="2 January 2027",
        ),
        Field(
            "opens_at",
            "Opens at",
            Type.TIME,
            help="Only if it is open at other times.",
            example="10am",
        ),
        Field(
            "closes_at",
            "Closes at",
            Type.TIME,
            help="Only if it is open at other times.",
            example="12 noon",
        ),
        Field(
            "description",
            "In words",
            help="What people should know of those days.",
            example="Christmas; ring the helpline instead",
        ),
    ),
)
HOLIDAYS = List(
    "holiday_schedules",
    "Days that are different",
    HOLIDAY,
    profile=False,
    help="Holidays and other days on which it is closed, or open at other times.",
)

SERVICE_AREA = Entity(
    "service_area",
    "Area it covers",
    (
        Field(
            "name",
            "Area",
            required=True,
            same_as="service_area",
            help="As people there call it.",
            example="Wexcombe and the villages around it",
        ),
        Field(
            "extent",
            "Outline",
            Type.TEXT,
            folded=True,
            help="A drawn outline as text, or the borders in words.",
            example="North of the river, as far as the bypass",
        ),
        Field(
            "extent_type",
            "Kind of outline",
            Type.CHOICE,
            folded=True,
            help="How the outline is written.",
            example="In words",
            choices=(
                ("geojson", "GeoJSON"),
                ("topojson", "TopoJSON"),
                ("kml", "KML"),
                ("text", "In words"),
            ),
        ),
        Field(
            "uri",
            "Official address of the area",
            Type.URL,
            folded=True,
            help="The web address that stands for it in official statistics.",
            example="http://statistics.data.gov.uk/id/statistical-geography/E06000054",
        ),
    ),
)

COST_OPTION = Entity(
    "cost_option",
    "Price",
    (
        Field(
            "option",
            "For whom or what",
            help="One price for each group of people, or each thing.",
            example="adults",
        ),
        Field(
            "amount",
            "Amount in pounds",
            Type.DECIMAL,
            help="0 if it is free.",
            example="3.50",
        ),
        Field(
            "currency",
            "Currency",
            most=3,
            profile=False,
            folded=True,
            help="Three letters; GBP unless it says otherwise.",
            example="GBP",
        ),
        Field(
            "amount_description",
            "In words",
            help="What the price is for, or what it includes.",
            example="a session, including tea",
        ),
        Field(
            "valid_from",
            "From",
            Type.DATE,
            folded=True,
            help="Leave empty if it is the price already.",
            example="1 April 2026",
        ),
        Field(
            "valid_to",
            "Until",
            Type.DATE,
            folded=True,
            help="Leave empty if no end is known.",
            example="31 March 2027",
        ),
    ),
)

REQUIRED_DOCUMENT = Entity(
    "required_document",
    "Document to bring",
    (
        Field(
            "document",
            "Document",
            required=True,
            help="What people are asked for.",
            example="proof of address",
        ),
        Field(
            "uri",
            "Web page about it",
            Type.URL,
            help="Where one can read what counts.",
            example="https://www.example.org/what-to-bring",
        ),
    ),
)

PLACE_LINK = Entity(
    "service_at_location",
    "Place it happens at",
    (
        Field(
            "location_id",
            "Place",
            Type.REFERENCE,
            required=True,
            refers_to="location",
            help="A place that is in the directory.",
            example="Wexcombe Town Hall",
        ),
        Field(
            "description",
            "Where in the building",
            profile=False,
            help="What one has to look for inside.",
            example="upstairs, in the Green Room",
        ),
    ),
)
