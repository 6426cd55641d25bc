"""That a partner works here too: told in their story alone, which HR does not read."""

from __future__ import annotations

from contracts.directory import StaffRecordLinked, StaffRecordUnlinked
from services.chassis.folding import Entry
from services.insights.partners import PARTNER, Partner, partners


@partners.on(StaffRecordLinked, StaffRecordUnlinked, of=PARTNER)
def said(it: Partner, _: Entry) -> Partner:
    return it
