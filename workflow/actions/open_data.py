"""What a lead decides about the open data of a place: under which licence it is."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit, licences
from accounts.models import Partnership, User
from accounts.permissions import Permission
from common.errors import InvalidInput
from workflow import access


@transaction.atomic
def set_licence(*, by: User, place: Partnership, licence: str) -> None:
    """Say under which open licence a place gives its data, by its SPDX identifier.

    Raises PermissionDenied; InvalidInput for what is not among ``LICENCES``.
    """
    locked = Partnership.objects.select_for_update(no_key=True).get(pk=place.pk)
    if not access.can_in_place(by, Permission.SET_POLICY, place):
        raise PermissionDenied(f"This is for those who answer for {place}.")
    if licence not in licences.BY_KEY:
        raise InvalidInput({"licence": "Choose one of the licences."})
    before = locked.open_licence
    if before == licence:
        return
    locked.open_licence = licence
    locked.save(update_fields=["open_licence"])
    audit.record(
        "licence_changed", locked, actor=by, partnership_id=locked.pk,
        before={"licence": before}, after={"licence": licence},
    )  # fmt: skip
