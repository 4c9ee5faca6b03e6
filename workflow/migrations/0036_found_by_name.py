"""What waits, what falls due and what is called so are found by an index (ADR 46)."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_open_licence"),
        ("workflow", "0035_fewer_indexes"),
    ]

    operations = [
        TrigramExtension(),
        migrations.RemoveIndex(
            model_name="listing",
            name="listing_public_due",
        ),
        migrations.AlterField(
            model_name="proposal",
            name="partnership",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="accounts.partnership",
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                condition=models.Q(("open_to_all", True), ("stage", "published")),
                fields=["partnership", "due_on", "title", "id"],
                include=("remit", "first_due_on"),
                name="listing_public_due",
            ),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                fields=["partnership", "decided_at"], name="proposal_waits"
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("label"), "gin_trgm_ops"
                ),
                name="record_named",
            ),
        ),
    ]
