/* Runs before the page is painted: marks that scripts work and puts the remembered theme on <html>, so nothing flashes. */
(function () {
  "use strict";
  var html = document.documentElement;
  html.classList.add("js");
  try {
    var chosen = localStorage.getItem("kvarto-theme");
    if (chosen === "light" || chosen === "dark") html.dataset.theme = chosen;
  } catch (error) { /* storage may be closed (private window, file://): the system's theme is used */ }
})();
