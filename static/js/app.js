/* Menu, large type, inline confirmations, phrases, folded tabs: what a click on the frame does. */
(function () {
  "use strict";
  const root = document.documentElement;

  function target(control) {
    return document.getElementById(control.dataset.to);
  }

  /* Every control that opens the panel says whether it is open. */
  function tell(panel, open) {
    document.querySelectorAll('[data-to="' + panel.id + '"][aria-expanded]').forEach(function (control) {
      control.setAttribute("aria-expanded", String(open));
    });
  }

  function showType() {
    const large = root.classList.contains("is-large");
    document.querySelectorAll('[data-do="large"]').forEach(function (button) {
      button.setAttribute("aria-pressed", String(large));
    });
  }

  const acts = {
    menu: function (control) {
      tell(target(control), target(control).classList.toggle("is-open"));
    },
    large: function () {
      const large = root.classList.toggle("is-large");
      try {
        window.localStorage.setItem("type", large ? "large" : "normal");
      } catch (refused) {
        /* See early.js. */
      }
      showType();
    },
    show: function (control) {
      const panel = target(control);
      panel.hidden = !panel.hidden;
      tell(panel, !panel.hidden);
      if (!panel.hidden) {
        /* Never the button that confirms: a second press of Enter must not be a decision. */
        const first = panel.querySelector("select, textarea, input:not([type=hidden])");
        (first || panel).focus();
      }
    },
    hide: function (control) {
      const panel = target(control);
      panel.hidden = true;
      tell(panel, false);
      const opener = document.querySelector('[data-do="show"][data-to="' + panel.id + '"]');
      if (opener) opener.focus();
    },
    /* A phrase is added behind what was written, never put in its place. */
    phrase: function (control) {
      const area = target(control);
      area.value += control.textContent.trim();
      area.dispatchEvent(new Event("input", { bubbles: true }));
      area.focus();
    },
    print: function () {
      window.print();
    },
  };

  document.addEventListener("click", function (event) {
    if (event.target.closest('[aria-disabled="true"]')) {
      event.preventDefault();
      return;
    }
    const control = event.target.closest("[data-do]");
    if (control && acts[control.dataset.do]) acts[control.dataset.do](control);
    document.querySelectorAll("details.more[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || event.isComposing) return;
    document.querySelectorAll("details.more[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  document.addEventListener("change", function (event) {
    if (event.target.matches("select[data-go]")) window.location.assign(event.target.value);
  });

  /* On a phone the sections of a long page start folded. */
  if (window.matchMedia("(max-width: 600px)").matches) {
    document.querySelectorAll("details[data-fold-narrow]").forEach(function (section) {
      section.open = false;
    });
  }

  showType();
  const mistakes = document.querySelector(".errors[tabindex]");
  if (mistakes) mistakes.focus();
})();
