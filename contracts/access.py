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
