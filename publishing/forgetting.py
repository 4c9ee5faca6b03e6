"""Taking an erased value out of what is public, rendered or not."""

import json
import logging
import uuid
from collections.abc import Collection, Iterator
from typing import Any

from django.db import models, transaction
from django.db.models import F, Func, Q, QuerySet, Value

from directory.blanking import Wanted
from publishing.actions import publish_service, services_showing, take_away
from publishing.choices import GoneReason
from publishing.models import PublishedService

logger = logging.getLogger(__name__)

_DOCUMENTS = ("full", "item", "strict_full", "strict_item")


def forget_value(what: Wanted, record_ids: Collection[Any]) -> None:
    """Render anew what showed these records, in the transaction that erases the value.

    What cannot be rendered, or still holds it, is taken away until it can be: nobody
    is served the old bytes for one moment after the erasure.
    """
    services = {key for record_id in record_ids for key in services_showing(record_id)}
    services |= set(_holding(what).values_list("service_id", flat=True))
    for service_id in sorted(services):
        if not _renders(service_id) or _holds(service_id, what):
            take_away(service_id, GoneReason.PERSONAL_DATA)


def _renders(service_id: uuid.UUID) -> bool:
    try:
        with transaction.atomic():
            publish_service(service_id)
    except Exception:  # whatever it is: the erasure wins
        logger.exception("forgetting_failed", extra={"object_id": str(service_id)})
        return False
    return True


def _holds(service_id: uuid.UUID, what: Wanted) -> bool:
    return any(
        what.is_in(text)
        for row in PublishedService.objects.filter(service_id=service_id)
        for name in _DOCUMENTS
        for text in _texts(json.loads(bytes(getattr(row, name))))
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
    elif value is not None:
        yield str(value)


def _holding(what: Wanted) -> QuerySet[PublishedService]:
    """The published services in whose documents the value may stand."""
    rows = PublishedService.objects.all()
    where = Q()
    for name in _DOCUMENTS:
        text = Func(
            F(name), Value("UTF8"), function="convert_from",
            output_field=models.TextField(),
        )  # fmt: skip
        rows = rows.annotate(**{f"{name}_text": text})
        where |= Q(**{f"{name}_text__iregex": what.sql_json})
    return rows.filter(where)
