"""Addresses of contracts, and of the statements about services and work."""

from django.urls import URLPattern, path

from workflow.views import contracts, statements

urlpatterns: list[URLPattern] = [
    path("contracts/", contracts.overview, name="contracts"),
    path("contracts/add/", contracts.add, name="add-contract"),
    path("contracts/<uuid:contract_id>/", contracts.contract, name="contract"),
    path(
        "contracts/<uuid:contract_id>/review/",
        contracts.review,
        name="review-contract",
    ),
    path("contracts/<uuid:contract_id>/end/", contracts.end, name="end-contract"),
    path(
        "statements/<uuid:partner_id>/services/", statements.statement, name="statement"
    ),
    path(
        "statements/<uuid:partner_id>/services.csv",
        statements.statement_table,
        name="statement-table",
    ),
    path("statements/<uuid:partner_id>/work/", statements.effort, name="effort"),
    path(
        "statements/<uuid:partner_id>/work.csv",
        statements.effort_table,
        name="effort-table",
    ),
]
