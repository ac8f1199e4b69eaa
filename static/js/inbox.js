/* Picking a whole page of notices or copies. */
(function () {
  "use strict";
  const all = document.querySelector("[data-pick-all]");
  if (!all) return;

  function picks() {
    return Array.from(document.querySelectorAll('input[name="pick"]'));
  }

  function tell() {
    const found = picks();
    const picked = found.filter(function (box) {
      return box.checked;
    }).length;
    all.checked = picked > 0 && picked === found.length;
    all.indeterminate = picked > 0 && picked < found.length;
    all.disabled = found.length === 0;
  }

  all.addEventListener("change", function () {
    picks().forEach(function (box) {
      box.checked = all.checked;
    });
  });
  document.addEventListener("change", function (event) {
    if (event.target.name === "pick") tell();
  });
  window.addEventListener("pageshow", tell);
  tell();
})();
