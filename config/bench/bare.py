"""The yardstick: Django and one view that sends bytes from memory, nothing else.

``BENCH_ANSWERS`` names a directory of files; ``/<name>`` answers with the bytes of one.
"""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

_ANSWERS = {
    file.name: file.read_bytes() for file in Path(os.environ["BENCH_ANSWERS"]).iterdir()
}


def answer(request: HttpRequest, name: str) -> HttpResponse:
    """The bytes of this name."""
    return HttpResponse(_ANSWERS[name], content_type="application/json")


urlpatterns = [path("<name>", answer)]

settings.configure(
    ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], MIDDLEWARE=[], DEBUG=False
)
application = get_wsgi_application()
