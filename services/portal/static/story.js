// The slider of a story works with its button; where this runs, letting go of it is enough.
for (const slider of document.querySelectorAll("input[type=range][data-shows]")) {
  const said = document.getElementById(slider.dataset.shows);
  const days = JSON.parse(slider.dataset.days);
  slider.addEventListener("input", () => { said.textContent = days[slider.value - 1]; });
  slider.addEventListener("change", () => slider.form.requestSubmit());
}
