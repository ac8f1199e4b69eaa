/* Units found as one types; cells and clauses that grow with what is written; words that screening found. */
(function () {
  "use strict";

  /* ---------- Unit picker ---------- */
  function count(picker) {
    const state = picker.querySelector("[data-units-count]");
    const n = picker.querySelectorAll("input:checked").length;
    state.textContent = n ? state.dataset.words.replace("{n}", String(n)) : state.dataset.none || "";
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

  /* ---------- A point on a clause ---------- */
  document.addEventListener("click", function (event) {
    const link = event.target.closest('[data-do="comment"]');
    const rows = document.getElementById("point-rows");
    if (!link || !rows) return;
    event.preventDefault();
    const stance = document.querySelector('[name="stance"][value="objection"]');
    if (!stance.checked) stance.click();
    const blank = function () {
      return Array.prototype.find.call(rows.querySelectorAll("textarea[name$=-body]"), function (area) {
        return !area.value.trim();
      });
    };
    if (!blank()) document.querySelector('[data-do="add-row"][data-prefix="point"]').click();
    const body = blank();
    body.closest(".point-row").querySelector("select").value = link.dataset.clause;
    body.focus();
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

  /* ---------- Words that screening found ---------- */
  /* The offsets count the text as it was saved; what was typed since may have moved the words. */
  function nearest(value, words, at) {
    let best = -1;
    for (let here = value.indexOf(words); here >= 0; here = value.indexOf(words, here + 1)) {
      if (best < 0 || Math.abs(here - at) < Math.abs(best - at)) best = here;
    }
    return best;
  }

  document.addEventListener("click", function (event) {
    const link = event.target.closest("a[data-words]");
    const clause = link && document.getElementById(link.hash.slice(1));
    if (!clause) return;
    const words = link.dataset.words.replace(/\r\n/g, "\n");
    const fields = Array.from(clause.querySelectorAll("textarea, input[type=text]"));
    const field = fields.find(function (one) {
      return one.value.indexOf(words) >= 0;
    });
    if (!field) return;
    event.preventDefault();
    for (let up = field; up; up = up.parentElement) {
      if (up.tagName === "DETAILS") up.open = true;
    }
    const start = nearest(field.value, words, Number(link.dataset.at));
    field.focus();
    field.setSelectionRange(start, start + words.length);
    field.scrollIntoView({ block: "center" });
  });
})();
