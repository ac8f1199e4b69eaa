/* From change to change: n and p, or the buttons; the focus goes with the eye. */
(function () {
  "use strict";
  const state = document.querySelector("[data-at]");
  if (!state) return;
  let here = -1;

  /* Of a place that is drawn twice, for a wide window and for a narrow one, only one is there. */
  function places() {
    return Array.from(document.querySelectorAll("[data-change]")).filter(function (place) {
      return place.offsetParent !== null;
    });
  }

  function go(step) {
    const found = places();
    if (!found.length) return;
    const focused = found.indexOf(document.activeElement);
    if (focused >= 0) here = focused;
    here = Math.max(0, Math.min(found.length - 1, here + step));
    const place = found[here];
    place.setAttribute("tabindex", "-1");
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: "center" });
    state.textContent = here + 1 + " / " + found.length;
  }

  document.querySelectorAll("[data-go]").forEach(function (button) {
    button.addEventListener("click", function () {
      go(Number(button.dataset.go));
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) return;
    if (event.key === "n" || event.key === "p") {
      event.preventDefault();
      go(event.key === "n" ? 1 : -1);
    }
  });
})();
