"""Whom to reach in a team: asked for anew when a contact has left, and named."""

from __future__ import annotations

from msgspec.structs import replace

from contracts import accompaniment, intake
from services.chassis.folding import Entry
from services.insights.involvements import Involvement, involvements
from services.insights.requests import Request, requests


@requests.on(intake.NewContactAsked)
def request_asks(it: Request, entry: Entry) -> Request:
    return replace(it, contact_asked=entry.data["on"])


@requests.on(intake.ContactNamed)
def request_reached(it: Request, entry: Entry) -> Request:
    return replace(it, contact=entry.data["contact"], contact_asked=None)


@involvements.on(accompaniment.NewContactAsked)
def involvement_asks(it: Involvement, entry: Entry) -> Involvement:
    return replace(it, contact_asked=entry.data["on"])


@involvements.on(accompaniment.ContactNamed)
def involvement_reached(it: Involvement, entry: Entry) -> Involvement:
    return replace(it, contact=entry.data["contact"], contact_asked=None)
