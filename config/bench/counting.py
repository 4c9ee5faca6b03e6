"""How many queries an answer takes."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from config.bench.serving import HOST
from config.settings import base


def queries_of(path: str) -> int:
    """Of an answer that nobody has asked for before, with Vouch's own middleware."""
    ours = override_settings(MIDDLEWARE=base.MIDDLEWARE, ROOT_URLCONF=base.ROOT_URLCONF)
    with ours, CaptureQueriesContext(connection) as captured:
        answer = Client().get(path, headers={"host": HOST})
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}.")
    return len(captured)
