"""Sample data for the gallery of components, which is shown in development only.

Everything here is invented. ``templates/gallery.html`` draws each component of
``templates/_components/`` with it, so that a change of the look can be seen at once.
"""

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.guard import public
from common.clock import LONDON
from config.gallery_forms import ExampleForm, FilterForm
from directory.declarations import SERVICE
from directory.forms import value_form
from workflow import charts
from workflow.forms import AnswerForm, RejectAllForm, RowForm

_TODAY = dt.date(2026, 11, 10)
_MONTHS = (("Aug", 18), ("Sep", 21), ("Oct", 23), ("Nov", 22), ("Now", 24))


def _at(days_ago: int, hour: int, minute: int) -> dt.datetime:
    day = _TODAY - dt.timedelta(days=days_ago)
    return dt.datetime.combine(day, dt.time(hour, minute), LONDON)


def _rows() -> list[dict[str, Any]]:
    hall = "Place: Wexcombe Community Hall"
    service = "Service: Wexcombe Memory Café"
    chosen = RowForm({"r1-choice": "reject"}, prefix="r1")
    chosen.add_error("reason", "Choose a reason; whoever suggested it reads it.")
    shared: dict[str, Any] = {"others": [], "seen": None, "findings": [], "cannot": ""}
    return [
        shared
        | {
            "label": "Cost in words",
            "now": [("Free", "del")],
            "proposed": [("£2", "ins"), (" a session", "")],
            "record_label": service,
            "form": RowForm(prefix="r0"),
            "value_form": value_form(SERVICE, "fees", "£2", prefix="r0-value"),
        },
        shared
        | {
            "label": "What happens there",
            "now": [
                ("A warm welcome, tea and cake for people living with dementia", ""),
                (" and for their carers. Ring Joan on 07700 900118", "del"),
                (".", ""),
            ],
            "proposed": [
                ("A warm welcome, tea and cake for people living with dementia", ""),
                (", their families and their carers. Ring Joan on 07700 900461", "ins"),
                (".", ""),
            ],
            "seen": [
                ("A warm welcome and tea for people living with dementia.", ""),
            ],
            "findings": [
                "This names a private person and gives a mobile number: held back.",
            ],
            "competing": [{"label": "Tom Reddy suggests “01632 960 204”", "url": "#"}],
            "record_label": service,
            "form": chosen,
        },
        shared
        | {
            "label": "Telephone",
            "now": [("01632 960 118", "del")],
            "proposed": [("01632 960 204", "ins")],
            "record_label": hall,
            "others": [
                {"label": name, "url": "#"}
                for name in ("Carers’ Coffee Morning", "Hall Youth Club", "Tai Chi")
            ],
            "form": RowForm(prefix="r2"),
        },
        shared
        | {
            "label": "Website",
            "now": None,
            "proposed": [("https://memory-cafe.wexcombe.example", "ins")],
            "record_label": service,
            "form": None,
            "cannot": "You suggested this yourself, so a colleague has to decide it.",
        },
        shared
        | {
            "label": "Notice",
            "now": None,
            "proposed": [("Closed in August", "ins")],
            "record_label": service,
            "outcome": "Accepted by Samira Holt, today at 10.42am.",
            "chosen": "You had chosen: rejected (We could not confirm it).",
        },
    ]


def _cards() -> list[dict[str, Any]]:
    return [
        {
            "title": "Wexcombe Memory Café",
            "url": "#",
            "caption": "Friends of Wexcombe, Community Hall",
            "stage": "published",
            "grade": "due_soon",
            "changed": True,
            "facts": [
                {"label": "Checked", "date": dt.date(2026, 8, 24)},
                {"label": "Due", "date": dt.date(2026, 11, 24)},
            ],
            "next_url": "#",
            "next_label": "Nothing has changed",
            "more": [{"label": "Change something", "url": "#"}],
        },
        {
            "title": "Debt Advice Drop-in at St Aldhelm’s and Lower Wexcombe Library",
            "url": "#",
            "caption": "Wexcombe Money Advice",
            "stage": "submitted",
            "grade": "never",
            "tags": [{"text": "Not claimed", "icon": "person"}],
            "text": "Two things are missing: a telephone number, and who it is for.",
            "next_url": "#",
            "next_label": "Carry on",
        },
    ]


def _events() -> list[dict[str, Any]]:
    return [
        {
            "text": "Telephone accepted, name rejected",
            "detail": "“What is there now is clearer.”",
            "at": _at(0, 10, 42),
            "by": "Samira Holt for Wexcombe Council",
        },
        {"text": "Checked by telephone", "on": dt.date(2026, 8, 24), "by": "A. Okoro"},
        {"text": "Published", "on": dt.date(2026, 5, 3)},
    ]


def _stats() -> list[dict[str, Any]]:
    return [
        {
            "label": "In date",
            "value": 24,
            "of": "of 30",
            "spark": charts.spark([number for _, number in _MONTHS]),
            "trend": "Two more than on 1 October 2026",
            "direction": "up",
            "definition": "Published records that were checked and are not due yet.",
            "url": "#",
            "link": "Show the 24 records",
        },
        {
            "label": "Overdue",
            "value": 3,
            "trend": "The same as on 1 October 2026",
            "direction": "same",
            "definition": "Checked once, and 14 days or more past their due day.",
            "url": "#",
            "link": "Show the 3 records",
        },
        {
            "label": "Waiting for a decision",
            "value": "1,204",
            "trend": "Nine fewer than on 1 October 2026",
            "direction": "down",
            "definition": "Suggested changes that nobody has decided.",
            "url": "#",
            "link": "Show the 1,204 suggestions",
        },
    ]


def _part() -> dict[str, Any]:
    rows = [{"label": "Name", "value": "Wexcombe Memory Café", "changed": True}]
    return {"title": "What it is", "rows": rows, "unknown": ["Notice"]}


def _as_public() -> list[dict[str, Any]]:
    return [
        {"label": "Name", "segments": [("Wexcombe Memory Café", "")]},
        {
            "label": "What happens there",
            "segments": [
                ("Tea, cake and company. Ring ", ""),
                ("Joan Marsh on 07700 900118", "held"),
                (" or come along.", ""),
            ],
            "reason": "A private name and a mobile number are held back.",
        },
    ]


def samples() -> dict[str, Any]:
    """The context of templates/gallery.html."""
    as_public = _as_public()
    wrong = ExampleForm({"wrong-description": "x" * 610}, prefix="wrong")
    wrong.is_valid()
    return {
        "user": {
            "is_authenticated": True,
            "name": "Samira Holt",
            "email": "assurer@wexcombe.example",
        },
        "nav": [
            {
                "label": "My work",
                "url": "#",
                "count": 12,
                "of": "to do",
                "current": True,
            },
            {
                "label": "Records",
                "url": "#",
                "count": 30,
                "of": "new",
                "current": False,
            },
            {"label": "Suggestions", "url": "#", "count": 0, "current": False},
            {"label": "How it goes", "url": "#", "count": None, "current": False},
        ],
        "crumbs": [
            {"label": "My work", "url": "#"},
            {"label": "Changes to decide", "url": "#"},
        ],
        "example": ExampleForm(),
        "wrong": wrong,
        "filters": FilterForm(),
        "applied": [{"label": "Published", "url": "#"}, {"label": "Mine", "url": "#"}],
        "stages": ["draft", "submitted", "assured", "published", "unpublished"],
        "grades": ["current", "due_soon", "due", "overdue", "lapsed", "never"],
        "reasons": ["Not checked in time"],
        "tabs": [
            {"label": "Reports", "url": "#", "count": 2, "current": False},
            {"label": "Changes", "url": "#", "count": 9, "current": True},
            {"label": "New", "url": "#", "count": 1, "current": False},
            {"label": "Lapsed", "url": "#", "count": 0, "current": False},
        ],
        "summary": [
            {"label": "Name", "value": "Wexcombe Memory Café", "change_url": "#"},
            {
                "label": "Opening times",
                "lines": [
                    "Every second Tuesday, 10am to 12 noon",
                    "First Saturday of the month, 2pm to 4pm",
                ],
                "changed": True,
                "change_url": "#",
                "note": "Not in August.",
            },
            {"label": "Website", "value": "", "change_url": "#"},
        ],
        "tasks": [
            {"label": "What it is", "url": "#", "status": "Done", "done": True},
            {
                "label": "Who it is for",
                "url": "#",
                "hint": "Ages, needs, where they live",
                "status": "Something is missing",
                "warn": True,
            },
            {"label": "Where it happens", "url": "#", "status": "Not started"},
            {"label": "Send it in", "url": None, "status": "When the rest is done"},
        ],
        "cards": _cards(),
        "columns": [
            {"label": "Service"},
            {"label": "Stage"},
            {"label": "Check"},
            {"label": "Days waiting", "number": True},
        ],
        "table": [
            [
                {"text": "Wexcombe Memory Café", "url": "#"},
                {"stage": "published"},
                {"grade": "current"},
                {"text": 3},
            ],
            [
                {"text": "Hartmoor Lunch Club", "url": "#"},
                {"stage": "unpublished", "reasons": ["Not checked in time"]},
                {"grade": "lapsed"},
                {"text": 112},
            ],
        ],
        "page": Paginator(range(400), 20).page(7),
        "checked_on": dt.date(2026, 8, 24),
        "due_on": dt.date(2026, 11, 24),
        "confirmed_on": dt.date(2026, 10, 2),
        "seen_on": dt.date(2026, 11, 9),
        "as_public": as_public,
        "public_parts": [{"title": "What it is", "rows": as_public}],
        "will_be": [{"label": "Service", "parts": [_part()]}],
        "histories": [{"label": "Telephone", "events": _events()[1:]}],
        "stats": _stats(),
        "chart": charts.line(_MONTHS, width=520, height=220),
        "events": _events(),
        "until": _at(0, 10, 52),
        "rows": _rows(),
        "answer": AnswerForm(),
        "reject_all": RejectAllForm(prefix="all"),
        "proposal": {
            "service_label": "Wexcombe Memory Café",
            "service_url": "#",
            "whose": "Friends of Wexcombe",
            "proposer_label": "Priya Nair, social prescriber, Wexcombe Health",
            "proposed_at": _at(6, 15, 20),
            "evidence_label": "I went there",
            "evidence_words": "The new times are on the door since last week.",
            "confidence": "Eight of her last ten suggestions were accepted.",
        },
        "rail": [
            {
                "id": "history",
                "title": "History",
                "count": 3,
                "open": True,
                "events": _events(),
            },
            {
                "id": "notes",
                "title": "Notes",
                "count": 1,
                "notes": [
                    {
                        "text": "Ring in the mornings: Joan is not there after lunch.",
                        "by": "Samira Holt",
                        "at": _at(20, 9, 5),
                    }
                ],
                "url": "#",
                "link": "Write a note",
            },
            {
                "id": "reports",
                "title": "Reports",
                "count": 0,
                "empty": "Nobody has said that anything is wrong.",
            },
        ],
    }


@public
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component with sample data; ``accent`` in the query tries another place."""
    place = {
        "name": "Wexcombe",
        "slug": "wexcombe",
        "accent": request.GET.get("accent", "spruce"),
        "role_mailbox": "directory@wexcombe.example",
    }
    return render(request, "gallery.html", {"place": place, "demo": True} | samples())
