"""How the API answers, whatever happens: JSON that any website may read.

Faults are JSON too: ``status``, ``error`` (the phrase of the status), ``message`` (a
sentence) and, for bad parameters, ``parameters`` with a sentence for each.
"""

import datetime as dt
import functools
import hashlib
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page

from accounts.guard import public
from common import clock

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponseBase]

METHODS = ("GET", "HEAD", "OPTIONS")
_FOR_EVERY_WEBSITE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Retry-After",
}
_FOR_A_PREFLIGHT = {
    "Allow": ", ".join(METHODS),
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}
_CONDITIONS = frozenset(
    {"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE",
     "HTTP_IF_UNMODIFIED_SINCE"}
)  # fmt: skip
"""Most requests have none, and are not gone through for them."""
SECONDS_TO_WAIT = 10
SETTLED = dt.timedelta(minutes=1)
"""Longer than any transaction of ours takes."""


class Fault(Exception):
    """An answer other than the data that was asked for."""

    def __init__(self, status: HTTPStatus, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {
            "status": status.value,
            "error": status.phrase,
            "message": message,
            **more,
        }


def sent(body: bytes, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    """Bytes of JSON as a response. Whoever keeps a copy asks whether it still holds."""
    return HttpResponse(
        body,
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-cache"},
    )


def etag_of(body: bytes) -> str:
    """A strong ETag (RFC 9110, section 8.8.3) of exactly these bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def unless_known(
    request: HttpRequest, body: bytes, etag: str, changed_at: dt.datetime | None
) -> HttpResponse:
    """The body, or 304 if the one who asks has it already (RFC 9110, section 13).

    A date knows no parts of a second, and a change that was stamped before may be seen
    after: one that is not settled yet is not told, and the ETag alone decides.

    Raises Fault (412) where what is here is not what the request asks it to be.
    """
    settled = changed_at and clock.now() - changed_at > SETTLED
    modified = int(changed_at.timestamp()) if changed_at and settled else None
    response = sent(body)
    response["ETag"] = etag
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    if not _CONDITIONS.isdisjoint(request.META):
        found = get_conditional_response(request, etag, modified, response)
        if found and found.status_code == HTTPStatus.PRECONDITION_FAILED:
            raise Fault(
                HTTPStatus.PRECONDITION_FAILED,
                "What is here is not what your condition says it is. Ask for it anew.",
            )
        return found or response
    return response


def answers(view: View) -> View:
    """Make a function of the request an address of the API.

    Open to everybody, for reading only; every answer and every fault carries what
    another website's script needs to read it.
    """

    @public
    @csrf_exempt
    @functools.wraps(view)
    def address(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = _answer(view, request, *args, **kwargs)
        for name, value in _FOR_EVERY_WEBSITE.items():
            response[name] = value
        if isinstance(response, HttpResponse):
            response["Content-Length"] = str(len(response.content))
        return response

    return address


@gzip_page
def _compressed(
    request: HttpRequest, view: View, *args: Any, **kwargs: Any
) -> HttpResponseBase:
    return view(request, *args, **kwargs)


def _answer(
    view: View, request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponseBase:
    if request.method == "OPTIONS":
        nothing = HttpResponse(status=HTTPStatus.NO_CONTENT, headers=_FOR_A_PREFLIGHT)
        del nothing["Content-Type"]
        return nothing
    try:
        request.get_host()  # refuses a name that is not ours
        if request.method not in METHODS:
            raise Fault(
                HTTPStatus.METHOD_NOT_ALLOWED,
                "This data can only be read: use GET, HEAD or OPTIONS.",
            )
        return _compressed(request, view, *args, **kwargs)
    except Fault as fault:
        return _told(fault)
    except (BadRequest, RequestDataTooBig, SuspiciousOperation):
        return _told(Fault(HTTPStatus.BAD_REQUEST, "The request could not be read."))
    except OperationalError:
        logger.exception("api_without_database")
        return _told(
            Fault(HTTPStatus.SERVICE_UNAVAILABLE, "Please ask again in a moment.")
        )
    except Exception:
        logger.exception("api_failed")
        got_request_exception.send(sender=answers, request=request)
        return _told(
            Fault(
                HTTPStatus.INTERNAL_SERVER_ERROR,
                "Something went wrong here. It has been noted.",
            )
        )


def _told(fault: Fault) -> HttpResponse:
    response = sent(orjson.dumps(fault.body), fault.status)
    response["Cache-Control"] = "no-store"
    if fault.status == HTTPStatus.METHOD_NOT_ALLOWED:
        response["Allow"] = _FOR_A_PREFLIGHT["Allow"]
    if fault.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = str(SECONDS_TO_WAIT)
    return response
