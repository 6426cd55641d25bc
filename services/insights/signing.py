"""Who signed for the partner's side, and who is to hear that an involvement ended or waits."""

from __future__ import annotations

from msgspec.structs import replace

from contracts.accompaniment import SignatureGiven, StopLifted, StopTold, StopToTell
from services.chassis.folding import Entry, Of
from services.insights.involvements import INVOLVEMENT, Involvement, Signer, involvements
from services.insights.partners import PARTNER, Partner, partners
from services.insights.pieces import ref


@involvements.on(SignatureGiven, of=INVOLVEMENT)
def signature_given(it: Involvement, entry: Entry) -> Involvement:
    data = entry.data
    signer = Signer(
        signer=data["signer"], partner=data["partner"], capacity=data["capacity"],
        form=data["form"], when=entry.when, paper=ref(data, "paper"),
    )  # fmt: skip
    return replace(it, signers=(*it.signers, signer))


@involvements.on(StopToTell)
def to_tell(it: Involvement, entry: Entry) -> Involvement:
    sides = tuple(dict.fromkeys((*it.to_tell, *entry.data["sides"])))
    return replace(it, stops=(*it.stops, entry.data["why"]), to_tell=sides)


@involvements.on(StopTold)
def told_of_stop(it: Involvement, entry: Entry) -> Involvement:
    rest = tuple(side for side in it.to_tell if side != entry.data["side"])
    return replace(it, to_tell=rest)


@involvements.on(StopLifted)
def lifted(it: Involvement, entry: Entry) -> Involvement:
    return replace(it, stops=tuple(why for why in it.stops if why != entry.data["why"]))


@partners.on(SignatureGiven, of=PARTNER)
@partners.on(StopToTell, StopTold, StopLifted, of=Of.WHOM_ITS_STREAM_FEEDS)
def along(it: Partner, _: Entry) -> Partner:
    """It belongs to this person's story; what it changes, others show."""
    return it
