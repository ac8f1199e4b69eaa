/*
 * Long drafts save themselves: every 30 seconds when something changed, when a clause is left, and when the page
 * is put away. The server answers {"version", "saved_at", "gaps_html", "fragments", "fields"}; a refusal is
 * {"message"} or the product's general {"reason"}; 401 says that the session has ended.
 * `fragments` gives new content to parts of the page by their selector, unless somebody is typing there.
 * `fields` gives new values to named fields (the ids of rows that were new).
 */
(function () {
  "use strict";
  const EVERY = 30000;

  function keep(form) {
    const state = document.querySelector("[data-saved]");
    let changed = false;
    let busy = false;
    let again = false;
    let composing = false;
    let stopped = false;
    let held = null;

    function say(text, failed) {
      if (!state) return;
      state.textContent = text;
      state.classList.toggle("is-failed", Boolean(failed));
    }

    function wording(name) {
      return (state && state.dataset[name]) || "";
    }

    /* The texts only: a file travels when the form itself is sent. */
    function contents() {
      const data = new FormData();
      new FormData(form).forEach(function (value, name) {
        if (typeof value === "string") data.append(name, value);
      });
      return data;
    }

    function isBusy(part) {
      const typed = Array.from(part.querySelectorAll("textarea")).some(function (area) {
        return area.value !== area.defaultValue;
      });
      return typed || part.contains(document.activeElement);
    }

    function take(answer) {
      const version = form.querySelector("input[name=version]");
      if (version && answer.version !== undefined) version.value = answer.version;
      Object.keys(answer.fields || {}).forEach(function (name) {
        const field = form.elements.namedItem(name);
        if (field) field.value = answer.fields[name];
      });
      const gaps = document.querySelector("[data-gaps]");
      if (gaps && answer.gaps_html !== undefined) gaps.innerHTML = answer.gaps_html;
      Object.keys(answer.fragments || {}).forEach(function (selector) {
        const part = document.querySelector(selector);
        if (part && !isBusy(part)) part.innerHTML = answer.fragments[selector];
      });
      if (!changed) form.removeAttribute("data-dirty");
      say(wording("done").replace("{time}", answer.saved_at || ""));
    }

    async function save() {
      if (!changed || composing || stopped || form.dataset.sent) return;
      if (busy) {
        again = true;
        return;
      }
      busy = true;
      changed = false;
      say(wording("saving"));
      try {
        const response = await window.fetch(form.dataset.autosave, {
          method: "POST",
          body: contents(),
          credentials: "same-origin",
          headers: {
            Accept: "application/json",
            "X-CSRFToken": form.querySelector("input[name=csrfmiddlewaretoken]").value,
            "X-Requested-With": "XMLHttpRequest",
          },
        });
        const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
        if (response.ok && isJson && !response.redirected) {
          take(await response.json());
        } else {
          changed = true;
          /* Somebody else's newer text is not overwritten; trying again would only ask the same. */
          stopped = response.status === 409;
          const refusal = isJson ? await response.json() : {};
          const lapsed = response.status === 401 || response.redirected;
          say(lapsed ? wording("lapsed") : refusal.message || refusal.reason || wording("failed"), true);
        }
      } catch (unreachable) {
        changed = true;
        say(wording("failed"), true);
      } finally {
        busy = false;
        if (held) {
          const button = held.button;
          held = null;
          if (button) form.requestSubmit(button);
          else form.requestSubmit();
        } else if (again) {
          again = false;
          save();
        }
      }
    }

    /* The person's own save waits for the one under way: it would otherwise be taken for somebody else's. */
    form.addEventListener("submit", function (event) {
      if (!busy) return;
      event.preventDefault();
      event.stopPropagation();
      held = { button: event.submitter };
    });

    form.addEventListener("input", function () {
      changed = true;
    });
    form.addEventListener("compositionstart", function () {
      composing = true;
    });
    form.addEventListener("compositionend", function () {
      composing = false;
    });
    form.addEventListener("focusout", function (event) {
      const next = event.relatedTarget;
      const clause = event.target.closest("article");
      if (!clause || !next || !clause.contains(next)) save();
    });
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "hidden") save();
    });
    window.setInterval(save, EVERY);
  }

  document.querySelectorAll("form[data-autosave]").forEach(keep);
})();
