"""Who may act here: the roles that people, services and integrations have."""

from __future__ import annotations

from enum import StrEnum


class AccessRole(StrEnum):
    """What somebody is here for; one person may have several roles."""

    PARTNER = "partner"
    REQUESTER = "requester"
    ADVISOR = "advisor"
    OFFICE_LEAD = "office_lead"
    USERS_COMMITTEE = "users_committee"
    HR_OFFICER = "hr_officer"
    COMMUNICATIONS = "communications"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    SERVICE = "service"  # another service, on nobody's behalf


PARTNER = AccessRole.PARTNER
REQUESTER = AccessRole.REQUESTER
COMMITTEE = AccessRole.USERS_COMMITTEE
HR = AccessRole.HR_OFFICER
COMMUNICATIONS = AccessRole.COMMUNICATIONS
AUDITOR = AccessRole.AUDITOR
OPERATOR = AccessRole.OPERATOR
SERVICE = AccessRole.SERVICE
OFFICE = (AccessRole.ADVISOR, AccessRole.OFFICE_LEAD)
LEAD = (AccessRole.OFFICE_LEAD,)
PEOPLE = tuple(role for role in AccessRole if role is not SERVICE)
STAFF = tuple(role for role in PEOPLE if role is not PARTNER)
