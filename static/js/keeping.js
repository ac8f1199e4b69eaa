/*
 * Words that could not be saved stay in this browser, for this text and this person, until they are: the page offers
 * them again. They go when they are saved and when the person logs out (forms.js).
 */
(function () {
  "use strict";
  const form = document.querySelector("form[data-keep]");
  if (!form || !form.draft) return;
  const key = form.dataset.keep;
  const panel = document.querySelector("[data-kept]");
  let waiting = 0;

  function storage(act) {
    try {
      return act(window.localStorage);
    } catch (refused) {
      /* Storage may be switched off or full; then the server alone keeps the draft. */
      return null;
    }
  }

  function fieldsOf(part) {
    const rows = [];
    form.querySelectorAll('[name^="' + part + '-"]').forEach(function (field) {
      if (field.type === "checkbox" && !field.checked) return;
      rows.push([field.name, field.value]);
    });
    return rows;
  }

  function put() {
    const parts = form.draft.parts().filter(Boolean);
    if (!parts.length) {
      storage(function (store) {
        store.removeItem(key);
      });
      return;
    }
    const kept = { at: new Date().toISOString(), clauses: {} };
    parts.forEach(function (part) {
      kept.clauses[part] = fieldsOf(part);
    });
    storage(function (store) {
      store.setItem(key, JSON.stringify(kept));
    });
  }

  function read() {
    return storage(function (store) {
      return JSON.parse(store.getItem(key) || "null");
    });
  }

  /* ---------- Offered on return ---------- */
  const found = read();
  const parts = found
    ? Object.keys(found.clauses).filter(function (part) {
        return document.getElementById("clause-" + part);
      })
    : [];

  function hide() {
    if (panel) panel.hidden = true;
  }

  function back() {
    parts.forEach(function (part) {
      const clause = document.getElementById("clause-" + part);
      clause.open = true;
      found.clauses[part].forEach(function (row) {
        const total = /^(.+)-TOTAL_FORMS$/.exec(row[0]);
        const have = total && document.getElementById("id_" + row[0]);
        while (have && Number(have.value) < Number(row[1])) {
          const button = clause.querySelector('[data-do="add-row"][data-prefix="' + total[1] + '"]');
          if (!button) break;
          button.click();
        }
      });
      found.clauses[part].forEach(function (row) {
        const field = form.elements.namedItem(row[0]);
        /* The save one started from stays the page's own: what is newer there is not written over. */
        if (!field || /-(TOTAL_FORMS|INITIAL_FORMS|MIN_NUM_FORMS|MAX_NUM_FORMS|edition|base)$/.test(row[0])) return;
        if (field.type === "checkbox") field.checked = true;
        else field.value = row[1];
        field.dispatchEvent(new Event("input", { bubbles: true }));
      });
    });
    hide();
    form.draft.save();
  }

  if (panel && parts.length) {
    const when = panel.querySelector("[data-kept-when]");
    const time = new Date(found.at);
    when.textContent = when.dataset.words
      .replace("{time}", time.toLocaleString(document.documentElement.lang))
      .replace("{n}", String(parts.length));
    panel.hidden = false;
    panel.querySelector("[data-kept-back]").addEventListener("click", back);
    panel.querySelector("[data-kept-drop]").addEventListener("click", function () {
      storage(function (store) {
        store.removeItem(key);
      });
      hide();
    });
  }

  /* ---------- Kept while one types ---------- */
  document.addEventListener("input", function (event) {
    if (event.target.form !== form) return;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(put, 500);
  });
  form.addEventListener("draft:answer", function () {
    window.clearTimeout(waiting);
    put();
  });
  window.addEventListener("pagehide", function () {
    if (form.draft.parts().length) put();
  });
})();
