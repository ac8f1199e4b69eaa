/* Runs before the page is drawn: tells the styles that scripts work, and sets the type size the reader chose. */
(function () {
  var root = document.documentElement;
  root.classList.add("js");
  try {
    root.classList.toggle("is-large", window.localStorage.getItem("type") === "large");
  } catch (refused) {
    /* Storage may be switched off by policy; then large type lasts for one page. */
  }
})();
