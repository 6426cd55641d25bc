"""An envelope as a FHIR R4 AuditEvent, in the shape of IHE BALP 1.1.3 (basic audit log patterns).

Profiles: Create and Update for facts, Read and Query for the journal of readings; with a person,
their Patient variants: one event a patient, as BALP asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

DCM = "http://dicom.nema.org/resources/ontology/DCM"
EVENTS = "http://terminology.hl7.org/CodeSystem/audit-event-type"
REST = "http://hl7.org/fhir/restful-interaction"
OBJECTS = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
ROLES = "http://terminology.hl7.org/CodeSystem/object-role"
SOURCES = "http://terminology.hl7.org/CodeSystem/security-source-type"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
BALP = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit"
TRANSACTION = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType"
OURS = "urn:tandem"
READ = "vault.PersonalFilesRead"
# What is done: FHIR's action, its interaction, and BALP's name of the profile.
DONE = {"create": ("C", "Create"), "update": ("U", "Update"), "read": ("R", "Read"),
        "search": ("E", "Query")}  # fmt: skip


def audit_events(envelope: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One for each person that it is about, or a single one where it is about nobody.

    `envelope` is a fact or a reading, as it is written. Times are RFC 3339.
    """
    for person in _persons(envelope) or [None]:
        yield _event(envelope, person)


def _persons(envelope: Mapping[str, Any]) -> list[str | None]:
    if envelope["type"].startswith(READ):
        return list(envelope["data"].get("subjects", ()))
    return str(envelope.get("persons", "")).split() or []  # type: ignore[return-value]


def _event(envelope: Mapping[str, Any], person: str | None) -> dict[str, Any]:
    interaction = _interaction(envelope)
    action, profile = DONE[interaction]
    said = {
        "resourceType": "AuditEvent",
        "id": envelope["id"] if person is None else f"{envelope['id'][:23]}-{person[:8]}",
        "meta": {"profile": [f"{BALP}.{'Patient' if person else ''}{profile}"]},
        "type": _coding(EVENTS, "rest", "Restful Operation"),
        "subtype": [_coding(REST, interaction), _coding(f"{OURS}:fact", envelope["type"])],
        "action": action,
        "period": {"start": envelope["time"], "end": envelope["time"]},
        "recorded": envelope.get("recordedtime", envelope["time"]),
        "outcome": "4" if envelope["data"].get("refused") else "0",
        "agent": list(_agents(envelope)),
        "source": {
            "site": envelope["establishment"],
            "observer": _named("Device", f"{OURS}:service", envelope["source"]),
            "type": [_coding(SOURCES, "4", "Application Server")],
        },
        "entity": list(_entities(envelope, person)),
    }
    if purpose := envelope["data"].get("purpose"):
        said["purposeOfEvent"] = [{"coding": [_coding(f"{OURS}:purpose", purpose)]}]
    return said


def _interaction(envelope: Mapping[str, Any]) -> str:
    if envelope["type"].startswith(READ):
        return "search" if envelope["data"]["asked"] in ("search", "sorted", "contact") else "read"
    return "create" if envelope["version"] == 1 else "update"


def _agents(envelope: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Who asked, for whom, through what; and who answered."""
    user = {
        "type": {"coding": [_coding(PARTICIPATION, "IRCP", "information recipient")]},
        "who": _named("Practitioner", f"{OURS}:actor", envelope["actor"]),
        "requestor": True,
    }
    if role := envelope.get("role"):
        user["role"] = [{"coding": [_coding(f"{OURS}:role", role)]}]
    yield user
    if behalf := envelope.get("onbehalfof"):
        who = _named("Practitioner", f"{OURS}:actor", behalf)
        yield {"who": who, "requestor": False}
    yield {
        "type": {"coding": [_coding(DCM, "110153", "Source Role ID")]},
        "who": _named("Device", f"{OURS}:channel", envelope.get("channel") or "unknown"),
        "requestor": False,
    }
    yield {
        "type": {"coding": [_coding(DCM, "110152", "Destination Role ID")]},
        "who": _named("Device", f"{OURS}:service", envelope["source"]),
        "requestor": False,
    }


def _entities(envelope: Mapping[str, Any], person: str | None) -> Iterator[dict[str, Any]]:
    yield {
        "what": {"identifier": _identifier(f"{OURS}:stream", envelope["subject"])},
        "type": _coding(OBJECTS, "2", "System Object"),
        "role": _coding(ROLES, "4", "Domain Resource"),
    }
    if person:
        yield {
            "what": {"type": "Patient", "identifier": _identifier(f"{OURS}:person", person)},
            "type": _coding(OBJECTS, "1", "Person"),
            "role": _coding(ROLES, "1", "Patient"),
        }
    yield {
        "what": {"identifier": _identifier(f"{OURS}:request", envelope["correlationid"])},
        "type": _coding(TRANSACTION, "XrequestId"),
    }


def _coding(system: str, code: str, display: str = "") -> dict[str, str]:
    return {"system": system, "code": code} | ({"display": display} if display else {})


def _identifier(system: str, value: str) -> dict[str, str]:
    return {"system": system, "value": value}


def _named(type: str, system: str, value: str) -> dict[str, Any]:
    return {"type": type, "identifier": _identifier(system, value)}
