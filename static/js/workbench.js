/*
 * Two people on one text: who is here and in which clause, clauses that became newer, words that were set aside.
 * Also what is missing, each point leading to its cell, and mistakes shown where they were typed.
 */
(function () {
  "use strict";
  const form = document.querySelector("form[data-beat]");
  if (!form || !form.draft) return;
  const draft = form.draft;
  const BEAT = 20000;

  function clauseOf(lineage) {
    return document.getElementById("clause-" + lineage);
  }

  /* ---------- To the very field ---------- */
  function targetOf(hash) {
    const id = decodeURIComponent(hash.slice(1));
    const at = /^at-([^-]+)-(.+)$/.exec(id);
    const found = document.getElementById(id);
    if (!at) return found;
    const marks = Array.from(form.querySelectorAll('input[name$="-lineage"]'));
    const mark = marks.find(function (input) {
      return input.value === at[1];
    });
    if (mark) return form.elements.namedItem(mark.name.replace(/lineage$/, at[2])) || found;
    return found;
  }

  function unfold(element) {
    for (let up = element; up; up = up.parentElement) {
      if (up.tagName === "DETAILS") up.open = true;
    }
  }

  function reveal(hash) {
    const element = hash.length > 1 && targetOf(hash);
    if (!element) return false;
    unfold(element);
    const field = element.matches("input, select, textarea")
      ? element
      : element.querySelector("summary, input:not([type=hidden]), select, textarea");
    element.scrollIntoView({ block: "center" });
    (field || element).focus({ preventScroll: true });
    return true;
  }

  document.addEventListener("click", function (event) {
    const link = event.target.closest("a[href]");
    if (!link || !link.hash || link.pathname !== window.location.pathname) return;
    if (reveal(link.hash)) {
      event.preventDefault();
      window.history.replaceState(null, "", link.hash);
    }
  });
  if (window.location.hash) window.setTimeout(reveal, 0, window.location.hash);

  document.querySelectorAll("[data-unfold]").forEach(function (button) {
    button.addEventListener("click", function () {
      form.querySelectorAll("[data-clause]").forEach(function (clause) {
        clause.open = button.dataset.unfold === "all";
      });
    });
  });

  /* ---------- What the server says ---------- */
  /* Words on their way are not drawn over. */
  function isBusy(place) {
    const typed = Array.from(place.querySelectorAll("textarea")).some(function (area) {
      return area.value !== area.defaultValue;
    });
    return typed || place.contains(document.activeElement);
  }

  function fill(fragments) {
    Object.keys(fragments || {}).forEach(function (selector) {
      document.querySelectorAll(selector).forEach(function (place) {
        if (!isBusy(place) && place.innerHTML !== fragments[selector]) place.innerHTML = fragments[selector];
      });
    });
  }

  function announce(clause, words, link) {
    const line = clause.querySelector("[data-newer]");
    line.textContent = words;
    if (link) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn--small";
      button.textContent = form.dataset.asideLink;
      button.addEventListener("click", function () {
        whenSaved(function () {
          redraw(clause.dataset.clause);
        });
      });
      line.append(" ", button);
    }
    line.hidden = false;
    clause.dataset.behind = "yes";
  }

  async function redraw(lineage) {
    const old = clauseOf(lineage);
    const response = await window.fetch(form.dataset.clauses.replace("0000000000", lineage), {
      credentials: "same-origin",
    });
    if (!old || !response.ok || response.redirected || draft.has(lineage)) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById(old.id);
    if (!fresh) return;
    fresh.open = old.open;
    old.replaceWith(document.importNode(fresh, true));
    document.dispatchEvent(new CustomEvent("clause:drawn", { detail: clauseOf(lineage) }));
  }

  function hear(answer, setAside) {
    fill(answer.fragments);
    form.querySelectorAll("[data-here]").forEach(function (place) {
      place.textContent = (answer.here || {})[place.dataset.here] || "";
    });
    (answer.newer || []).forEach(function (row) {
      const clause = clauseOf(row.lineage);
      if (!clause) return;
      const edition = form.elements.namedItem(row.lineage + "-edition");
      if (!edition || Number(edition.value) >= row.edition) return;
      const words = setAside.indexOf(row.lineage) >= 0 ? form.dataset.asideWords : form.dataset.newerWords;
      const mine = draft.has(row.lineage) || setAside.indexOf(row.lineage) >= 0 || clause.dataset.behind;
      if (mine) announce(clause, words.replace("{who}", row.by), setAside.indexOf(row.lineage) >= 0);
      else if (clause.contains(document.activeElement)) {
        /* Not under the hands of somebody who is about to write. */
        document.activeElement.addEventListener("blur", function () {
          if (!draft.has(row.lineage)) redraw(row.lineage);
        }, { once: true });
      } else redraw(row.lineage);
    });
    const order = Array.from(form.querySelectorAll("[data-clause]"), function (clause) {
      return clause.dataset.clause;
    });
    const changed = document.querySelector("[data-changed]");
    if (changed && answer.clauses) changed.hidden = answer.clauses.join() === order.join();
  }

  /* ---------- Mistakes where they were typed ---------- */
  function clearMistakes() {
    document.querySelectorAll("[data-mistake]").forEach(function (note) {
      const field = document.getElementById(note.dataset.mistake);
      if (field) {
        field.removeAttribute("aria-invalid");
        field.removeAttribute("aria-describedby");
      }
      note.remove();
    });
  }

  function showMistake(mistake) {
    const field = mistake.id && document.getElementById(mistake.id);
    if (!field || document.getElementById(mistake.id + "_error")) return;
    const note = document.createElement("p");
    note.className = "err";
    note.id = mistake.id + "_error";
    note.dataset.mistake = mistake.id;
    note.textContent = mistake.text;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", note.id);
    field.insertAdjacentElement("afterend", note);
  }

  form.addEventListener("draft:answer", function (event) {
    const answer = event.detail.answer;
    if (event.detail.status === 200) clearMistakes();
    if (answer.errors) {
      clearMistakes();
      answer.errors.forEach(showMistake);
    }
    if (answer.fragments) hear(answer, answer.set_aside || []);
    (answer.set_aside || []).forEach(function (lineage) {
      const clause = clauseOf(lineage);
      if (clause && !clause.dataset.behind) announce(clause, form.dataset.asideWords.replace("{who}", ""), true);
    });
  });

  /* ---------- Saved by hand, and before other acts ---------- */
  function whenSaved(act) {
    if (!draft.parts().length && !draft.isBusy()) {
      act();
      return;
    }
    form.addEventListener("draft:idle", act, { once: true });
    draft.save();
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    event.stopPropagation();
    draft.save();
  });

  document.querySelectorAll("form[data-after-save]").forEach(function (other) {
    other.addEventListener("submit", function (event) {
      if (other.dataset.ready || (!draft.parts().length && !draft.isBusy())) return;
      event.preventDefault();
      event.stopPropagation();
      const button = event.submitter;
      whenSaved(function () {
        other.dataset.ready = "yes";
        other.requestSubmit(button || undefined);
      });
    });
  });

  /* ---------- Who is here ---------- */
  form.addEventListener("focusin", function (event) {
    const clause = event.target.closest("[data-clause]");
    const here = clause ? clause.dataset.clause : "";
    if (here === draft.here) return;
    draft.here = here;
    beat();
  });

  function pulse() {
    const data = new FormData();
    data.append("csrfmiddlewaretoken", form.querySelector("input[name=csrfmiddlewaretoken]").value);
    data.append("version", form.querySelector("input[name=version]").value);
    data.append("here", draft.here);
    return data;
  }

  async function beat() {
    if (document.visibilityState === "hidden" || draft.isBusy()) return;
    try {
      const response = await window.fetch(form.dataset.beat, {
        method: "POST",
        body: pulse(),
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
      if (!response.ok || response.redirected || draft.isBusy()) return;
      const answer = await response.json();
      const version = form.querySelector("input[name=version]");
      hear(answer, []);
      if (Number(version.value) < answer.version) version.value = answer.version;
    } catch (unreachable) {
      /* The next beat will tell. */
    }
  }

  window.setInterval(beat, BEAT);
  window.addEventListener("pagehide", function () {
    const data = pulse();
    data.append("leave", "yes");
    navigator.sendBeacon(form.dataset.beat, data);
  });
})();
