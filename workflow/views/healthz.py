"""`/healthz`: whether this installation is well, for whoever watches it.

The answer holds a word for each part and the names of jobs, and no data, so anybody may
ask.
"""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from common import health
from workflow.actions import jobs


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 with “ok” for each part; or 503 with “down” for those that are not well, and
    under ``jobs`` “late” with the names of those that have not run when they should.

    Of the jobs nothing is known without the broker and the database.
    """
    parts = health.state()
    known = parts["broker"] and parts["database"]
    late = [job.name for job in jobs.timetable() if job.is_late] if known else []
    well = all(parts.values()) and not late
    return JsonResponse(
        {
            "status": "ok" if well else "down",
            **{name: "ok" if up else "down" for name, up in parts.items()},
            "jobs": _words(late) if known else "not known",
        },
        status=200 if well else 503,
        headers={"Cache-Control": "no-store"},
    )


def _words(late: list[str]) -> str:
    return f"late: {', '.join(late)}" if late else "ok"
