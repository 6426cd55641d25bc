"""Who may do what: one table for every service. What is not in it is refused.

A line says what may be asked (`service.name of the route`), who may ask it of anything in their
establishment, and who only of what is their own: a partner of their own file, involvements and
contributions, a requester of the requests and involvements they are the contact of. Nobody reaches
another establishment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from contracts.access import AccessRole
from contracts.vault import Purpose


class Rule(NamedTuple):
    """Who may ask it of anything, and who only of their own."""

    of_anything: tuple[AccessRole, ...]
    of_their_own: tuple[AccessRole, ...] = ()


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

# Routes that ask nobody who they are: they give nothing of an establishment.
OPEN = {"openapi"}
# Routes whose callers are no person and no service of ours: they show a key of their own, which
# the route itself verifies.
KEYED: set[str] = {
    "directory.scim",
    "directory.receive_hook",
    "directory.read_feed_as_source",
    "ledger.add_checkpoint",  # a known log's own signature: C2SP tlog-witness
}

# Facts that the office writes for itself: no history that somebody reads of their own has them.
OFFICE_ALONE = {"evaluation.ConcernRaised.v1"}

TABLE: Mapping[str, Rule] = {
    # In every service: what looks after it, and what puts right what was typed wrongly.
    "every.standing": Rule((OPERATOR, AUDITOR, *OFFICE)),
    "every.quarantine": Rule((OPERATOR, AUDITOR, *OFFICE)),
    "every.retry": Rule((OPERATOR, *LEAD)),
    "every.annul": Rule(OFFICE),
    "every.correct": Rule(OFFICE),
    "every.record": Rule((OPERATOR,)),  # a register is brought in from the command line
    # Directory: the establishment, its departments and staff.
    "directory.open_establishment": Rule((OPERATOR,)),
    "directory.enter_department": Rule((*OFFICE, HR, OPERATOR)),
    "directory.enter_staff": Rule((*OFFICE, HR, OPERATOR)),
    "directory.rename_establishment": Rule((OPERATOR, *LEAD)),
    "directory.configure_establishment": Rule((OPERATOR, *LEAD)),
    "directory.show_establishment": Rule((*PEOPLE, SERVICE)),
    "directory.establishment_changes": Rule((*OFFICE, AUDITOR, OPERATOR)),
    "directory.decide_minors_signing": Rule((OPERATOR, *LEAD)),
    "directory.keep_logo": Rule((OPERATOR, *LEAD)),
    "directory.show_logo": Rule((*PEOPLE, SERVICE)),
    "directory.name_first_lead": Rule((OPERATOR,)),
    "directory.merge_establishment": Rule((OPERATOR,)),
    "directory.leave_establishment": Rule((OPERATOR,)),
    "directory.code_department": Rule((*OFFICE, HR, OPERATOR)),
    "directory.rename_department": Rule((*OFFICE, HR, OPERATOR)),
    "directory.succeed_department": Rule((*OFFICE, HR, OPERATOR)),
    "directory.close_department": Rule((*OFFICE, HR, OPERATOR)),
    "directory.show_owners": Rule((*OFFICE, HR, AUDITOR, OPERATOR)),
    "directory.show_staff": Rule((*OFFICE, HR, AUDITOR, SERVICE)),
    "directory.hold_fields": Rule((*OFFICE, HR)),
    "directory.release_fields": Rule((*OFFICE, HR)),
    "directory.give_assignment": Rule((*OFFICE, HR)),
    "directory.end_assignment": Rule((*OFFICE, HR)),
    "directory.match_staff": Rule((*OFFICE, HR)),
    "directory.depart": Rule((*OFFICE, HR)),
    "directory.come_back": Rule((*OFFICE, HR)),
    "directory.give_role": Rule(LEAD),
    "directory.withdraw_role": Rule(LEAD),
    "directory.show_roles": Rule((*OFFICE, AUDITOR, OPERATOR, SERVICE)),
    "directory.link_login": Rule((OPERATOR, *LEAD)),
    "directory.unlink_login": Rule((OPERATOR, *LEAD)),
    "directory.log_in": Rule((SERVICE,)),
    # Directory: what HR hears, by webhooks and a feed, and how HR is heard by webhooks.
    "directory.list_subscriptions": Rule((*OFFICE, HR, AUDITOR, OPERATOR)),
    "directory.make_subscription": Rule((HR, *LEAD)),
    "directory.rotate_secret": Rule((HR, *LEAD)),
    "directory.pause_subscription": Rule((HR, *LEAD, OPERATOR)),
    "directory.resume_subscription": Rule((HR, *LEAD, OPERATOR)),
    "directory.end_subscription": Rule((HR, *LEAD)),
    "directory.replay_deliveries": Rule((HR, *LEAD, OPERATOR)),
    "directory.list_deliveries": Rule((*OFFICE, HR, AUDITOR, OPERATOR)),
    "directory.show_delivery": Rule((*OFFICE, HR, AUDITOR, OPERATOR)),
    "directory.replay_delivery": Rule((HR, *LEAD, OPERATOR)),
    "directory.show_retention": Rule((*OFFICE, HR, AUDITOR, OPERATOR)),
    "directory.decide_retention": Rule(LEAD),
    "directory.read_feed": Rule((HR,)),
    "directory.link_staff_record": Rule((), (PARTNER,)),
    "directory.unlink_staff_record": Rule((), (PARTNER,)),
    "directory.show_staff_record": Rule((), (PARTNER,)),
    "directory.set_hook_door": Rule((HR, *LEAD)),
    "directory.list_hooks_aside": Rule((HR, *OFFICE, OPERATOR)),
    "directory.take_up_hook": Rule((HR, *LEAD)),
    "directory.dismiss_hook": Rule((HR, *LEAD)),
    # Directory: what HR says, by SCIM and by nightly files.
    "directory.list_sources": Rule((*OFFICE, HR, AUDITOR, OPERATOR)),
    "directory.open_source": Rule((HR, *LEAD, OPERATOR)),
    "directory.adjust_source": Rule((HR, *LEAD, OPERATOR)),
    "directory.give_source_token": Rule((HR, *LEAD, OPERATOR)),
    "directory.close_source": Rule((HR, *LEAD, OPERATOR)),
    "directory.list_runs": Rule((*OFFICE, HR, AUDITOR, OPERATOR)),
    "directory.open_run": Rule((HR, *LEAD, OPERATOR)),
    "directory.show_run": Rule((*OFFICE, HR, AUDITOR, OPERATOR)),
    "directory.see_lines": Rule((HR, *LEAD, OPERATOR)),
    "directory.compare_run": Rule((HR, *LEAD, OPERATOR)),
    "directory.wanted_lines": Rule((HR, *LEAD, OPERATOR)),
    "directory.run_changes": Rule((HR, *LEAD, OPERATOR)),
    "directory.tell_people": Rule((HR, *LEAD, OPERATOR)),
    "directory.end_run": Rule((HR, *LEAD, OPERATOR)),
    "directory.release_run": Rule((HR, *LEAD, OPERATOR)),
    "directory.refuse_run": Rule((HR, *LEAD, OPERATOR)),
    "directory.bring_file": Rule((HR, *LEAD, OPERATOR)),
    "directory.report_run": Rule((*OFFICE, HR, AUDITOR, OPERATOR)),
    # Intake: requests of teams, projects and their seats, people at the door.
    "intake.draft": Rule(OFFICE, (REQUESTER,)),
    "intake.revise": Rule(OFFICE, (REQUESTER,)),
    "intake.submit": Rule(OFFICE, (REQUESTER,)),
    "intake.name_contact": Rule(OFFICE, (REQUESTER,)),
    "intake.resubmit": Rule(OFFICE, (REQUESTER,)),
    "intake.withdraw": Rule(OFFICE, (REQUESTER,)),
    "intake.return_for_detail": Rule(OFFICE),
    "intake.triage": Rule(OFFICE),
    "intake.accept": Rule(OFFICE),
    "intake.decline": Rule(OFFICE),
    "intake.redirect": Rule(OFFICE),
    "intake.open_project": Rule(OFFICE),
    "intake.close_project": Rule(OFFICE),
    "intake.open_seat": Rule(OFFICE),
    "intake.fill_seat": Rule(OFFICE),
    "intake.vacate_seat": Rule(OFFICE),
    "intake.fill_registered_seat": Rule(OFFICE),
    "intake.vacate_registered_seat": Rule(OFFICE),
    "intake.apply": Rule((*OFFICE, SERVICE)),  # who applies alone has no account yet
    "intake.refer": Rule(OFFICE, (REQUESTER,)),
    "intake.withdraw_candidacy": Rule(OFFICE, (PARTNER,)),
    # Recruitment: the people of the pool, and the searches.
    "recruitment.plan_preselection": Rule(OFFICE),
    "recruitment.decide_preselection": Rule(OFFICE),
    "recruitment.give_status": Rule(OFFICE),
    "recruitment.update_profile": Rule(OFFICE, (PARTNER,)),
    "recruitment.pause": Rule(OFFICE, (PARTNER,)),
    "recruitment.resume": Rule(OFFICE, (PARTNER,)),
    "recruitment.leave": Rule(OFFICE),
    "recruitment.consent": Rule(OFFICE, (PARTNER,)),
    "recruitment.withdraw_consent": Rule(OFFICE, (PARTNER,)),
    "recruitment.refuse_consent": Rule(OFFICE, (PARTNER,)),
    "recruitment.countersign": Rule(OFFICE),
    "recruitment.stands": Rule((*OFFICE, COMMUNICATIONS, SERVICE), (PARTNER,)),
    "recruitment.consent_texts": Rule((*PEOPLE, SERVICE)),
    "recruitment.consent_text": Rule((*PEOPLE, SERVICE)),
    "recruitment.publish_text": Rule(LEAD),
    "recruitment.give_access": Rule(OFFICE),
    "recruitment.withdraw_access": Rule(OFFICE, (PARTNER,)),
    "recruitment.access_of": Rule((*OFFICE, SERVICE), (PARTNER,)),
    "recruitment.powers_of": Rule(OFFICE, (PARTNER,)),
    "recruitment.appoint": Rule(OFFICE),
    "recruitment.end_representation": Rule(OFFICE),
    "recruitment.profile_fields": Rule((*PEOPLE, SERVICE)),
    "recruitment.profiles_of": Rule((*OFFICE, SERVICE)),  # the portal, for the request's own team
    "recruitment.share": Rule(OFFICE),
    "recruitment.end_share": Rule(OFFICE),
    "recruitment.shared": Rule(OFFICE),
    "recruitment.merge": Rule(OFFICE),
    "recruitment.undo_merge": Rule(OFFICE),
    "recruitment.open_search": Rule(OFFICE),
    "recruitment.shortlist": Rule(OFFICE),
    "recruitment.express_interest": Rule(OFFICE),
    "recruitment.decline_interest": Rule(OFFICE),
    "recruitment.match": Rule(OFFICE),
    "recruitment.not_retain": Rule(OFFICE),
    "recruitment.close_search": Rule(OFFICE),
    "recruitment.reopen_search": Rule(OFFICE),
    # Training: the plans of partners and of teams.
    "training.complete_module": Rule(OFFICE, (PARTNER,)),
    "training.cancel_plan": Rule(OFFICE),
    # Accompaniment: mandates, involvements, hours, contributions and their answers.
    "accompaniment.propose": Rule(OFFICE),
    "accompaniment.set_terms": Rule(OFFICE),
    "accompaniment.sign": Rule(OFFICE, (PARTNER,)),
    "accompaniment.show_signatures": Rule(OFFICE, (PARTNER,)),
    "accompaniment.tell_side": Rule(OFFICE),
    "accompaniment.complete": Rule(OFFICE),
    "accompaniment.hold_first_meeting": Rule(OFFICE, (REQUESTER,)),
    "accompaniment.start": Rule(OFFICE),
    "accompaniment.pause": Rule(OFFICE),
    "accompaniment.resume": Rule(OFFICE),
    "accompaniment.extend": Rule(OFFICE),
    "accompaniment.name_contact": Rule(OFFICE, (REQUESTER,)),
    "accompaniment.end": Rule(OFFICE),
    "accompaniment.log_hours": Rule(OFFICE, (PARTNER,)),
    "accompaniment.contribute": Rule(OFFICE, (PARTNER,)),
    "accompaniment.answer": Rule(OFFICE),
    # Evaluation: how it goes, on both sides.
    "evaluation.check_in": Rule(OFFICE),
    "evaluation.answer": Rule(OFFICE, (PARTNER,)),
    "evaluation.raise_concern": Rule(OFFICE, (PARTNER,)),
    "evaluation.hold_exit_interview": Rule(OFFICE),
    "evaluation.log_contact": Rule(OFFICE),
    "evaluation.assess": Rule(OFFICE),
    "evaluation.list_instruments": Rule(PEOPLE),
    # Vault: personal values. What each role may read there is said below, by purpose.
    "vault.keep": Rule((*PEOPLE, SERVICE)),  # a service keeps what its caller may decide
    "vault.resolve": Rule((*STAFF, SERVICE), (PARTNER,)),
    "vault.know": Rule((*STAFF, SERVICE), (PARTNER,)),
    "vault.forget": Rule((*OFFICE, SERVICE)),
    "vault.search": Rule((*OFFICE, HR, AUDITOR)),
    "vault.ids_of": Rule((OPERATOR, SERVICE)),
    "vault.keys_of": Rule((OPERATOR, SERVICE)),
    "vault.state": Rule((OPERATOR, SERVICE)),
    "vault.versions": Rule((*OFFICE, AUDITOR), (PARTNER,)),
    "vault.reached": Rule((*OFFICE, SERVICE)),
    "vault.in_order": Rule((*OFFICE, HR, AUDITOR)),  # HR: lists of staff alone
    # What an establishment decides of them, and the journal of who read.
    "vault.schedule": Rule((*OFFICE, AUDITOR, OPERATOR)),
    "vault.decide_purpose": Rule(LEAD),
    "vault.decide_rule": Rule(LEAD),
    "vault.list_readings": Rule((*LEAD, AUDITOR)),
    "vault.export_readings": Rule((*LEAD, AUDITOR)),
    "vault.verify_readings": Rule((*LEAD, AUDITOR, OPERATOR)),
    "vault.readings_to_look_at": Rule((*LEAD, AUDITOR)),
    "vault.review_readings": Rule((*LEAD, AUDITOR)),
    "vault.entrust": Rule((*LEAD, SERVICE)),
    "vault.list_duplicates": Rule(OFFICE),
    "vault.show_duplicate": Rule(OFFICE),
    "vault.seek_duplicates": Rule(OFFICE),
    "vault.decide_duplicate": Rule(OFFICE),
    # … and persons' rights: their requests, what is destroyed, incidents, copies of files.
    "vault.receive_request": Rule(OFFICE, (PARTNER,)),
    "vault.withdraw_request": Rule(OFFICE, (PARTNER,)),
    "vault.extend_request": Rule(OFFICE),
    "vault.answer_request": Rule(OFFICE),
    "vault.refuse_request": Rule(OFFICE),
    "vault.propose_disposition": Rule(OFFICE),
    "vault.approve_disposition": Rule(OFFICE),
    "vault.refuse_disposition": Rule(OFFICE),
    "vault.withdraw_disposition": Rule(OFFICE),
    "vault.order_erasure": Rule(LEAD),
    "vault.look_at_schedule": Rule(OFFICE),
    "vault.show_certificate": Rule((*OFFICE, AUDITOR)),
    "vault.show_blocks": Rule((*OFFICE, AUDITOR)),
    "vault.place_hold": Rule(OFFICE),
    "vault.lift_hold": Rule(LEAD),
    "vault.record_incident": Rule(OFFICE),
    "vault.revise_incident": Rule(OFFICE),
    "vault.notify_incident": Rule(OFFICE),
    "vault.erased_among": Rule((*PEOPLE, SERVICE)),  # opaque ids alone
    "vault.copy_file": Rule(OFFICE, (PARTNER,)),
    "vault.show_assessment": Rule((*OFFICE, AUDITOR, OPERATOR)),
    # Ledger: the facts themselves, which hold no personal value.
    "ledger.entries": Rule((*OFFICE, AUDITOR, OPERATOR)),
    "ledger.entry": Rule((*OFFICE, AUDITOR, OPERATOR)),
    "ledger.of_person": Rule((*OFFICE, AUDITOR, SERVICE), (PARTNER,)),
    "ledger.of_request": Rule((*OFFICE, AUDITOR)),
    "ledger.of_stream": Rule((*OFFICE, AUDITOR)),
    "ledger.tree": Rule((*OFFICE, AUDITOR, OPERATOR, SERVICE)),
    "ledger.status": Rule((OPERATOR, AUDITOR, *OFFICE)),
    "ledger.list_checkpoints": Rule((*OFFICE, AUDITOR, OPERATOR)),
    "ledger.latest_checkpoint": Rule((*OFFICE, AUDITOR, OPERATOR)),
    "ledger.show_checkpoint": Rule((*OFFICE, AUDITOR, OPERATOR)),
    "ledger.sign_checkpoint": Rule((*LEAD, AUDITOR, OPERATOR)),
    "ledger.prove_inclusion": Rule((*OFFICE, AUDITOR, OPERATOR)),
    "ledger.prove_consistency": Rule((*OFFICE, AUDITOR, OPERATOR)),
    "ledger.list_signing_keys": Rule((*OFFICE, AUDITOR, OPERATOR)),
    "ledger.change_signing_key": Rule((OPERATOR,)),
    "ledger.open_epoch": Rule((OPERATOR,)),
    "ledger.list_witnesses": Rule((*OFFICE, AUDITOR, OPERATOR)),
    "ledger.add_witness": Rule((*LEAD, OPERATOR)),
    "ledger.end_witness": Rule((*LEAD, OPERATOR)),
    "ledger.list_witnessed": Rule((AUDITOR, OPERATOR)),
    "ledger.trust_log": Rule((OPERATOR,)),
    "ledger.give_bundle": Rule((*LEAD, AUDITOR)),
    "ledger.export_facts": Rule((*LEAD, AUDITOR, OPERATOR)),
    # Insights: what is looked at.
    "insights.list_requests": Rule((*OFFICE, AUDITOR), (REQUESTER,)),
    "insights.show_requests": Rule((*OFFICE, AUDITOR), (REQUESTER,)),
    "insights.tell_requests": Rule((*OFFICE, AUDITOR), (REQUESTER,)),
    "insights.list_partners": Rule((*OFFICE, AUDITOR, OPERATOR, SERVICE), (PARTNER,)),
    "insights.show_partners": Rule((*OFFICE, AUDITOR, SERVICE), (PARTNER,)),
    "insights.tell_partners": Rule((*OFFICE, AUDITOR, SERVICE), (PARTNER,)),
    "insights.list_involvements": Rule((*OFFICE, AUDITOR), (PARTNER, REQUESTER)),
    "insights.show_involvements": Rule((*OFFICE, AUDITOR), (PARTNER, REQUESTER)),
    "insights.tell_involvements": Rule((*OFFICE, AUDITOR)),
    "insights.list_projects": Rule((*OFFICE, AUDITOR, COMMITTEE)),
    "insights.show_projects": Rule((*OFFICE, AUDITOR, COMMITTEE)),
    "insights.tell_projects": Rule((*OFFICE, AUDITOR)),
    "insights.list_departments": Rule((*STAFF, SERVICE)),
    "insights.show_departments": Rule((*STAFF, SERVICE)),
    "insights.lineage": Rule((*STAFF, SERVICE)),
    "insights.list_staff": Rule((*STAFF, SERVICE)),
    "insights.show_staff": Rule((*STAFF, SERVICE)),
    "insights.tell_departments": Rule((*OFFICE, HR, AUDITOR)),
    "insights.tell_staff": Rule((*OFFICE, HR, AUDITOR)),
    "insights.list_dispositions": Rule((*OFFICE, AUDITOR)),
    "insights.show_dispositions": Rule((*OFFICE, AUDITOR)),
    "insights.list_rights_requests": Rule((*OFFICE, AUDITOR)),
    "insights.show_rights_requests": Rule((*OFFICE, AUDITOR)),
    "insights.list_holds": Rule((*OFFICE, AUDITOR)),
    "insights.show_holds": Rule((*OFFICE, AUDITOR)),
    "insights.list_incidents": Rule((*OFFICE, AUDITOR)),
    "insights.show_incidents": Rule((*OFFICE, AUDITOR)),
    "insights.establishments": Rule((*PEOPLE, SERVICE)),
    "insights.glossary": Rule((*PEOPLE, SERVICE)),
    "insights.status": Rule((OPERATOR, AUDITOR, *OFFICE)),
    "insights.under_way": Rule((OPERATOR, AUDITOR, *OFFICE)),
    "insights.begin": Rule((OPERATOR, *LEAD)),
    "insights.parked": Rule((OPERATOR, AUDITOR, *OFFICE)),
    "insights.retry": Rule((OPERATOR, *LEAD)),
}

# Why each role may read personal values, and of which kinds: a value is of the kind for which it
# was kept. Who has a purpose of another kind than their own is told so, and reads nothing.
READS: Mapping[AccessRole, tuple[Purpose, ...]] = {
    **dict.fromkeys(OFFICE, tuple(one for one in Purpose if one is not Purpose.AUDIT)),
    AccessRole.PARTNER: (Purpose.RECRUITMENT, Purpose.INVOLVEMENT, Purpose.CONTACT, Purpose.STAFF),
    AccessRole.REQUESTER: (Purpose.REQUEST, Purpose.STAFF),
    AccessRole.USERS_COMMITTEE: (Purpose.STAFF,),
    AccessRole.HR_OFFICER: (Purpose.STAFF, Purpose.SOURCE),
    AccessRole.COMMUNICATIONS: (Purpose.STAFF,),
    AccessRole.AUDITOR: (Purpose.AUDIT,),  # of every kind, with the reason stated
    AccessRole.OPERATOR: (Purpose.REGISTER,),  # of every kind: the register is given back whole
    # A service asks the vault itself whether somebody is under 14, and what they let others see;
    # and what a source of HR sent, for that source.
    AccessRole.SERVICE: (Purpose.CONTACT, Purpose.STAFF, Purpose.RECRUITMENT, Purpose.SOURCE),
}
EVERY_KIND = (*OFFICE, AUDITOR, OPERATOR)

# Where a role must say why it reads, in Tandem-Reason: an auditor verifies something.
REASONED = {
    (f"vault.{route}", AUDITOR) for route in ("resolve", "know", "versions", "search", "in_order")
}

# Who may sign for whom, and to whom. The portal and the command line know who is in front of them;
# a deciding service forwards who asked it, or speaks on nobody's behalf, and to the vault alone.
SIGNERS: Mapping[str, tuple[AccessRole, ...]] = {
    "portal": tuple(AccessRole),
    "operator": PEOPLE,
}
DECIDING = ("directory", "intake", "recruitment", "training", "accompaniment", "evaluation")
FORWARDING: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(DECIDING, ("vault",)),
    "vault": ("ledger", "insights"),  # what a person's file is part of, and whether it may go
}
