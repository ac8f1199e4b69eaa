/*
 * Files sent one by one, each with its own progress and its own answer: chosen, or dropped on the form. The server
 * answers 201 {"name", "url"}; a refusal is {"reason"}; 401 says that the session has ended. Without this script the
 * form sends all of them at once.
 */
(function () {
  "use strict";

  function file(form) {
    const rows = form.querySelector("[data-upload-rows]");
    const state = form.querySelector("[data-upload-state]");
    const pattern = form.querySelector("template[data-upload-row]");
    const input = form.querySelector("input[type=file]");
    const kind = form.querySelector("select[name=kind]");
    const drop = form.querySelector("[data-drop]");
    const queue = [];
    const counted = { stored: 0, refused: 0 };
    let current = null;

    function words(name, values) {
      return Object.keys(values || {}).reduce(function (text, key) {
        return text.split("{" + key + "}").join(values[key]);
      }, form.dataset[name] || "");
    }

    function say(text) {
      state.textContent = text;
    }

    /* ---------- One file ---------- */
    function show(item, text, mark) {
      item.row.querySelector(".uploads__state").textContent = text;
      item.row.classList.toggle("is-refused", mark === "refused");
      item.row.classList.toggle("is-stored", mark === "stored");
      item.row.classList.toggle("is-over", Boolean(mark));
      item.row.querySelector("[data-cancel]").hidden = Boolean(mark);
    }

    function end(item, text, mark) {
      const name = item.file.name;
      show(item, text, mark);
      if (mark === "stored" || mark === "refused") counted[mark] += 1;
      say(words("one", { name: name, state: text }));
    }

    function offerAgain(item) {
      const again = item.row.querySelector("[data-again]");
      again.hidden = false;
      again.focus();
    }

    function answered(item) {
      const request = item.request;
      const isJson = (request.getResponseHeader("Content-Type") || "").indexOf("application/json") === 0;
      let body = {};
      try {
        body = isJson ? JSON.parse(request.responseText) : {};
      } catch (unreadable) {
        body = {};
      }
      if (request.status === 201) {
        const look = item.row.querySelector("[data-look]");
        look.href = body.url;
        look.hidden = false;
        end(item, words("stored"), "stored");
      } else if (request.status === 401) {
        end(item, words("lapsed"), "refused");
        offerAgain(item);
      } else if (body.reason) {
        end(item, body.reason, "refused");
      } else {
        end(item, words("failed"), "refused");
        offerAgain(item);
      }
    }

    function send(item) {
      const request = new XMLHttpRequest();
      const data = new FormData(form);
      const bar = item.row.querySelector("progress");
      data.delete("papers");
      data.append("papers", item.file, item.file.name);
      item.request = request;
      current = item;
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", form.querySelector("input[name=csrfmiddlewaretoken]").value);
      request.upload.addEventListener("progress", function (event) {
        form.setAttribute("data-dirty", "");
        if (!event.lengthComputable) return;
        bar.value = Math.round((100 * event.loaded) / event.total);
        show(item, bar.value < 100 ? words("sending", { n: bar.value }) : words("looking"));
      });
      request.addEventListener("load", function () {
        answered(item);
      });
      request.addEventListener("error", function () {
        end(item, words("failed"), "refused");
        offerAgain(item);
      });
      request.addEventListener("abort", function () {
        end(item, words("cancelled"), "cancelled");
      });
      request.addEventListener("loadend", function () {
        current = null;
        next();
      });
      request.send(data);
    }

    /* ---------- All of them ---------- */
    function next() {
      if (current) return;
      const item = queue.shift();
      if (item) {
        send(item);
        return;
      }
      form.removeAttribute("data-dirty");
      if (counted.stored + counted.refused > 1) say(words("all", counted));
      if (counted.stored) refresh();
    }

    /* The list above the form and the counts of the tabs show what is there now; where it is not on the page, nothing is to be done. */
    async function refresh() {
      const list = document.getElementById(form.dataset.list);
      if (!list) return;
      const response = await window.fetch(window.location.href, { credentials: "same-origin" });
      if (!response.ok || response.redirected) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.getElementById(form.dataset.list);
      if (fresh) list.innerHTML = fresh.innerHTML;
      [".tabs", ".tabs-fold"].forEach(function (name) {
        const tabs = document.querySelector(name);
        const now = page.querySelector(name);
        if (tabs && now) tabs.innerHTML = now.innerHTML;
      });
    }

    function start() {
      if (!queue.length) return;
      if (!kind.value) {
        say(words("choose"));
        kind.focus();
        return;
      }
      counted.stored = 0;
      counted.refused = 0;
      next();
    }

    function take(files) {
      Array.prototype.forEach.call(files, function (one) {
        const row = document.importNode(pattern.content, true).firstElementChild;
        const item = { file: one, row: row, request: null };
        rows.appendChild(row);
        row.querySelector(".uploads__name").textContent = one.name;
        row.querySelector("progress").setAttribute("aria-label", one.name);
        row.querySelector("[data-cancel]").addEventListener("click", function () {
          cancel(item);
        });
        row.querySelector("[data-again]").addEventListener("click", function (event) {
          event.currentTarget.hidden = true;
          show(item, words("waiting"));
          queue.push(item);
          start();
        });
        if (one.size > Number(form.dataset.limit)) {
          end(item, words("toobig", { name: one.name }), "refused");
        } else {
          show(item, words("waiting"));
          queue.push(item);
        }
      });
      rows.hidden = !rows.children.length;
      if (queue.length) say(words("queued", { n: queue.length }));
    }

    function cancel(item) {
      const place = queue.indexOf(item);
      if (place >= 0) {
        queue.splice(place, 1);
        end(item, words("cancelled"), "cancelled");
      } else if (item.request) {
        item.request.abort();
      }
      input.focus();
    }

    form.addEventListener("submit", function (event) {
      /* With nothing chosen the form itself is sent, and the server says what is missing. */
      if (!queue.length && !current) return;
      event.preventDefault();
      if (!current) start();
    });

    input.addEventListener("change", function () {
      take(input.files);
      input.value = "";
    });

    ["dragenter", "dragover"].forEach(function (name) {
      drop.addEventListener(name, function (event) {
        event.preventDefault();
        drop.classList.add("is-over");
      });
    });
    ["dragleave", "drop"].forEach(function (name) {
      drop.addEventListener(name, function (event) {
        event.preventDefault();
        drop.classList.remove("is-over");
      });
    });
    drop.addEventListener("drop", function (event) {
      take(event.dataTransfer.files);
      start();
    });
  }

  /* A file let go beside the form must not make the browser leave the page for it. */
  ["dragover", "drop"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (event.dataTransfer && Array.prototype.indexOf.call(event.dataTransfer.types, "Files") >= 0) event.preventDefault();
    });
  });

  document.querySelectorAll("form[data-upload]").forEach(file);
})();
