"""What an establishment is, who works there, and how HR speaks to it, as people read it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx2
import pytest

from tests.portal.town import Desk, version_in

pytestmark = pytest.mark.anyio

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
HEADINGS = "Matricule;Nom complet;Courriel;Téléphone;Service;Depuis\n"
HR = "/ressources-humaines"
NEW = f"{HR}/fichiers/nouveau"
ROW = re.compile(r'<a class="title" href="/personnel/[0-9a-f-]{36}">([^<]+)</a>')


@pytest.fixture
async def lead(town: str) -> AsyncIterator[Desk]:
    desk = Desk(town, f"north-{uuid4().hex[:8]}", "marie")
    await desk.ask("/directory/establishment", name="Institut du Nord")
    yield desk
    await desk.gone()


@pytest.fixture
async def hr(lead: Desk) -> AsyncIterator[Desk]:
    desk = Desk(lead.home, lead.establishment, "lise", role="hr_officer")
    yield desk
    await desk.gone()


def people(many: int, first: int = 0, phone: str = "418 555-0101") -> str:
    lines = (f"E{n};Élodie Roy-{n};e{n}@example.org;{phone};6051;2024-04-01\n"
             for n in range(first, first + many))  # fmt: skip
    return HEADINGS + "".join(lines)


async def brought(desk: Desk, file: str, **said: str) -> httpx2.Response:
    """As a browser sends a file."""
    await desk.come_in()
    token = re.search(r'name="jeton" value="([0-9a-f]{64})"', await desk.look(NEW))
    assert token
    return await desk.pages.post(
        NEW, data={"jeton": token[1], "source": "rh-nuit", **said},
        files={"fichier": ("personnel.csv", file.encode(), "text/csv")}, follow_redirects=True,
    )  # fmt: skip


async def a_source(desk: Desk, kind: str = "file", name: str = "rh-nuit") -> str:
    made = await desk.post(f"{HR}/sources/nouvelle", name=name, kind=kind, share="5",
                           tolerance="entra")  # fmt: skip
    assert f"Source « {name} »" in made.text
    return made.path


async def named(desk: Desk, name: str, where: str = "/personnel") -> str:
    """The address of somebody's page, or of a unit's."""
    page = await desk.until_seen(where, f">{name}<")
    found = re.search(rf'href="({where}/[0-9a-f-]{{36}})">{name}<', page)
    assert found
    return found[1]


async def a_request(desk: Desk, department: str, contact: str) -> str:
    return await desk.ask(
        "/intake/requests", title="Le congé", department=department, contact=contact,
        level="consultation", partners_sought=2,
    )  # fmt: skip


async def test_a_file_is_tried_then_applied_and_its_report_names_nobody(hr: Desk) -> None:
    await a_source(hr)
    odd = people(12) + ";Sans Matricule;;;;\n"

    tried = await brought(hr, odd, essai="oui")
    await hr.until_seen(tried.url.path, "Essai : rien n’a été changé", "Matricule absent")
    nobody = await hr.look("/personnel")
    report = (await hr.pages.get(f"{tried.url.path}/rapport.csv")).text
    applied = await brought(hr, people(12), essai="non")
    await hr.until_seen(applied.url.path, "Ce que le fichier a changé", "Aucune : tout se lit")

    assert "Personne n’est encore inscrit" in nobody
    assert ("14;Matricule;Matricule absent." in report, "Élodie" in report) == (True, False)
    assert "12 arrivées" in await hr.look(HR)
    await hr.until_seen("/personnel", "12 personnes au travail", "Élodie Roy-3")


async def test_too_many_departures_wait_for_somebody_who_looks_and_confirms(hr: Desk) -> None:
    await a_source(hr)
    first = await brought(hr, people(30))
    await hr.until_seen(first.url.path, "Appliqué")

    held = await brought(hr, people(3))
    page = await hr.until_seen(held.url.path, "ferait partir 27 personnes sur 30", "Élodie Roy-29")
    waiting = await hr.look(HR)
    unlooked = await brought(hr, people(3), leve=held.url.path[-36:])
    released = await brought(hr, people(3), leve=held.url.path[-36:], regarde="oui")
    done = await hr.until_seen(released.url.path, "Appliqué")

    assert "1 fichier attend votre décision" in waiting
    assert "Refuser ce fichier" in page
    assert "Cochez d’abord que vous avez regardé" in unlooked.text
    assert "Quarantaine levée" in done
    assert ">27<" in done


async def test_the_staff_are_listed_by_name_page_after_page_and_found_by_a_part_of_it(
    hr: Desk,
) -> None:
    await a_source(hr)
    first = await brought(hr, people(45, first=10))
    await hr.until_seen(first.url.path, "Appliqué")
    page = await hr.until_seen("/personnel", "45 personnes au travail", "Personnes suivantes")
    further = re.search(r'href="(/personnel\?apres=[^"]+)"', page)

    rest = await hr.look(further[1] if further else "")
    backwards = await hr.look("/personnel?ordre=desc")
    found = await hr.post("/personnel/recherche", nom="roy-17")

    assert ROW.findall(page) == [f"Élodie Roy-{n}" for n in range(10, 50)]
    assert ROW.findall(rest) == [f"Élodie Roy-{n}" for n in range(50, 55)]
    assert ROW.findall(backwards)[0] == "Élodie Roy-54"
    assert ROW.findall(found.text) == ["Élodie Roy-17"]
    assert "roy-17" not in found.path


async def test_a_token_is_shown_once_and_a_source_is_adjusted_and_closed(hr: Desk) -> None:
    source = await a_source(hr, "scim", "entra")
    hooks = await a_source(hr, "webhook", "frappe")

    given = await hr.post(f"{source}/jeton", hours="24")
    page = await hr.look(source)
    secret = await hr.post(f"{hooks}/porte", verifier="standardwebhooks")
    adjusted = await hr.post(f"{source}/reglages", share="5", tolerance="okta")
    closed = await hr.post(f"{source}/fermeture")

    assert "tandem_" in given.text
    assert ("tandem_" in page, "En usage" in page) == (False, True)
    assert f"/directory/scim/{hr.establishment}/v2" in page
    assert "whsec_" in secret.text
    assert "whsec_" not in await hr.look(hooks)
    assert "Comme l’envoie Okta" in adjusted.text
    assert "aucun jeton ne compte" in closed.text


async def test_a_correction_by_hand_stays_until_somebody_takes_what_hr_says(
    lead: Desk, hr: Desk
) -> None:
    await a_source(hr)
    first = await brought(hr, people(2))
    await hr.until_seen(first.url.path, "Appliqué")
    who = await named(hr, "Élodie Roy-1")

    version = version_in(await hr.look(who))
    ours = {"champ": "phone", "valeur": "418 555-9999", "version": version}
    await hr.post(f"{who}/correction", **ours)
    await brought(hr, people(2, phone="418 555-0777"))
    page = await hr.until_seen(who, "les RH disent autre chose", "418 555-0777", "418 555-9999")
    listed = await lead.until_seen("/personnel?regard=a-regarder", "à regarder")
    taken = await hr.post(f"{who}/accepter", champ="phone", version=version_in(page))

    assert "Élodie Roy-1<" in listed
    assert "Élodie Roy-0<" not in listed
    assert "les RH disent autre chose" not in taken.text
    assert '<td data-name="Valeur">418 555-0777' in taken.text
    assert "le Bureau, à la main : « 418 555-9999 », non retenu" in taken.text


async def test_a_contact_made_by_hand_becomes_an_alias_of_hr_s_record_by_decision(
    lead: Desk, hr: Desk
) -> None:
    await a_source(hr)
    first = await brought(hr, people(1))
    await hr.until_seen(first.url.path, "Appliqué")
    theirs = await named(hr, "Élodie Roy-0")
    hand = await lead.ask("/directory/staff", name="Élodie Roy-0", email="elodie@example.org")
    asked = await lead.until_seen(f"/personnel/{hand}", "Est-ce la même personne", "fiche des RH")

    matched = await lead.post(f"/personnel/{hand}/rapprochement", autre=theirs[-36:])
    given = await lead.post(f"{theirs}/role", role="requester")
    listed = await lead.until_seen("/personnel?role=requester", "1 personne au travail")
    refused = await hr.post(f"{theirs}/role", role="auditor")
    taken = await lead.post(f"{theirs}/retrait-role", role="requester")

    assert f'value="{theirs[-36:]}"' in asked
    assert matched.path == theirs
    assert '<span class="tag">Équipe demandeuse' in given.text
    assert "Élodie Roy-0" in listed
    assert refused.status == 403
    assert '<span class="tag">Équipe demandeuse' not in taken.text


async def test_who_leaves_as_a_contact_is_replaced_on_their_page(lead: Desk) -> None:
    unit = await lead.ask("/directory/departments", name="Qualité")
    gone = await lead.ask("/directory/staff", name="Karim Roy", department=unit)
    stays = await lead.ask("/directory/staff", name="Lise Morin", department=unit)
    request = await a_request(lead, unit, gone)
    await lead.until_seen(f"/personnel/{gone}", "Le congé")

    await lead.post(f"/personnel/{gone}/depart", on="2026-10-01")
    await lead.until_seen("/personnel", "1 nouveau contact est demandé", "Le congé")
    nobody = await lead.post(f"/personnel/{gone}/relais", quoi=f"requests:{request}")
    done = await lead.post(f"/personnel/{gone}/relais", quoi=f"requests:{request}", contact=stays)

    assert "Nouveau contact : répondez" in nobody.text
    assert "Un nouveau contact est demandé" not in done.text
    assert "Le congé" in await lead.until_seen(f"/personnel/{stays}", "Le congé")


async def test_a_merger_keeps_the_old_name_and_adds_up_under_the_new_one(lead: Desk) -> None:
    old = await lead.ask("/directory/departments", name="Direction A")
    new = await lead.ask("/directory/departments", name="Direction B")
    staff = await lead.ask("/directory/staff", name="Lise Morin", department=old)
    await a_request(lead, old, staff)
    await lead.until_seen(f"/?direction={old}", "Le congé")

    page = await lead.until_seen(f"/unites/{old}", "D’autres prennent la relève", "Direction B")
    done = await lead.post(
        f"/unites/{old}/releve", successors=new, on="2026-11-01", version=version_in(page)
    )
    under_new = await lead.until_seen(f"/?direction={new}", "Le congé", "Direction A")
    carried = await lead.until_seen(f"/unites/{new}", "Elle poursuit", "Direction A")
    await lead.post(f"/unites/{new}/code", code="6051", kind="department", since="2099-01-01",
                    version=version_in(carried))  # fmt: skip

    assert "Fermée le 1er novembre 2026" in done.text
    assert "Le congé" in under_new
    await lead.until_seen(f"/unites/{new}", "6051", "À venir")
    await lead.until_seen("/unites?texte=6051", "1 unité en activité")


async def test_an_establishment_says_its_own_words_and_who_changed_them(lead: Desk) -> None:
    page = await lead.look("/etablissement")
    version = version_in(page)

    said = await lead.post("/etablissement/mots", **{"mot-draft": "Ébauche"}, version=version)
    late = await lead.post("/etablissement/vision", vision="Ensemble.", version=version)
    again = await lead.post("/etablissement/vision", vision="Ensemble.",
                            version=version_in(late.text))  # fmt: skip
    board = await lead.look("/?etat=toutes")

    assert "Mot pour « Brouillon »" in said.text
    assert late.status == 412
    assert "Quelqu’un d’autre a modifié ceci" in late.text
    assert ">Ensemble.</textarea>" in late.text  # what was typed is kept
    assert "<ins>Ensemble.</ins>" in again.text
    assert 'value="Ébauche"' in again.text
    assert "Ébauche" in board


async def test_a_logo_is_shown_on_every_page_and_a_drawing_with_scripts_is_refused(
    lead: Desk, hr: Desk
) -> None:
    page = await lead.look("/etablissement")
    token = re.search(r'name="jeton" value="([0-9a-f]{64})"', page)
    assert token
    said = {"jeton": token[1], "version": version_in(page)}
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"

    refused = await lead.pages.post("/etablissement/nouveau-logo", data=said,
                                    files={"fichier": ("l.svg", drawing)})  # fmt: skip
    kept = await lead.pages.post("/etablissement/nouveau-logo", data=said, follow_redirects=True,
                                 files={"fichier": ("l.png", PNG)})  # fmt: skip
    [logo] = set(re.findall(r'src="(/etablissement/logo/[0-9a-f]{64})"', kept.text))
    elsewhere = await hr.look("/etablissement", status=403)
    image = await hr.pages.get(logo)

    assert "Un logo est une image" in refused.text
    assert logo in await lead.look("/")
    assert (image.content, image.headers["content-type"]) == (PNG, "image/png")
    assert "pour d’autres rôles" in elsewhere


async def test_who_runs_the_platform_names_the_first_lead_once_and_reads_no_name(
    lead: Desk,
) -> None:
    operator = Desk(lead.home, lead.establishment, "ops", role="operator")

    asked = await operator.look("/etablissement")
    named = await operator.post("/etablissement/responsable", name="Octave Rainville")
    again = await operator.post("/etablissement/responsable", name="Somebody Else")
    seen = await lead.look("/etablissement")
    await operator.gone()

    assert "Nommer la première responsable" in asked
    assert "Nommer la première responsable" not in named.text
    assert "Octave Rainville" not in named.text
    assert "a déjà une première responsable" in again.text
    assert "La première responsable du Bureau a été nommée" in seen
    assert ">Octave Rainville</a> donne les rôles" in seen


async def test_to_work_with_the_staff_nobody_is_given_a_list_of_partners(lead: Desk) -> None:
    partners = await lead.tried("/vault/sorted", purpose="staff", kind="person")
    staff = await lead.tried("/vault/sorted", purpose="staff", kind="staff")

    assert partners.json()["type"] == "urn:tandem:NotForThisPurpose"
    assert staff.json()["subjects"] == []
