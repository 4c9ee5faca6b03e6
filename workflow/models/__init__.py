"""How a record becomes true. Grouped by what the rows are about."""

from workflow.models.advice import LevelAdvice
from workflow.models.area import Area, AreaOutline, LocationArea
from workflow.models.asking import (
    Ask,
    AskedListing,
    ContactPoint,
    LadderStep,
)
from workflow.models.assurance import Assurance, Confirmation, HidingStop, JobRun
from workflow.models.batch import Batch, BatchItem
from workflow.models.call import Call, CalledListing
from workflow.models.check_claim import CheckClaim
from workflow.models.contract import (
    Contract,
    ContractedListing,
    ContractNotice,
    ContractReminder,
)
from workflow.models.counting import (
    KeptCheck,
    KeptFigures,
    KeptQuarter,
    MonthCount,
    StandingCount,
)
from workflow.models.effort import (
    AgreedRate,
    Effort,
    EffortDefault,
    OrganizationReview,
)
from workflow.models.erased import ErasedValue
from workflow.models.home_offer import HomeOffer
from workflow.models.listing import Listing, OutboxEvent, Release
from workflow.models.listing_count import ListingCount
from workflow.models.note import TeamNote
from workflow.models.place import AssuranceLevel, OwnBody, PeriodRule, Policy
from workflow.models.proposal import Change, Decision, Proposal
from workflow.models.public_report import PublicReport
from workflow.models.record import Record, Revision
from workflow.models.remit import Cover, Remit, RemitOutline
from workflow.models.report_clock import Escalation, ReportPause
from workflow.models.sharing import SharingAgreement
from workflow.models.source import (
    Harvest,
    HarvestProblem,
    HarvestRequest,
    Source,
    SourceRecord,
)

__all__ = [
    "AgreedRate",
    "Area",
    "AreaOutline",
    "Ask",
    "AskedListing",
    "Assurance",
    "AssuranceLevel",
    "Batch",
    "BatchItem",
    "Call",
    "CalledListing",
    "Change",
    "CheckClaim",
    "Confirmation",
    "ContactPoint",
    "Contract",
    "ContractNotice",
    "ContractReminder",
    "ContractedListing",
    "Cover",
    "Decision",
    "Effort",
    "EffortDefault",
    "ErasedValue",
    "Escalation",
    "Harvest",
    "HarvestProblem",
    "HarvestRequest",
    "HidingStop",
    "HomeOffer",
    "JobRun",
    "KeptCheck",
    "KeptFigures",
    "KeptQuarter",
    "LadderStep",
    "LevelAdvice",
    "Listing",
    "ListingCount",
    "LocationArea",
    "MonthCount",
    "OrganizationReview",
    "OutboxEvent",
    "OwnBody",
    "PeriodRule",
    "Policy",
    "Proposal",
    "PublicReport",
    "Record",
    "Release",
    "Remit",
    "RemitOutline",
    "ReportPause",
    "Revision",
    "SharingAgreement",
    "Source",
    "SourceRecord",
    "StandingCount",
    "TeamNote",
]
