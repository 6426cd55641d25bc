"""A whole life through the pages, in which every word that may be typed is one that is sought."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from pathlib import Path

from contracts.outgoing import EmployeeInvolvementStarted
from services.chassis.settings import Installation
from services.portal.places import ROLES
from tests.operating import operating
from tests.patience import eventually
from tests.portal.town import Answered, Desk, token_in
from tests.system.opening import every_page

HERS = "Zygomatica"  # her name, and in every sentence by her or of her
WORDS = f"Dit par {HERS} ou a son sujet"
INVOLVEMENT = re.compile(r'href="(/implications/([0-9a-f-]{36}))"')
CONTRIBUTION = re.compile(r'action="(/implications/[0-9a-f-]{36}/contributions/[0-9a-f-]{36})"')
STEP = re.compile(r'action="(/implications/[0-9a-f-]{36}/etapes/[a-z_]+)"')
TEXT = re.compile(r'name="texte" value="([0-9a-f]{64})"')
ANSWER = re.compile(r'action="(/droits/demandes/[0-9a-f-]{36}/reponse)"')
ALERT = re.compile(r'role="alert".*?</div>', re.DOTALL)
PERSON = re.compile(r"/partenaires/([0-9a-f-]{36})")
ADDRESS = f"{HERS}@example.org"
NUMBER = "E-1042"  # hers, as an employee
WAY_IN = re.compile(r"Code : (\d{3} \d{3})\s+Lien : \S+/entrer/([\w-]+)")


class Herself(Desk):
    """A partner without an account: she comes in by what is sent to her address."""

    def __init__(self, home: str, establishment: str, letters: Path) -> None:
        super().__init__(home, establishment, "herself", role="partner")
        self._letters = letters
        self.links: list[str] = []

    async def come_in(self) -> None:
        """By the six digits, in the browser that asked for them."""
        if not self._token:
            code = await self._sent()
            await self._let_in("/code", code=code, etablissement=self.establishment)

    async def come_in_by_link(self) -> None:
        """Another time, by the link of the message."""
        await self.post("/deconnexion")
        await self._sent()
        await self._let_in(f"/entrer/{self.links[-1]}")

    async def _let_in(self, path: str, **said: str) -> None:
        answer = await self.pages.post(path, data={"jeton": await self._a_token(), **said})
        assert answer.status_code == 303, answer.text
        self._token = token_in((await self.pages.get("/sessions")).text)

    async def _sent(self) -> str:
        """The code of a new message, whose link is now the last."""
        said = {"jeton": await self._a_token(), "email": ADDRESS}
        asked = await self.pages.post(f"/connexion/{self.establishment}/code", data=said)
        assert asked.status_code == 303, asked.text
        found: list[tuple[str, str]] = []

        async def came() -> bool:
            every = WAY_IN.findall(await asyncio.to_thread(self.all_letters))
            found.extend((code, link) for code, link in every if link not in self.links)
            return bool(found)

        await eventually(came)
        [(code, link), *_] = found
        self.links.append(link)
        return code

    async def _a_token(self) -> str:
        return token_in((await self.pages.get("/entrer/nulle-part")).text)

    def all_letters(self) -> str:
        """Headers and words of every message there is."""
        files = [one.read_bytes() for one in sorted(self._letters.glob("*.eml"))]
        letters = [message_from_bytes(one, policy=policy.default) for one in files]
        return "\n".join(f"{dict(one.items())}\n{one.get_content()}" for one in letters)


async def a_life(
    office: Desk, herself: Herself, elsewhere: str, installation: Installation
) -> dict[str, str]:
    """What there is afterwards, by what it is; `elsewhere` is whom she is shared with."""
    known = await a_team(office)
    known["person"] = await a_candidate(office)
    here = f"/partenaires/{known['person']}"
    await consents(office, here, elsewhere)
    await done(office, f"{here}/preselection", outcome="kept", role="organization", note=WORDS)
    await done(office, f"{here}/contact", kind="call", summary=WORDS)
    await done(office, f"{here}/pause", reason=WORDS)
    await done(office, f"{here}/retour")
    await an_assistant(office, here)
    await done(office, f"{here}/representants/{known['person']}/acces")
    await lets_hr_know(office, herself, known["staff"])
    await directory_has_heard(installation)
    known["involvement"] = await found(office, known)
    await takes_part(office, known["involvement"])
    worked = {"about": "partner", "subject": known["person"], "kind": "meeting"}
    await office.ask("/evaluation/contacts", **worked, staff=known["staff"], minutes=45,
                     date="2026-11-02", summary=WORDS)  # fmt: skip
    await her_rights(office, known["person"])
    await herself.come_in_by_link()
    return known


async def done(desk: Desk, path: str, /, **said: str) -> Answered:
    """A form that was taken."""
    answer = await desk.post(path, **said)
    assert answer.status == 200, f"{path}: {answer.status} {ALERT.findall(answer.text)}"
    return answer


async def a_team(office: Desk) -> dict[str, str]:
    await office.ask("/directory/establishment", name=f"Institut {office.establishment}")
    department = await office.ask("/directory/departments", name="Direction de la qualité")
    staff = await office.ask("/directory/staff", name="Maya Tremblay", department=department)
    await office.until_seen("/demandes/nouvelle", "Maya Tremblay")
    need = {"title": "Des lanternes", "department": department, "contact": staff,
            "level": "partnership", "partners_sought": "2", "aim": "Entendre.",
            "kind": "project", "system_level": "services"}  # fmt: skip
    asked = await done(office, "/demandes/nouvelle", **need)
    request = asked.path.removeprefix("/demandes/")
    await office.ask(f"/intake/requests/{request}/submission")
    await office.until_seen(f"/demandes/{request}", "prise-en-charge")
    return {"department": department, "staff": staff, "request": request}


async def a_candidate(office: Desk) -> str:
    entered = await done(
        office, "/candidatures/nouvelle", door="phone", role="organization", given_name=HERS,
        family_name=HERS, phone="418 555-0142", email=f"{HERS}@example.org", experience=WORDS,
        motivation=WORDS, needs=WORDS,
    )  # fmt: skip
    await office.until_seen(f"{entered.path}/histoire", "La candidature est arrivée")
    return str(PERSON.findall(entered.path)[0])


async def consents(office: Desk, here: str, elsewhere: str) -> None:
    for purpose in ("contact", "show_profile", "sharing"):
        page = await office.until_seen(f"{here}/consentements/{purpose}", 'name="texte"')
        said = {"of": elsewhere} if purpose == "sharing" else {}
        text = TEXT.findall(page)[0]
        path = f"{here}/consentements/{purpose}/oui"
        await done(office, path, texte=text, form="verbal", **said)
    offer = {"to": elsewhere, "fields": "given_name", "until": "2099-01-01"}
    await done(office, f"{here}/partage/offre", **offer)


async def lets_hr_know(office: Desk, herself: Herself, staff: str) -> None:
    """She works here too: her number, mistyped at first, and exactly one message about her."""
    await office.ask("/directory/sources", name="rh", kind="file")
    stated = await office.tried("/vault/keys/statements", kind="staff.rh", keys={NUMBER: staff})
    assert stated.is_success, stated.text
    for number in (f"{HERS}77", NUMBER):
        await done(herself, "/mon-emploi/lien", numero=number)
    here = "/consentements/tell_employer"
    text = TEXT.findall(await herself.look(here))[0]
    await done(herself, f"{here}/oui", texte=text, of=EmployeeInvolvementStarted.name)


async def directory_has_heard(installation: Installation) -> None:
    """All that recruitment has said so far: HR's side knows what she allows."""
    async with operating(installation, "recruitment") as own:
        said = int(await own.fetchval("select position from head"))
    place = "select position from heard where listener = 'directory-recruitment'"

    async def heard() -> bool:
        async with operating(installation, "directory") as own:
            return int(await own.fetchval(place)) >= said

    await eventually(heard)


async def an_assistant(office: Desk, here: str) -> None:
    said = {"kind": "assistant", "given_name": HERS, "family_name": HERS}
    await done(office, f"{here}/representants/designation", **said)


async def found(office: Desk, known: dict[str, str]) -> str:
    request, person = f"/demandes/{known['request']}", known["person"]
    await done(office, f"{request}/prise-en-charge", advisor=known["staff"])
    await done(office, f"{request}/acceptation")
    await office.until_seen(request, "recherche/ajout")
    await done(office, f"{request}/recherche/ajout", partner=person, note=WORDS)
    await done(office, f"{request}/personnes/{person}/oui")
    await done(office, f"{request}/personnes/{person}/jumelage")
    [(_, involvement), *_] = INVOLVEMENT.findall(await office.until_seen(request, "/implications/"))
    return str(involvement)


async def takes_part(office: Desk, involvement: str) -> None:
    here = f"/implications/{involvement}"
    await office.until_seen(here, "Le plan d’intégration")
    await done(office, f"{here}/conditions", starts="2026-11", attendance=WORDS, note=WORDS)
    for side in ("partner", "team"):
        await office.ask(f"/accompaniment{here.replace('implications', 'involvements')}/signatures",
                         side=side)  # fmt: skip
    signed = await office.until_seen(here, "/debut")
    for step in STEP.findall(signed):
        await done(office, step)
    await done(office, f"{here}/debut")
    made = await done(office, f"{here}/contribution", text=WORDS)
    await done(office, CONTRIBUTION.findall(made.text)[0], decision="adopted", why=WORDS)
    await done(office, f"{here}/heures", minutes="1 h 30", activity=WORDS)
    await done(office, f"{here}/suivi", side="partner", satisfaction="4", note=WORDS)
    await done(office, f"{here}/preoccupation", side="team", concern=WORDS)


async def her_rights(office: Desk, person: str) -> None:
    await done(office, "/droits/demande", right="access", person=person, words=WORDS)
    copied = await done(office, f"/droits/copie/{person}/html")
    assert HERS in copied.text
    for answer in set(ANSWER.findall(await office.look("/droits"))):
        await done(office, answer, answer=WORDS)


@asynccontextmanager
async def everybody(office: Desk) -> AsyncIterator[dict[str, Desk]]:
    """Somebody of every role in the same establishment."""
    desks = {role: Desk(office.home, office.establishment, role, role=role) for role in ROLES}
    yield {str(role): desk for role, desk in desks.items()}
    for desk in desks.values():
        await desk.gone()


async def pages_with(
    desks: dict[str, Desk], roles: Collection[str], known: dict[str, str], word: str
) -> set[str]:
    """Which pages tell somebody in these roles this word, errors and downloads too."""
    looked_at = [page for page in every_page() if page.method == "GET"]
    room = asyncio.Semaphore(8)

    async def tells(role: str, address: str) -> bool:
        async with room:
            answer = await desks[role].pages.get(address, follow_redirects=True)
            return word in f"{answer.url} {answer.headers} {answer.text}"

    found = set()
    for role in roles:
        await desks[role].come_in()
        told = await asyncio.gather(*(tells(role, one.address(**known)) for one in looked_at))
        found |= {f"{role}: {one}" for one, is_told in zip(looked_at, told, strict=True) if is_told}
    return found
