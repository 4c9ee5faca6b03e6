"""The whole vocabulary of what a person may be allowed to do.

A permission is always held *on* something: an organization, a partner, a place or the
installation. Roles (``accounts/roles.py``) bundle permissions; nothing else grants
them, and ``is_superuser`` is never asked (PRODUCT.md section 1).
"""

from enum import StrEnum


class Permission(StrEnum):
    # on an organization (a provider in the data)
    EDIT_LISTINGS = "edit_listings"
    ASSURE_OWN = "assure_own"
    APPOINT_EDITORS = "appoint_editors"
    # on a partner (a body that takes part)
    READ_PARTNER_DATA = "read_partner_data"
    SUGGEST = "suggest"
    ASSURE = "assure"
    # on a partnership (a place)
    SEE_FIGURES = "see_figures"
    SET_POLICY = "set_policy"
    SET_LEVEL = "set_level"
    HAND_OVER = "hand_over"
    CARRY_OVER = "carry_over"
    APPOINT_PARTNER_ROLES = "appoint_partner_roles"
    DECIDE_HIDING = "decide_hiding"
    PUBLISH = "publish"
    RELEASE_FINDINGS = "release_findings"
    ERASE = "erase"
    HARVEST = "harvest"
    SHARE = "share"
    KEEP_TERMS = "keep_terms"
    # on the installation
    ADMINISTER = "administer"
