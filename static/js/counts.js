/* The counts of the menu and of the inbox's boxes, asked for once a minute while the page is looked at. */
(function () {
  "use strict";
  const menu = document.querySelector("[data-counts]");
  if (!menu) return;
  const EVERY = 60000;
  let last = Date.now();
  let ended = false;

  function show(counts) {
    document.querySelectorAll("[data-count]").forEach(function (place) {
      const text = counts[place.dataset.count];
      if (text !== undefined && place.textContent !== text) place.textContent = text;
    });
  }

  function ask() {
    if (ended || document.hidden || Date.now() - last < EVERY) return;
    last = Date.now();
    window
      .fetch(menu.dataset.counts, { headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (answer) {
        /* Logged out meanwhile: the next page says so. */
        if (!answer.ok) {
          ended = true;
          return null;
        }
        return answer.json();
      })
      .then(function (found) {
        if (found) show(found.counts);
      })
      .catch(function () {
        /* No network for a moment: the next minute asks again. */
      });
  }

  window.setInterval(ask, 5000);
  document.addEventListener("visibilitychange", ask);
})();
