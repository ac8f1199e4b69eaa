/* Units found as one types; cells and clauses that grow with what is written. */
(function () {
  "use strict";

  /* ---------- Unit picker ---------- */
  function count(picker) {
    const state = picker.querySelector("[data-units-count]");
    const n = picker.querySelectorAll("input[type=checkbox]:checked").length;
    state.textContent = n ? state.dataset.words.replace("{n}", String(n)) : "";
  }

  function narrow(picker, words) {
    let shown = 0;
    picker.querySelectorAll("[data-units-group]").forEach(function (group) {
      let here = 0;
      group.querySelectorAll("label[data-words]").forEach(function (label) {
        /* What is ticked stays in sight, so that nothing is sent unseen. */
        const fits = label.dataset.words.indexOf(words) >= 0 || label.querySelector("input").checked;
        label.hidden = !fits;
        if (fits) here += 1;
      });
      group.hidden = here === 0;
      shown += here;
    });
    picker.querySelector("[data-units-none]").hidden = shown > 0;
  }

  document.querySelectorAll("[data-units]").forEach(function (picker) {
    const find = picker.querySelector("[data-units-find]");
    find.addEventListener("input", function (event) {
      /* While an input method composes, the letters are not yet what is meant. */
      if (!event.isComposing) narrow(picker, find.value.trim().toLowerCase());
    });
    find.addEventListener("compositionend", function () {
      narrow(picker, find.value.trim().toLowerCase());
    });
    find.addEventListener("keydown", function (event) {
      if (event.key === "Enter") event.preventDefault();
    });
    picker.addEventListener("change", function () {
      count(picker);
    });
    count(picker);
  });

  /* ---------- Growing fields ---------- */
  function grow(area) {
    area.style.height = "auto";
    area.style.height = area.scrollHeight + (area.offsetHeight - area.clientHeight) + "px";
  }

  document.addEventListener("input", function (event) {
    if (event.target.matches("textarea.cell, textarea.doc")) grow(event.target);
  });
  function growAll(within) {
    within.querySelectorAll("textarea.cell, textarea.doc").forEach(grow);
  }

  growAll(document);
  /* What was folded had no height to grow to. */
  document.addEventListener(
    "toggle",
    function (event) {
      if (event.target.open) growAll(event.target);
    },
    true
  );
  document.addEventListener("clause:drawn", function (event) {
    growAll(event.detail);
  });
})();
