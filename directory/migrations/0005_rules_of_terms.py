"""Whose each list is and what it is for, and what has to hold of lists from now on."""

import django.db.models.constraints
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FACETS = {
    "service types": "service_type",
    "needs": "need",
    "circumstances": "circumstance",
    "audiences": "audience",
    "accessibility": "accessibility",
    "access": "accessibility",
}


def give_to_places(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """A list becomes the only place's own; where there are several places, whose
    records carry its terms, it becomes a shared one that all of them use."""
    taxonomies = apps.get_model("directory", "Taxonomy").objects
    places = list(apps.get_model("accounts", "Partnership").objects.all())
    for taxonomy in taxonomies.all():
        taxonomy.facet = FACETS.get(taxonomy.name.strip().lower(), "other")
        if len(places) == 1:
            taxonomy.partnership = places[0]
        taxonomy.save()
        if len(places) > 1:
            taxonomy.used_by.set(places)


def leave_each_code_once(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Of terms of a list with the same code, or address, the first keeps it."""
    terms = apps.get_model("directory", "TaxonomyTerm").objects
    for name in ("code", "term_uri"):
        seen = set()
        for term in terms.exclude(**{name: ""}).order_by("taxonomy", "name", "pk"):
            key = (term.taxonomy_id, getattr(term, name))
            if key in seen:
                setattr(term, name, "")
                term.save()
            seen.add(key)


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0004_terms_of_a_place"),
    ]

    operations = [
        migrations.RunPython(give_to_places, migrations.RunPython.noop),
        migrations.RunPython(leave_each_code_once, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="taxonomy",
            constraint=models.UniqueConstraint(
                fields=("partnership", "name"),
                name="taxonomy_name_once_in_a_place",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="taxonomy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "facet__in",
                        [
                            "service_type",
                            "need",
                            "circumstance",
                            "audience",
                            "accessibility",
                            "other",
                        ],
                    )
                ),
                name="taxonomy_facet",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxonomyterm",
            constraint=models.CheckConstraint(
                condition=models.Q(("replaced_by", models.F("id")), _negated=True),
                name="term_not_own_replacement",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxonomyterm",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaced_by__isnull", True),
                    ("retired_on__isnull", False),
                    _connector="OR",
                ),
                name="term_replaced_is_retired",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxonomyterm",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code", ""), _negated=True),
                fields=("taxonomy", "code"),
                name="term_code_once_in_a_list",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxonomyterm",
            constraint=models.UniqueConstraint(
                condition=models.Q(("term_uri", ""), _negated=True),
                fields=("taxonomy", "term_uri"),
                name="term_uri_once_in_a_list",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxonomyterm",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("taxonomy", "plain_position"),
                name="plain_need_position_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="termmapping",
            constraint=models.UniqueConstraint(
                fields=("from_term", "to_term"), name="mapping_once"
            ),
        ),
    ]
