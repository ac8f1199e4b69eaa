/*
 * Long drafts save themselves: every 30 seconds when something changed, when a clause is left, with Ctrl+S, and when
 * the page is put away. Of a form with clauses (`data-clause`, fields named `<clause>-…`) only those that changed are
 * sent. The server answers {"version", "saved_at", "gaps_html", "fields"}; a refusal is {"message"} or the product's
 * general {"reason"}; 422 says that something cannot be read, 401 that the session has ended.
 * `fields` gives new values to named fields (the ids of rows that were new).
 * `form.draft` tells other scripts what is unsaved; they hear of each answer by the event `draft:answer`.
 */
(function () {
  "use strict";
  const EVERY = 30000;

  function keep(form) {
    const state = document.querySelector("[data-saved]");
    const dirty = new Set();
    let busy = false;
    let again = false;
    let composing = false;
    let stopped = false;
    let unreadable = false;
    let held = null;

    function say(text, failed) {
      if (!state) return;
      state.textContent = text;
      state.classList.toggle("is-failed", Boolean(failed));
    }

    function wording(name) {
      return (state && state.dataset[name]) || "";
    }

    /* The part of the form a field belongs to: its clause, or blank for the head. */
    function partOf(field) {
      const clause = field.closest("[data-clause]");
      return clause ? clause.dataset.clause : "";
    }

    /* The texts only: a file travels when the form itself is sent. */
    function contents(parts) {
      const known = new Set();
      form.querySelectorAll("[data-clause]").forEach(function (clause) {
        known.add(clause.dataset.clause);
      });
      const data = new FormData();
      new FormData(form).forEach(function (value, name) {
        if (typeof value !== "string") return;
        const part = name.split("-")[0];
        if (!known.has(part) || parts.has(part)) data.append(name, value);
      });
      if (form.draft.here) data.append("here", form.draft.here);
      return data;
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
    }

    function settle(status, answer, sent) {
      form.dispatchEvent(new CustomEvent("draft:answer", { detail: { status: status, answer: answer, sent: sent } }));
      if (!dirty.size) form.removeAttribute("data-dirty");
    }

    function restore(sent) {
      sent.forEach(function (part) {
        dirty.add(part);
      });
    }

    async function save() {
      if (!dirty.size || composing || stopped || unreadable || form.dataset.sent) return;
      if (busy) {
        again = true;
        return;
      }
      busy = true;
      const sent = new Set(dirty);
      dirty.clear();
      say(wording("saving"));
      try {
        const response = await window.fetch(form.dataset.autosave, {
          method: "POST",
          body: contents(sent),
          credentials: "same-origin",
          headers: {
            Accept: "application/json",
            "X-CSRFToken": form.querySelector("input[name=csrfmiddlewaretoken]").value,
            "X-Requested-With": "XMLHttpRequest",
          },
        });
        const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
        const answer = isJson ? await response.json() : {};
        if (response.ok && isJson && !response.redirected) {
          take(answer);
          settle(response.status, answer, sent);
          say(wording("done").replace("{time}", answer.saved_at || ""));
        } else {
          restore(sent);
          /* Trying again would only ask the same: of a closed text for good, of a mistake until it is mended. */
          stopped = response.status === 409;
          unreadable = response.status === 422;
          if (unreadable) take(answer);
          settle(response.status, answer, sent);
          const lapsed = response.status === 401 || response.redirected;
          say(lapsed ? wording("lapsed") : answer.message || answer.reason || wording("failed"), true);
        }
      } catch (unreachable) {
        restore(sent);
        say(wording("failed"), true);
      } finally {
        busy = false;
        form.dispatchEvent(new CustomEvent("draft:idle"));
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

    function touch(field) {
      dirty.add(partOf(field));
      unreadable = false;
    }

    form.draft = {
      here: "",
      has: function (part) {
        return dirty.has(part);
      },
      parts: function () {
        return Array.from(dirty);
      },
      touch: touch,
      save: save,
      isBusy: function () {
        return busy;
      },
    };

    /* The person's own save waits for the one under way: it would otherwise be taken for somebody else's. */
    form.addEventListener("submit", function (event) {
      if (!busy || event.defaultPrevented) return;
      event.preventDefault();
      event.stopPropagation();
      held = { button: event.submitter };
    });

    document.addEventListener("input", function (event) {
      if (event.target.form === form) touch(event.target);
    });
    document.addEventListener("compositionstart", function () {
      composing = true;
    });
    document.addEventListener("compositionend", function () {
      composing = false;
    });
    form.addEventListener("focusout", function (event) {
      const next = event.relatedTarget;
      const clause = event.target.closest("[data-clause], article");
      if (!clause || !next || !clause.contains(next)) save();
    });
    document.addEventListener("keydown", function (event) {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && !event.isComposing) {
        event.preventDefault();
        save();
      }
    });
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "hidden") save();
    });
    window.setInterval(save, EVERY);
  }

  document.querySelectorAll("form[data-autosave]").forEach(keep);
})();
