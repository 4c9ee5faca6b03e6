"""The list form of a document stands in its row: a page reads fifty of them, and each
that is kept apart costs another look. With the strict one beside it, what is searched
and sorted by would have to make room.
"""

from typing import ClassVar

from django.db import migrations, models

TABLES = ("publishedservice", "publishedplace", "publishedorganization")


def _statements(storage: str) -> list[str]:
    return [
        f"ALTER TABLE publishing_{table} ALTER item SET STORAGE {storage}"
        for table in TABLES
    ]


class Migration(migrations.Migration):
    """For rows that are written from now on."""

    dependencies: ClassVar = [("publishing", "0012_publish_anew")]

    operations: ClassVar = [
        migrations.RunSQL(_statements("MAIN"), _statements("EXTENDED")),
        migrations.AddIndex(
            model_name="gone",
            index=models.Index(fields=["endpoint", "removed_at"], name="gone_latest"),
        ),
    ]
