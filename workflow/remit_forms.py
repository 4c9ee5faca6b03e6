"""Forms for areas of work: what one takes, who answers for it, what is nobody's."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.db.models.functions import Lower

from accounts.access import partners_of
from accounts.models import Partner, PartnerGrant, Partnership, User
from accounts.roles import Role
from common.forms import PlainForm
from directory import terms
from directory.choices import Facet
from directory.models import Location, Organization
from directory.outlines import Outline, rings
from workflow.actions.remits import Parts
from workflow.choices import AreaKind
from workflow.forms import Options, offer, words
from workflow.models import Area, Listing, Remit
from workflow.term_offers import with_paths

MOST_CHARACTERS = 400_000
"""Of a drawn outline: thousands of corners, and still a page that can be sent."""
NO_OUTLINE = (
    "This is no outline. Paste or choose a GeoJSON file with a polygon, in longitude "
    "and latitude, of 400 kB at most."
)


def organizations_of(place: Partnership) -> QuerySet[Organization]:
    """The organizations that run a service in the place, drafts apart."""
    run_by = Listing.objects.filter(
        partnership=place, organization_id__isnull=False
    ).values("organization_id")
    return Organization.objects.filter(pk__in=run_by).order_by("name", "pk")


def assurers_of(place: Partnership) -> QuerySet[User]:
    """Those who assure for some partner of a place, by name."""
    return _assurers(content_object__partnership=place)


def _assurers(**of: Any) -> QuerySet[User]:
    """People with open accounts, by name, who assure for the partners that are said."""
    held = PartnerGrant.objects.filter(permission__codename=Role.ASSURER.value, **of)
    people = User.objects.filter(pk__in=held.values("user_id"), is_active=True)
    return people.order_by("name")


def _ticks(label: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, widget=forms.CheckboxSelectMultiple
    )


class RemitForm(PlainForm):
    """What an area of work is called and takes.

    ``remit`` is the one that is changed. What it names and nobody offers any more stays
    in the form, so that saving does not make it take more (ADR 29).
    """

    name = forms.CharField(
        label="What is it called?",
        help_text="For example: Carers, or Wexcombe Food Share.",
        max_length=120,
    )
    organizations = forms.CharField(
        label="Which organisations’ services?",
        help_text="Their names as they are in the directory, each on a line of its "
        "own. Of several with one name, all.",
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    terms = _ticks("Which kinds of service, each with all below it?")
    areas = _ticks("Which wards, parishes or districts?")
    districts = forms.CharField(
        label="Which postcode districts?",
        help_text="The first half of a postcode. For example: WX1, WX2.",
        required=False,
        max_length=500,
    )
    drawn = forms.CharField(
        label="An outline that somebody drew",
        help_text="Paste GeoJSON, as most map tools save it.",
        required=False,
        widget=forms.Textarea({"rows": 2, "spellcheck": "false"}),
    )
    outline_file = forms.FileField(
        label="Or choose a GeoJSON file",
        help_text="It takes the place of what is pasted above.",
        required=False,
    )
    base = forms.CharField(required=False, widget=forms.HiddenInput, max_length=60)

    def __init__(
        self, *args: Any, place: Partnership, remit: Remit | None = None, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.place = place
        self.had = set(remit.organization_ids) if remit else set()
        rows = with_paths(terms.terms_of(place, Facet.SERVICE_TYPE))
        had_terms = [str(key) for key in remit.term_ids] if remit else []
        offer(self.fields["terms"], _and_gone(rows, had_terms))
        had_areas = [str(key) for key in remit.area_ids] if remit else []
        offer(self.fields["areas"], _and_gone(_areas(place), had_areas))

    def clean_organizations(self) -> tuple[UUID, ...]:
        """The organizations that are meant; each name has to be known."""
        typed = [x.strip() for x in self.cleaned_data["organizations"].splitlines()]
        gone = {str(key) for key in self.had}
        found = {UUID(line) for line in typed if line in gone}
        names = {line.lower(): line for line in typed if line and line not in gone}
        offered = organizations_of(self.place) | Organization.objects.filter(
            pk__in=self.had
        )
        rows = offered.annotate(low=Lower("name")).filter(low__in=names)
        for key, low in rows.values_list("pk", "low").distinct():
            found.add(key)
            names[low] = ""
        unknown = [f"“{name}”" for name in names.values() if name]
        if unknown:
            raise forms.ValidationError(
                f"No organisation here is called {', '.join(unknown)}."
            )
        return tuple(found)

    def clean_districts(self) -> tuple[str, ...]:
        """Each of them; whether it is one is judged by the action."""
        return tuple(self.cleaned_data["districts"].replace(",", " ").split())

    def clean(self) -> dict[str, Any]:
        """What is drawn, read from the file or from what was pasted."""
        typed = super().clean() or {}
        text = typed.get("drawn", "")
        field, file = "drawn", typed.pop("outline_file", None)
        if file:
            field, text = "outline_file", _text_of(file)
        self.outlines: tuple[Outline, ...] = ()
        self.drawn_text: str = text
        if text:
            self.outlines = _outlines(text)
            if not self.outlines:
                self.add_error(field, NO_OUTLINE)
        return typed

    @property
    def lists(self) -> list[forms.BoundField]:
        """Its long lists of ticks, which fold on the page."""
        return [self["terms"], self["areas"]]

    @property
    def parts(self) -> Parts:
        """What it takes, of a form that is valid."""
        typed = self.cleaned_data
        return Parts(
            typed["organizations"],
            tuple(map(UUID, typed["terms"])),
            tuple(map(UUID, typed["areas"])),
            typed["districts"],
            self.outlines,
        )


class NewRemitForm(RemitForm):
    """The same, with who answers for it."""

    partner = forms.ModelChoiceField(
        label="Which partner answers for it?",
        queryset=Partner.objects.none(),
        empty_label="Choose a partner",
        error_messages={"required": "Choose the partner that answers for it."},
    )
    lead = forms.ModelChoiceField(
        label="Who leads it?",
        help_text="An assurer of that partner.",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        error_messages={"required": "Choose who leads it."},
    )
    deputy = forms.ModelChoiceField(
        label="Who stands in? (if there is somebody)",
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody yet",
    )
    is_default = forms.BooleanField(
        label="It takes all that no other area of work takes",
        required=False,
    )

    def __init__(self, *args: Any, place: Partnership, **more: Any) -> None:
        super().__init__(*args, place=place, **more)
        partners = partners_of(place)
        people = assurers_of(place)
        for name, rows in (("partner", partners), ("lead", people), ("deputy", people)):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows


class NameLeadersForm(PlainForm):
    """Who leads an area of work and who is the deputy, of those who can."""

    base = forms.CharField(widget=forms.HiddenInput, max_length=60)
    lead = forms.ModelChoiceField(
        label="Who leads it?",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        error_messages={"required": "Choose who leads it."},
    )
    deputy = forms.ModelChoiceField(
        label="Who is the deputy? (if there is somebody)",
        help_text="They are told of reports that are nearly late, and lead it when "
        "whoever leads it is gone.",
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody",
    )
    reason = words(
        "Why? (if you want to say)",
        help_text="They are sent it. For example: Asha has left the council.",
    )

    def __init__(self, *args: Any, remit: Remit, **more: Any) -> None:
        super().__init__(*args, **more)
        self.people = _assurers(content_object=remit.partner)
        for name in ("lead", "deputy"):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = self.people
        self.fields["lead"].help_text = f"An assurer of {remit.partner}."


class FindRemitForm(PlainForm):
    """Which areas of work to list."""

    q = forms.CharField(
        label="Name, partner or who leads it", required=False, max_length=100
    )


class EndRemitForm(PlainForm):
    """Why an area of work ends."""

    base = forms.CharField(widget=forms.HiddenInput, max_length=60)
    reason = words("Why does it end?", help_text="Others read this.")


RULES = "rules"
"""The choice that gives records back to the rules."""


class HandOverAllForm(PlainForm):
    """To whom all records of an area of work go, and why."""

    base = forms.CharField(widget=forms.HiddenInput, max_length=64)
    to = forms.ChoiceField(
        label="To which area of work?",
        help_text="What it takes by its rules stays: records that come later and fit "
        "them still go to it. To change that, change what it takes, or end it.",
        error_messages={"required": "Choose the area of work that takes them."},
    )
    reason = words("Why?", help_text="Others read this.")

    def __init__(self, *args: Any, remit: Remit, **more: Any) -> None:
        super().__init__(*args, **more)
        others = Remit.objects.filter(partnership=remit.partnership_id).exclude(
            pk=remit.pk
        )
        self.others = {str(one.pk): one for one in others.select_related("partner")}
        named = sorted(
            (f"{one.name} ({one.partner})", key) for key, one in self.others.items()
        )
        back = (RULES, "Back to the rules: only what was handed to it by hand")
        offer(
            self.fields["to"],
            [("", "Choose an area of work"), *((k, n) for n, k in named), back],
        )

    @property
    def chosen(self) -> Remit | None:
        """Which one was chosen; None for back to the rules."""
        return self.others.get(self.cleaned_data["to"])


class MainAreaForm(PlainForm):
    """Where most of a service happens: one of its places, or an area on the map."""

    where = forms.ChoiceField(
        label="Where does most of it happen?",
        required=False,
        help_text="If it is the same everywhere, leave it at the whole place.",
    )

    def __init__(self, *args: Any, listing: Listing, **more: Any) -> None:
        super().__init__(*args, **more)
        places = Location.objects.filter(pk__in=listing.location_ids, sensitive=False)
        offer(
            self.fields["where"],
            [
                ("", "The whole place"),
                *((f"place {row.pk}", str(row)) for row in places.order_by("name")),
                *((f"area {key}", name) for key, name in _areas(listing.partnership)),
            ],
        )
        self.initial["where"] = _said(listing)

    def clean(self) -> dict[str, Any]:
        """The place or the area, as the action takes them."""
        typed = super().clean() or {}
        kind, _, key = typed.pop("where", "").partition(" ")
        return {f"{kind}_id": key} if key else {}


def _said(listing: Listing) -> str:
    if listing.main_place_id in listing.location_ids:
        return f"place {listing.main_place_id}"
    return f"area {listing.main_area_id}" if listing.main_area_id else ""


def _to_choose(place: Partnership) -> QuerySet[Remit]:
    """The areas of work of a place by name, and no more of them: there may be many."""
    return Remit.objects.filter(partnership=place).only("name").order_by("name")


class GiveForm(PlainForm):
    """To which area of work the ticked records go, and why."""

    listing = forms.MultipleChoiceField(
        label="Records",
        error_messages={"required": "Tick the records that you give away."},
    )
    remit = forms.ModelChoiceField(
        label="To which area of work?",
        queryset=Remit.objects.none(),
        empty_label="Choose an area of work",
        error_messages={"required": "Choose the area of work that takes them."},
    )
    reason = words("Why?", help_text="Others read this.")

    def __init__(self, *args: Any, place: Partnership, ids: Options, **more: Any):
        super().__init__(*args, **more)
        offer(self.fields["listing"], ids)
        field = self.fields["remit"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = _to_choose(place)


class GiveAllForm(PlainForm):
    """To which area of work all goes that is nobody's, and why."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    remit = forms.ModelChoiceField(
        label="To which area of work does all of it go?",
        queryset=Remit.objects.none(),
        empty_label="Choose an area of work",
        error_messages={"required": "Choose the area of work that takes them."},
    )
    reason = words("Why?", help_text="Others read this.")

    def __init__(self, *args: Any, place: Partnership, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["remit"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = _to_choose(place)


def initial_of(remit: Remit, parts: Parts, base: str) -> dict[str, Any]:
    """What the form of a stored remit begins with."""
    named = dict(
        Organization.objects.filter(pk__in=parts.organization_ids).values_list(
            "pk", "name"
        )
    )
    lines = [str(named.get(key, key)) for key in parts.organization_ids]
    return {
        "name": remit.name,
        "organizations": "\n".join(sorted(lines)),
        "terms": [str(key) for key in parts.term_ids],
        "areas": [str(key) for key in parts.area_ids],
        "districts": ", ".join(parts.districts),
        "drawn": as_geojson(parts.outlines),
        "base": base,
    }


def as_geojson(outlines: tuple[Outline, ...]) -> str:
    """Outlines as one GeoJSON geometry; ``""`` for none."""
    if not outlines:
        return ""
    pieces = [[[list(corner) for corner in piece]] for piece in outlines]
    return json.dumps({"type": "MultiPolygon", "coordinates": pieces})


def _areas(place: Partnership) -> Options:
    order = {kind: number for number, kind in enumerate(AreaKind.values)}
    labels = {kind: str(label).lower() for kind, label in AreaKind.choices}
    # Not their outlines, which are most of them.
    rows = Area.objects.filter(partnership=place).values_list(
        "kind", "name", "code", "pk"
    )
    found = sorted(rows, key=lambda row: (order[row[0]], *row[1:3]))
    return [(str(pk), f"{name} ({labels[kind]})") for kind, name, _, pk in found]


def _and_gone(options: Options, had: list[str]) -> Options:
    known = {key for key, _ in options}
    return [*options, *((key, "One that is gone") for key in had if key not in known)]


def _outlines(text: str) -> tuple[Outline, ...]:
    if len(text) > MOST_CHARACTERS:
        return ()
    try:
        return tuple(rings(json.loads(text)))
    except (LookupError, TypeError, AttributeError, RecursionError, ValueError):
        return ()


def _text_of(file: Any) -> str:
    """What a file says, and no more of it than can be an outline."""
    return str(file.read(MOST_CHARACTERS + 1).decode("utf-8-sig", errors="replace"))
