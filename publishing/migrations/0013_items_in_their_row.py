"""The list form of a document stands in its row: a page reads fifty of them, and each
that is kept apart costs another look."""

from typing import ClassVar

from django.db import migrations

TABLES = ("publishedservice", "publishedplace", "publishedorganization")


def _statement(storage: str) -> list[str]:
    return [
        f"ALTER TABLE publishing_{table} ALTER item SET STORAGE {storage},"
        f" ALTER strict_item SET STORAGE {storage}"
        for table in TABLES
    ]


class Migration(migrations.Migration):
    """For rows that are written from now on."""

    dependencies: ClassVar = [("publishing", "0012_publish_anew")]

    operations: ClassVar = [
        migrations.RunSQL(_statement("MAIN"), _statement("EXTENDED"))
    ]
