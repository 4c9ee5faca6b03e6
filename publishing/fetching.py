"""Finished documents, fetched by key with statements that stay prepared.

What the open data is asked for most: one record, or the rows of a page. Everything else
is asked through querysets (``publishing/queries.py``).
"""

import datetime as dt
import functools
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from accounts import places
from common import prepared
from publishing.models import PublishedRecord

Model = type[PublishedRecord]


@dataclass(frozen=True)
class Document:
    """One finished document, which version it is of, and when it last changed."""

    body: bytes
    version: str
    last_modified: dt.datetime


def one(
    model: Model, column: str, key: uuid.UUID, *, host: str, strict: bool
) -> Document | None:
    """The record with this key as the place of a host name publishes it now, in full;
    None where it does not. One query, so that nothing needs to be kept."""
    statement = _one(model, column, "strict_full" if strict else "full")
    found = prepared.rows(statement, {**places.parameters(host), "key": key})
    return Document(*found[0]) if found else None


def many(model: Model, form: str, keys: Iterable[int]) -> list[tuple[int, bytes]]:
    """The rows with these primary keys, each with one form of its document."""
    # As one text: a list would be turned into an array number by number.
    wanted = ",".join(map(str, keys))
    found = prepared.rows(_many(model, form), {"keys": wanted})
    return [(key, body) for key, body in found]


@functools.cache
def _one(model: Model, column: str, form: str) -> str:
    return f"""
        SELECT "{form}", version, last_modified FROM {model._meta.db_table}
        WHERE {column} = %(key)s AND endpoint_id = (
            SELECT id FROM publishing_endpoint
            WHERE partnership_id = ({places.ID_FOR_HOST}) ORDER BY id LIMIT 1
        ) ORDER BY id LIMIT 1
    """  # noqa: S608 - put together from our own constants


@functools.cache
def _many(model: Model, form: str) -> str:
    return f"""
        SELECT id, "{form}" FROM {model._meta.db_table}
        WHERE id = ANY(string_to_array(%(keys)s, ',')::bigint[])
    """  # noqa: S608 - put together from our own constants
