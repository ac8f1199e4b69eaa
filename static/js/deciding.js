/*
 * Deciding by the keyboard, and the words of an opinion kept in this browser until they are sent. Keys are taken with
 * Alt and by their place on the keyboard, never alone, never while an input method composes, never by being held.
 */
(function () {
  "use strict";

  function composing(event) {
    return event.isComposing || event.keyCode === 229;
  }

  /* ---------- Keys ---------- */
  document.addEventListener("keydown", function (event) {
    if (composing(event) || event.repeat) return;
    if (event.key === "Escape") {
      const panel = Array.from(document.querySelectorAll("#decide > .confirm")).find(function (one) {
        return !one.hidden;
      });
      const button = panel && panel.querySelector('[data-do="hide"]');
      if (button) button.click();
      document.querySelectorAll("details.keys[open]").forEach(function (keys) {
        keys.open = false;
      });
      return;
    }
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const control = document.querySelector('[data-key="' + event.code + '"]');
    if (!control) return;
    event.preventDefault();
    /* While a panel is open its own buttons decide, not those behind it. */
    const open = document.querySelector("#decide > .confirm:not([hidden])");
    if (open && control.closest(".bar__in") && control.dataset.to !== open.id) return;
    if (control.matches("textarea")) {
      control.focus();
      control.setSelectionRange(control.value.length, control.value.length);
    } else {
      control.click();
    }
  });

  /* A step further: "more" opens the first operation, so that its form is under the keys. */
  document.addEventListener("click", function (event) {
    const link = event.target.closest('a[href="#more"]');
    if (!link) return;
    event.preventDefault();
    const more = document.getElementById("more");
    more.scrollIntoView();
    const first = more.querySelector("summary");
    (first || more).focus();
  });

  /* While a form of an operation is filled in, the bar gives way to it. */
  document.addEventListener("focusin", function (event) {
    const view = document.querySelector(".view--decide");
    if (view) view.classList.toggle("is-typing", Boolean(event.target.closest(".ops form")));
  });

  /* ---------- The opinion, until it is sent ---------- */
  const form = document.querySelector("form[data-opinion]");
  if (!form) return;
  const key = form.dataset.opinion;
  const area = form.elements.namedItem("opinion");
  const offer = form.querySelector("[data-opinion-kept]");
  let waiting = 0;

  function storage(act) {
    try {
      return act(window.localStorage);
    } catch (refused) {
      /* Storage may be switched off or full: then the words stay on the page only. */
      return null;
    }
  }

  function drop() {
    storage(function (store) {
      store.removeItem(key);
    });
    offer.hidden = true;
  }

  function keep() {
    if (!area.value.trim()) {
      drop();
      return;
    }
    storage(function (store) {
      store.setItem(key, area.value);
    });
  }

  const kept = storage(function (store) {
    return store.getItem(key);
  });
  /* Offered, never filled in by itself. */
  if (kept && kept !== area.value) offer.hidden = false;
  offer.querySelector("[data-opinion-back]").addEventListener("click", function () {
    area.value += (area.value && !/\s$/.test(area.value) ? "\n" : "") + kept;
    offer.hidden = true;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  });
  offer.querySelector("[data-opinion-drop]").addEventListener("click", function () {
    drop();
    area.focus();
  });
  area.addEventListener("input", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(keep, 300);
  });
  window.addEventListener("pagehide", function () {
    window.clearTimeout(waiting);
    if (form.dataset.sent) drop();
    else if (area.value.trim()) keep();
  });
})();
