// The page of the platform's state says everything without this; where it runs, it stays true.
const every = 10_000;
const choice = document.getElementById("suivre");
choice.closest("[hidden]").hidden = false;

// An old « Tout va bien » is no news.
function silent() {
  const seen = document.getElementById("vu");
  if (seen.dataset.silent) return;
  seen.dataset.silent = "yes";
  seen.textContent += " Depuis, rien ne répond : ce qui suit n’est peut-être plus vrai.";
}

async function renew() {
  const shown = document.getElementById("etat");
  const busy = shown.contains(document.activeElement) || shown.querySelector("details[open]");
  if (!choice.checked || document.hidden || busy) return;
  const answer = await fetch("/etat", { headers: { Accept: "text/html" } });
  if (answer.status >= 500) silent();
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("etat");
  if (fresh) shown.replaceChildren(...fresh.childNodes);
}

setInterval(() => renew().catch(silent), every);
