"""Request-wide behaviour that knows nothing of the domain."""

from collections.abc import Callable

from csp.constants import HEADER
from csp.utils import build_policy
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from common import remembered, request_id


class ContentPolicyMiddleware:
    """Sends the content security policy of the settings with every answer.

    It is the same for all of them, and so is put together once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response[HEADER] = self.policy
        return response


class RequestIdMiddleware:
    """Gives each request an id, which groups its audit rows and log lines."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        value = request_id.start()
        response = self.get_response(request)
        response["X-Request-Id"] = str(value)
        return response


class LettersMiddleware:
    """Refuses a form in other letters than UTF-8, which all our pages ask for: not all
    of them can be read, and of what is read not all can be shown again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.content_params or {}
        said = sent.get("charset", "utf-8").lower().strip("\"'")
        if said != "utf-8" or "charset*" in sent:
            # The page that says so asks for the form again.
            request._mark_post_parse_error()  # type: ignore[attr-defined]
            raise BadRequest("Send the form in UTF-8, please.")
        return self.get_response(request)


class ReadingMiddleware:
    """Lets a request that only reads work out once what it asks often."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with remembered.while_reading():
            return self.get_response(request)
