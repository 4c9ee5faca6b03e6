"""Database columns made from field declarations, so that nothing is declared twice,
and what the tables made of them have in common."""

import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.db import models

from common.models import UUIDModel
from directory.declare import Entity, Field, Type

Model = TypeVar("Model", bound=type[models.Model])


class Record(UUIDModel):
    """What the three kinds of record have in common."""

    entity: ClassVar[Entity]

    class Meta:
        abstract = True


class Element(models.Model):
    """An element of a list on a record; ``position`` keeps the order it came in.

    ``element_id`` is its UUID in the payload. It is not the key: two feeds may use
    one UUID for two things, and neither may stop the other.
    """

    entity: ClassVar[Entity]
    id = models.BigAutoField(primary_key=True)
    element_id = models.UUIDField(db_index=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.entity.label


def column(item: Field) -> models.Field[Any, Any]:
    """The column that holds this field. Empty text is ``""``, other gaps are NULL."""
    name = item.label
    if item.type in (Type.LINE, Type.EMAIL, Type.URL, Type.PHONE):
        return models.CharField(name, max_length=item.max_length, blank=True)
    if item.type == Type.TEXT:
        return models.TextField(name, blank=True)
    if item.type == Type.POSTCODE:
        return models.CharField(name, max_length=10, blank=True)
    if item.type == Type.DAYS:
        return models.CharField(name, max_length=100, blank=True)
    if item.type == Type.CHOICE:
        return models.CharField(name, max_length=40, blank=True, choices=item.choices)
    if item.type == Type.DATE:
        return models.DateField(name, null=True, blank=True)
    if item.type == Type.TIME:
        return models.TimeField(name, null=True, blank=True)
    if item.type == Type.INTEGER:
        return models.IntegerField(name, null=True, blank=True)
    if item.type == Type.DECIMAL:
        return models.FloatField(name, null=True, blank=True)
    if item.type == Type.BOOLEAN:
        return models.BooleanField(name, default=False)
    raise TypeError(f"{item.type} needs a column of its own")


def declared(entity: Entity) -> Callable[[Model], Model]:
    """Class decorator: add a column for each declared field the class lacks.

    References are written on the class itself, where the relation can be read.
    """

    def add(model: Model) -> Model:
        model.entity = entity  # type: ignore[attr-defined]
        own = {f.name for f in model._meta.local_fields}
        own |= {f.attname for f in model._meta.local_fields}
        for item in entity.fields:
            if item.name not in own and item.type != Type.REFERENCE:
                model.add_to_class(item.name, column(item))
        return model

    return add


def to_column(item: Field, value: Any) -> Any:
    """A payload value as its column wants it. Raises ValueError for a bad date."""
    if value in (None, ""):
        empty_text = item.type not in (
            Type.DATE, Type.TIME, Type.INTEGER, Type.DECIMAL, Type.BOOLEAN,
            Type.REFERENCE,
        )  # fmt: skip
        return "" if empty_text else (False if item.type == Type.BOOLEAN else None)
    if item.type == Type.DATE:
        return dt.date.fromisoformat(value)
    if item.type == Type.TIME:
        return dt.time.fromisoformat(value)
    return value


def to_payload(item: Field, value: Any) -> Any:
    """A column's value as the payload holds it, None where there is none."""
    if value is None or value == "" or value is False:
        return None
    if item.type == Type.DATE:
        return value.isoformat()
    if item.type == Type.TIME:
        return value.strftime("%H:%M")
    if item.type == Type.REFERENCE:
        return str(value)
    if item.type == Type.DECIMAL and float(value).is_integer():
        return int(value)
    return value
