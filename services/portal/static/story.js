// A story's slider works with its button; where this runs, the page follows the slider as it moves.
const pause = 120;

for (const slider of document.querySelectorAll("input[type=range][data-shows]")) {
  const days = JSON.parse(slider.dataset.days);
  let waiting, last = 0;
  slider.form.querySelector("button").hidden = true;
  slider.addEventListener("input", () => {
    const said = document.getElementById(slider.dataset.shows);
    if (said) said.textContent = days[slider.value - 1];
    clearTimeout(waiting);
    waiting = setTimeout(() => show(++last).catch(() => slider.form.requestSubmit()), pause);
  });

  async function show(turn) {
    const where = `${slider.form.getAttribute("action")}?${new URLSearchParams(new FormData(slider.form))}`;
    const answer = await fetch(where, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error("elsewhere");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (turn !== last) return;
    for (const id of ["recit-haut", "recit-bas"]) {
      document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
    }
    history.replaceState(null, "", where);
  }
}
