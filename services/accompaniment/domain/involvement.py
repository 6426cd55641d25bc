"""One partner's involvement, from the mandate on the table to its end."""

from __future__ import annotations

from uuid import UUID, uuid5

from contracts.accompaniment import (
    ContactNamed,
    FirstMeetingHeld,
    IntegrationPlanPrepared,
    InvolvementEnded,
    InvolvementExtended,
    InvolvementPaused,
    InvolvementRecorded,
    InvolvementResumed,
    InvolvementStarted,
    InvolvementState,
    MandateProposed,
    MandateSigned,
    NewContactAsked,
    Step,
    StepCompleted,
    Stop,
    StopLifted,
    StopTold,
    StopToTell,
    TermsSet,
)
from contracts.envelope import Fact, PersonalRef
from contracts.terms import Compensation, Side
from services.accompaniment.domain.integration import plan_for
from services.accompaniment.domain.mandate import BOTH, Mandate
from services.accompaniment.domain.refusals import (
    MandateNotSigned,
    NotAnExtension,
    NotPartOfThePlan,
    NotStartedYet,
    SignatureAwaited,
    SignedByTheSides,
)
from services.chassis.moments import last_instant

State = InvolvementState
NOT_STARTED = (State.PROPOSED, State.IN_PREPARATION)


class Involvement(Mandate):
    """What two sides agreed upon, and how far it has come."""

    begun_by = (MandateProposed, InvolvementRecorded)
    loose = (
        StepCompleted, FirstMeetingHeld, InvolvementExtended, NewContactAsked, ContactNamed,
        StopTold, StopLifted,
    )  # fmt: skip

    request: UUID | None = None
    project: UUID | None = None
    steps: tuple[Step, ...] = ()
    done: frozenset[Step] = frozenset()
    started: bool = False
    extended: bool = False
    pause_until: str | None = None

    @staticmethod
    def id_for(match: UUID) -> UUID:
        """One involvement a match."""
        return uuid5(match, "involvement")

    @classmethod
    def propose(cls, id: UUID, proposal: MandateProposed) -> Involvement:
        """The mandate on the table, with the integration plan its role needs."""
        involvement = cls.begin(id, proposal)
        plan = plan_for(proposal.role, proposal.level, proposal.system_level)
        involvement.record(plan)
        return involvement

    @property
    def binds_nobody(self) -> bool:
        """Neither side has signed, and nothing has begun."""
        return not (self.signed or self.started or self.state is State.ENDED)

    def complete(self, step: Step) -> None:
        if step in self.done:
            return
        self.require_not_ended()
        if step is Step.MANDATE_SIGNED:
            raise SignedByTheSides
        if step is Step.FIRST_MEETING:
            self.record(FirstMeetingHeld())
        elif step not in self.steps:
            raise NotPartOfThePlan
        else:
            self.record(StepCompleted(step=step))

    def tick(self, step: Step) -> None:
        """Complete a step if it is still of any use."""
        if step in self.steps and self.state is not State.ENDED:
            self.complete(step)

    def start(self, awaiting: bool = False) -> None:
        """`awaiting`: by what holds today, somebody of the partner's side has yet to sign."""
        if self.started and self.state is not State.ENDED:
            return
        self.require_not_ended()
        if self.signed != BOTH:
            raise MandateNotSigned
        if awaiting:
            raise SignatureAwaited
        self.require_nothing_stops()
        partner, others = self.holders()
        self.record(
            InvolvementStarted(
                partner=partner,
                others=others,
                request=self.request,
                project=self.project,
                ends=self.ends,
            )
        )

    def pause(self, until: str | None, reason: PersonalRef | None) -> None:
        if self.state is State.PAUSED and self.pause_until == until:
            return
        self._require_started()
        partner, others = self.holders()
        self.record(InvolvementPaused(partner=partner, others=others, until=until, reason=reason))

    def resume(self) -> None:
        self._require_started()
        if self.state is State.PAUSED:
            self.require_nothing_stops()
            partner, others = self.holders()
            self.record(InvolvementResumed(partner=partner, others=others))

    def extend(self, until: str) -> None:
        self._require_started()
        if self.ends == until:
            return
        if self.ends and last_instant(until) <= last_instant(self.ends):
            raise NotAnExtension
        partner, others = self.holders()
        self.record(InvolvementExtended(partner=partner, others=others, until=until))

    def end(self, silent: bool = False, reason: PersonalRef | None = None) -> None:
        if self.state is State.ENDED:
            return
        partner, others = self.holders()
        self.record(
            InvolvementEnded(
                partner=partner,
                others=others,
                request=self.request,
                project=self.project,
                silent=silent,
                reason=reason,
            )
        )

    def stop(self, why: Stop) -> None:
        """What it rests on was taken back: it waits until that is given again."""
        if why in self.stops or self.state is State.ENDED:
            return
        if self.started and self.state is not State.PAUSED:
            self.pause(None, None)
        self.tell_both(why)

    def leave(self, silent: bool) -> None:
        """The partner is no longer in the pool; after a death the team alone is to hear it."""
        if self.state is not State.ENDED:
            self.end(silent)
            self.tell_both(Stop.LEFT, silent)

    def require_begun(self) -> None:
        """Raises NotStartedYet where nothing can have been done or contributed."""
        if not self.started:
            raise NotStartedYet

    def _require_started(self) -> None:
        self.require_not_ended()
        self.require_begun()

    def evolve(self, fact: Fact) -> None:
        match fact:
            case MandateProposed():
                self.partner, self.request = fact.partner, fact.request
                self.project = fact.project
            case InvolvementRecorded():
                self._take_over(fact)
            case InvolvementStarted():
                self.state, self.started = State.ACTIVE, True
            case InvolvementPaused(until=until):
                self.state, self.pause_until = State.PAUSED, until
            case InvolvementResumed():
                self.state, self.pause_until = self._under_way(), None
            case InvolvementExtended(until=until):
                self.ends, self.extended = until, True
                self.state = self.state if self.state is State.PAUSED else State.EXTENDED
            case InvolvementEnded():
                self.state = State.ENDED
            case NewContactAsked() | ContactNamed():
                self.turn_to(fact)
            case StopToTell() | StopTold() | StopLifted():
                self.heed(fact)
            case _:
                self._prepare(fact)

    def _prepare(self, fact: Fact) -> None:
        match fact:
            case IntegrationPlanPrepared(steps=steps):
                self.steps = steps
                return
            case TermsSet(ends=ends):
                self.terms, self.ends, self.draft = fact, ends, self.draft + 1
                self.signed, self.done = frozenset(), self.done - {Step.MANDATE_SIGNED}
                self.reached_by(fact.contact)
            case MandateSigned(side=side):
                self.signed |= {side}
                self.done |= {Step.MANDATE_SIGNED} if self.signed == BOTH else set()
            case StepCompleted(step=step):
                self.done |= {step}
            case FirstMeetingHeld():
                self.done |= {Step.FIRST_MEETING}
        if self.state is State.PROPOSED:
            self.state = State.IN_PREPARATION

    def _take_over(self, fact: InvolvementRecorded) -> None:
        """As the register has it: a mandate may be signed, and its involvement under way."""
        holders = ((fact.partner,) if fact.partner else ()) + fact.partners
        self.partner, self.others = (holders[0], holders[1:]) if holders else (None, ())
        self.request, self.project, self.ends = fact.request, fact.project, fact.planned_end
        self.state, self.started = fact.state, fact.state not in NOT_STARTED
        self.extended = fact.state is State.EXTENDED
        compensation = fact.compensation or Compensation.NOT_OFFERED
        self.terms = TermsSet(
            starts=fact.starts,
            ends=fact.planned_end,
            compensation=compensation,
            contact=fact.contact,
        )
        self.reached_by(fact.contact)
        signatures = {Side.PARTNER: fact.partner_signed, Side.TEAM: fact.team_signed}
        self.signed = frozenset(side for side, signed in signatures.items() if signed)

    def _under_way(self) -> State:
        return State.EXTENDED if self.extended else State.ACTIVE
