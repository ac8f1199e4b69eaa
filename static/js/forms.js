/* Forms: one submission per click, a warning before unsaved work is left, new rows in sheets, what one answer asks. */
(function () {
  "use strict";

  /* ---------- One submission ---------- */
  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("[data-held]").forEach(function (button) {
      button.disabled = false;
      button.removeAttribute("data-held");
    });
  }

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.removeAttribute("data-dirty");
    /* Later, so that the button's own name and value still travel. */
    window.setTimeout(function () {
      if (event.defaultPrevented) {
        release(form);
        return;
      }
      form.querySelectorAll("button[type=submit]:not(:disabled)").forEach(function (button) {
        button.disabled = true;
        button.setAttribute("data-held", "");
      });
    }, 0);
  });

  /* ---------- What only one answer asks for ---------- */
  function unfold(set) {
    const chosen = set.querySelector("input:checked");
    set.querySelectorAll("[data-more]").forEach(function (part) {
      part.hidden = !chosen || set.dataset.moreAt.split(" ").indexOf(chosen.value) < 0;
    });
  }

  document.querySelectorAll("[data-more-at]").forEach(unfold);
  document.addEventListener("change", function (event) {
    const set = event.target.closest("[data-more-at]");
    if (set) unfold(set);
  });

  /* Coming back by the history shows the old page: its buttons still held, its answers given again. */
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(release);
    document.querySelectorAll("[data-more-at]").forEach(unfold);
  });

  /* ---------- Unsaved work ---------- */
  document.addEventListener("input", function (event) {
    const form = event.target.form;
    if (form && form.hasAttribute("data-guard")) form.setAttribute("data-dirty", "");
  });

  window.addEventListener("beforeunload", function (event) {
    if (!document.querySelector("form[data-guard][data-dirty]")) return;
    event.preventDefault();
    event.returnValue = "";
  });

  /* ---------- Words kept in the browser go with the person ---------- */
  document.addEventListener("submit", function (event) {
    if (!/\/logout\/$/.test(event.target.getAttribute("action") || "")) return;
    try {
      Object.keys(window.localStorage)
        .filter(function (key) {
          return key.indexOf("draft:") === 0;
        })
        .forEach(function (key) {
          window.localStorage.removeItem(key);
        });
    } catch (refused) {
      /* Storage is switched off: nothing was kept. */
    }
  });

  /* ---------- Rows ---------- */
  document.addEventListener("click", function (event) {
    const control = event.target.closest('[data-do="add-row"]');
    if (!control) return;
    const prefix = control.dataset.prefix;
    const body = document.getElementById(control.dataset.to);
    const total = document.getElementById("id_" + prefix + "-TOTAL_FORMS");
    const pattern = document.getElementById(prefix + "-empty");
    body.insertAdjacentHTML("beforeend", pattern.innerHTML.replace(/__prefix__/g, total.value));
    total.value = String(Number(total.value) + 1);
    total.dispatchEvent(new Event("input", { bubbles: true }));
    const field = body.lastElementChild.querySelector("input:not([type=hidden]), select, textarea");
    if (field) field.focus();
  });
})();
