"""What is shown when there is no page: to sign in, to wait, or to look elsewhere."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from services.chassis.moments import HERE
from services.portal.calling import OURSELVES, Away, HasLeft, Refused
from services.portal.identity import Elsewhere, Nobody, caller, onwards
from services.portal.limiting import TooOften
from services.portal.places import role_named
from services.portal.rendering import page
from services.portal.speaking import counted, hour


async def _recognize(request: Request) -> None:
    """A page that is not there says who looks at it all the same."""
    with suppress(Nobody, Away):
        await caller(request)


async def nobody(request: Request, nobody: Exception) -> Response:
    assert isinstance(nobody, Nobody)
    where = f"{request.url.path}?{request.url.query}".rstrip("?")
    back = "?" + urlencode({"vers": where}) if request.method == "GET" and where != "/" else ""
    home = f"/{nobody.home}" if nobody.home else ""
    return RedirectResponse(f"/connexion{home}{back}", status_code=303)


async def elsewhere(_: Request, elsewhere: Exception) -> Response:
    assert isinstance(elsewhere, Elsewhere)
    return onwards(elsewhere.where)


async def not_for_them(request: Request, _: Exception) -> Response:
    by = request.state.by
    whom = (
        "appelez le Bureau du partenariat."
        if by.person
        else (
            "parlez-en à la personne responsable du Bureau : elle peut vous donner le rôle qu’il "
            "faut."
        )
    )
    return page(
        request, "trouble.html", 403,
        title="Cette page est pour d’autres rôles",
        more=f"Vous êtes ici à ce titre : {role_named(by.roles)}. Rien n’a été fait. Si cette page "
        f"vous est nécessaire, {whom}",
    )  # fmt: skip


async def has_left(request: Request, left: Exception) -> Response:
    assert isinstance(left, HasLeft)
    request.state.by = None
    links = [("/connexion", "Choisir un établissement")]
    more = (
        "Cet établissement n’utilise plus Tandem : on n’y entre plus. Pour prendre part, ou pour "
        "demander ce qui a été conservé, adressez-vous à lui directement."
    )
    if left.into:
        links = [(f"/connexion/{left.into}", f"Entrer à « {left.into_name} »")]
        more = (
            f"Il fait maintenant partie de « {left.into_name} » : c’est là que tout continue. Le "
            "Bureau du partenariat de là-bas peut vous y donner accès."
        )
    return page(request, "trouble.html", 410, title=f"« {left.name} » n’est plus ici",
                more=more, links=links)  # fmt: skip


async def outdated(request: Request, _: Exception) -> Response:
    await _recognize(request)
    return page(
        request, "trouble.html", 403,
        title="Ce formulaire n’est plus valable",
        more="Il datait d’une session précédente : rien n’a été fait. Rechargez la page d’où il "
        "vient, puis réessayez.",
    )  # fmt: skip


async def too_often(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, TooOften)
    again = datetime.now(HERE) + timedelta(seconds=refusal.seconds + 59)
    minutes = counted(-(-refusal.seconds // 60), "minute")
    answer = page(
        request, "trouble.html", 429,
        title="Trop d’essais en peu de temps",
        more=f"Pour protéger les comptes, il faut attendre un peu. Revenez à {hour(again)}, dans "
        f"{minutes}. Si cela presse, appelez le Bureau du partenariat.",
    )  # fmt: skip
    answer.headers["Retry-After"] = str(refusal.seconds)
    return answer


async def away(request: Request, error: Exception) -> Response:
    if isinstance(error, Away) and error.service != OURSELVES:  # else nobody knows who looks
        await _recognize(request)
    return page(
        request, "trouble.html", 503,
        title="Cette page n’est pas accessible pour l’instant",
        more="Une partie de la plateforme ne répond pas. Si vous veniez d’envoyer un formulaire, "
        "revenez en arrière : ce que vous aviez écrit y est encore, et l’envoyer deux fois ne "
        "fait rien en double.",
    )  # fmt: skip


async def broken(request: Request, _: Exception) -> Response:
    return page(
        request, "trouble.html", 500,
        title="Quelque chose est brisé ici",
        more="Ce n’est pas de votre faute, et c’est noté pour qui s’occupe de la plateforme. "
        "Réessayez plus tard ; si cela presse, appelez le Bureau du partenariat.",
    )  # fmt: skip


async def refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refused)
    if refusal.status == 404:
        return await not_here(request, refusal)
    if refusal.kind == "StillReading":
        return _coming(request, refusal)
    more = "Rien n’a été modifié."
    title = refusal.title or "Cela n’est pas possible"
    return page(request, "trouble.html", refusal.status, title=title, more=more)


def _coming(request: Request, refusal: Refused) -> Response:
    """A past that is long to read: the page asks for itself again."""
    read, of = refusal.read
    answer = page(request, "past_coming.html", 202, read=read, of=max(of, 1))
    answer.headers["Refresh"] = "2"
    return answer


async def not_here(request: Request, _: Exception) -> Response:
    await _recognize(request)
    return page(
        request, "trouble.html", 404,
        title="Cette page n’existe pas",
        more="L’adresse est inexacte, ou ce que vous cherchez appartient à un autre établissement.",
    )  # fmt: skip
