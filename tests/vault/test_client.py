"""The vault as the services see it, through a real door."""

from dataclasses import replace
from uuid import uuid4

import pytest

from contracts.vault import Purpose
from services.chassis.gate import NotAllowed
from services.chassis.personal import Vault
from services.chassis.refusing import STATUS
from services.chassis.settings import Installation
from services.vault.schedule import NotForThisPurpose
from tests.doors import answering
from tests.vault.conftest import MARIE, PAUL

pytestmark = pytest.mark.anyio


async def test_a_service_keeps_and_reads_words_without_writing_them_in_a_fact(
    installation: Installation,
) -> None:
    partner, project = uuid4(), uuid4()
    operator = replace(MARIE, role="operator")

    async with (
        answering(installation, "vault") as housed,
        Vault(housed.settings("intake")) as vault,
    ):
        kept = await vault.keep(
            MARIE, partner, Purpose.RECRUITMENT, {"given_name": "Zoé", "phone": None}
        )
        read = await vault.resolve(MARIE, Purpose.CONTACT, [kept["given_name"].ref])
        known = await vault.know(MARIE, Purpose.CONTACT, [partner])
        elsewhere = await vault.know(PAUL, Purpose.CONTACT, [partner])
        await vault.state_keys(operator, "project", {"PR-01": project})
        ids = await vault.ids_of(operator, "project", ["PR-01", "PR-02"], create=False)

    assert read == {kept["given_name"].ref: "Zoé"}
    assert known == {partner: {"given_name": "Zoé"}}
    assert elsewhere == {}
    assert ids == {"PR-01": project}


async def test_what_the_vault_refuses_for_a_purpose_a_service_refuses_with_403(
    installation: Installation,
) -> None:
    partner = uuid4()
    async with (
        answering(installation, "vault") as housed,
        Vault(housed.settings("intake")) as vault,
    ):
        await vault.keep(MARIE, partner, Purpose.RECRUITMENT, {"experience": "Canari"})
        with pytest.raises(NotAllowed) as refusal:
            await vault.know(MARIE, Purpose.CONTACT, [partner], "experience")

    assert STATUS[type(refusal.value)] == 403
    assert issubclass(NotForThisPurpose, NotAllowed)
