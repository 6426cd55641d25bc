"""Tells the services what happened, step by step, each once however often it is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.consent import ConsentTo, RepresentativeKind, Speaker
from services.chassis.moments import HERE
from services.cli.running import Platform, Refused

ACCOUNTS = "demonstration"  # the provider of logins whose subjects are roles
PATIENCE = 15.0  # seconds for one service to have heard what another has said


class Teller:
    """One establishment's history. `on` is when a thing happened, `key` what names it here."""

    def __init__(self, platform: Platform, told: Callable[[], None]) -> None:
        self._platform = platform
        self._told = told

    @staticmethod
    def days_ago(days: int) -> str:
        """A day not long ago, so that the desk of the demonstration is always of this week."""
        return (datetime.now(HERE).date() - timedelta(days=days)).isoformat()

    def ask(self, key: str, path: str, said: Mapping[str, Any], on: str) -> dict[str, str]:
        """Ask once more while the service has not heard yet of what this rests on.

        Raises Refused where the answer stays no.
        """
        what = "/".join(step for step in path.split("/") if step.count("-") != 4)  # but no ids
        headers = {
            "Idempotency-Key": str(uuid5(NAMESPACE_URL, f"tandem:demo:{what}:{key}")),
            "Tandem-Happened": on,
            "Tandem-Channel": "demo",
        }
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                answer = self._platform.post(path, said, **headers)
            except Refused as refused:
                if refused.otherwise_before:  # on another day, which was then « a week ago »
                    return {}
                if not refused.may_change or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                self._told()
                return answer.json() if answer.content else {}

    def department(self, key: str, name: str, abbreviation: str, on: str) -> str:
        said = {"name": name, "abbreviation": abbreviation}
        return self.ask(key, "/directory/departments", said, on)["id"]

    def staff(
        self, key: str, name: str, title: str, department: str, on: str, role: str = ""
    ) -> str:
        """Whoever has a role is who the account of that role signs in as."""
        said = {"name": name, "title": title, "department": department}
        staff = self.ask(key, "/directory/staff", said, on)["id"]
        if role:
            self.ask(f"{key} {role}", f"/directory/staff/{staff}/roles", {"role": role}, on)
            login = {"provider": ACCOUNTS, "subject": role}
            self.ask(f"{key} {role}", f"/directory/staff/{staff}/logins", login, on)
        return staff

    def project(self, key: str, on: str, ends: str | None = None, **said: Any) -> str:
        """Open a project, and close it when it has an end."""
        opening = {"starts": on, **({"ends": ends} if ends else {}), **said}
        project = self.ask(key, "/intake/projects", opening, on)["id"]
        if ends:
            self.ask(f"{key} closed", f"/intake/projects/{project}/closing", {}, ends)
        return project

    def seat(self, key: str, project: str, title: str, reserved_for: str, on: str) -> str:
        said = {"title": title, "reserved_for": reserved_for}
        return self.ask(key, f"/intake/projects/{project}/seats", said, on)["id"]

    def partner(self, key: str, on: str, kept: str, **said: Any) -> str:
        """Somebody applies, is met, and joins the pool."""
        given, _, family = key.partition(" ")
        profile = {
            "given_name": given,
            "family_name": f"{family} (démo)",
            "reach_by": "téléphone",
            "phone": f"418 555-01{len(key) * 7 % 90 + 10}",
            **said.pop("profile", {}),
        }
        role, capacity = said.pop("role", "organization"), said.pop("capacity", "patient")
        sheet = {"role": role, "capacity": capacity, "door": "paper", "profile": profile}
        person = self.ask(key, "/intake/candidacies", sheet, on)["person"]
        meeting = {
            "outcome": "kept",
            "role": role,
            "competencies": {"listening": 4, "speaking": 3, "stepping_back": 3},
            **said,
        }
        self.ask(f"{key} kept", f"/recruitment/partners/{person}/preselection", meeting, kept)
        return person

    def speaker(self, name: str, email: str, person: str, kind: RepresentativeKind, on: str) -> str:
        """Who speaks for somebody."""
        given, _, family = name.partition(" ")
        who = {"given_name": given, "family_name": f"{family} (démo)", "email": email}
        path, said = f"/recruitment/partners/{person}/representatives", {"kind": kind}
        return self.ask(name, path, {**said, "personal": who}, on)["id"]

    def consent(
        self, key: str, person: str, purpose: ConsentTo, on: str,
        given_by: Speaker = Speaker.SELF, speaker: str | None = None,
    ) -> None:  # fmt: skip
        said = {"purpose": purpose, "form": "paper", "given_by": given_by,
                "representative": speaker}  # fmt: skip
        self.ask(f"{key} {purpose}", f"/recruitment/partners/{person}/consents", said, on)

    def space(self, key: str, person: str, on: str, holder: str | None = None) -> None:
        """The person's own, or that of whoever speaks for them."""
        said = {"holder": holder}
        self.ask(f"{key} space", f"/recruitment/partners/{person}/access", said, on)

    def request(self, key: str, on: str, **said: Any) -> str:
        """A team drafts and sends its request."""
        request = self.ask(key, "/intake/requests", said, on)["id"]
        self.ask(f"{key} sent", f"/intake/requests/{request}/submission", {}, on)
        return request

    def accept(self, key: str, request: str, advisor: str, on: str) -> None:
        path = f"/intake/requests/{request}"
        self.ask(f"{key} triaged", f"{path}/triage", {"advisor": advisor}, on)
        self.ask(f"{key} accepted", f"{path}/acceptance", {}, on)

    def match(self, key: str, request: str, partner: str, on: str, note: str) -> str:
        """From the office's thought to the agreement of both sides; the involvement's id."""
        path, who = f"/recruitment/searches/{request}", {"partner": partner}
        self.ask(f"{key} listed", f"{path}/shortlist", {**who, "note": note}, on)
        self.ask(f"{key} keen", f"{path}/interest", who, on)
        self.ask(f"{key} matched", f"{path}/match", {**who, "role": "organization"}, on)
        match = uuid5(uuid5(UUID(request), "search"), partner)
        self._learn(f"{key} learnt", uuid5(match, "partner plan"), on)
        self._learn(f"{request} team learnt", uuid5(UUID(request), "team plan"), on)
        return str(uuid5(match, "involvement"))

    def _learn(self, key: str, plan: UUID, on: str) -> None:
        path = f"/training/plans/{plan}/completions"
        for module in self._modules_of(plan):
            said = {"module": module, "completion": "completed", "minutes": 90}
            self.ask(f"{key} {module}", path, said, on)

    def _modules_of(self, plan: UUID) -> list[str]:
        """As the plan was prepared."""
        modules: list[str] = self._once_told(plan, "PlanPrepared")["modules"]
        return modules

    def _once_told(self, stream: UUID, fact: str) -> dict[str, Any]:
        """What a service said by itself, once the ledger knows of it. Raises TimeoutError."""
        found: list[dict[str, Any]] = []

        def is_told() -> bool:
            told = self._platform.get(f"/ledger/streams/{stream}/history")
            found.extend(one["data"] for one in told if one["type"].split(".")[1] == fact)
            return bool(found)

        self._wait(is_told, f"{fact} of {stream}")
        return found[0]

    @staticmethod
    def _wait(so: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not so():
            if time.monotonic() > deadline:
                raise TimeoutError(what)
            time.sleep(0.05)

    def mandate(self, key: str, partner: str, on: str, contact: str, **about: str) -> str:
        """Proposed directly, with its terms, and signed by the team."""
        proposal = {"partner": partner, "role": "organization", **about}
        involvement = self.ask(key, "/accompaniment/involvements", proposal, on)["id"]
        self._terms(key, involvement, on, contact=contact)
        self.sign(key, involvement, on, "team")
        return involvement

    def sign(self, key: str, involvement: str, on: str, side: str = "partner") -> None:
        path, said = f"/accompaniment/involvements/{involvement}/signatures", {"side": side}
        self.ask(f"{key} signed {side}", path, said, on)

    def sign_as(self, key: str, involvement: str, on: str, signer: str, paper: str) -> None:
        """By one of those whom the law lets sign, as soon as that is known there."""
        path = f"/accompaniment/involvements/{involvement}/signatures"

        def is_able() -> bool:
            needed = self._platform.get(path)["needed"]
            return any(signer in one["able"] for one in needed)

        self._wait(is_able, f"the power of {signer}")
        said = {"side": "partner", "signer": signer, "paper": paper}
        self.ask(f"{key} signed partner", path, said, on)

    def begin(self, key: str, involvement: str, on: str) -> None:
        """The first meeting, and off."""
        path = f"/accompaniment/involvements/{involvement}"
        self.ask(f"{key} met", f"{path}/first-meeting", {}, on)
        self.ask(f"{key} started", f"{path}/start", {}, on)

    def start(self, key: str, involvement: str, on: str, **terms: Any) -> None:
        """Terms, both signatures, the first meeting, and off."""
        self._terms(key, involvement, on, **terms)
        for side in ("partner", "team"):
            self.sign(key, involvement, on, side)
        self.begin(key, involvement, on)

    def _terms(self, key: str, involvement: str, on: str, **terms: Any) -> None:
        path = f"/accompaniment/involvements/{involvement}/terms"
        self.ask(f"{key} terms", path, {"starts": on, **terms}, on)

    def hours(self, key: str, involvement: str, on: str, minutes: int, activity: str) -> None:
        said = {"date": on, "minutes": minutes, "activity": activity}
        path = f"/accompaniment/involvements/{involvement}/hours"
        self.ask(f"{key} hours {on}", path, said, on)

    def contribution(
        self, key: str, involvement: str, on: str, text: str, decision: str, why: str, then: str
    ) -> None:
        """What a partner brought, and what came of it."""
        path = f"/accompaniment/involvements/{involvement}/contributions"
        made = self.ask(f"{key} said {on}", path, {"text": text}, on)["id"]
        answer = {"decision": decision, "why": why}
        self.ask(
            f"{key} answered {then}", f"/accompaniment/contributions/{made}/answer", answer, then
        )

    def check_in(self, key: str, involvement: str, on: str, side: str, points: int) -> None:
        said = {"side": side, "satisfaction": points}
        path = f"/evaluation/involvements/{involvement}/check-ins"
        self.ask(f"{key} asked {side} {on}", path, said, on)

    def end(self, key: str, involvement: str, on: str, reason: str, farewell: str) -> None:
        """The end, and the conversation that follows it."""
        path = f"/accompaniment/involvements/{involvement}/end"
        self.ask(f"{key} ended", path, {"reason": reason}, on)
        self._once_told(uuid5(UUID(involvement), "follow-up"), "ExitInterviewProposed")
        talk = {"satisfaction": 5, "would_return": True, "note": farewell}
        self.ask(
            f"{key} farewell", f"/evaluation/involvements/{involvement}/exit-interview", talk, on
        )
