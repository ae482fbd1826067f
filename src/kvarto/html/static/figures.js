/* A figure's tools: «Lenke» copies the address; one open panel at a time; Esc closes it. */
(function () {
  "use strict";
  document.querySelectorAll(".kv-tools").forEach((tools) => {
    const panels = [...tools.querySelectorAll("details")];
    panels.forEach((panel) => {
      // on the click (Enter clicks too): «toggle» comes later, when another may have been opened since
      panel.querySelector("summary").addEventListener("click", () => {
        if (!panel.open) panels.forEach((other) => { if (other !== panel) other.open = false; });
      });
    });
    tools.addEventListener("keydown", (event) => {
      const open = panels.find((panel) => panel.open);
      if (event.key !== "Escape" || !open) return;
      open.open = false;
      open.querySelector("summary").focus();
    });
    const link = tools.querySelector(".kv-tool-link");
    if (!link || !navigator.clipboard) return;
    const shown = link.querySelector(".kv-tool-word");
    const told = tools.querySelector("[role=status]");
    const word = shown.textContent;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      history.replaceState(null, "", link.getAttribute("href"));
      navigator.clipboard.writeText(link.href).then(() => {
        shown.textContent = told.textContent = link.dataset.copied;
        setTimeout(() => { shown.textContent = word; told.textContent = ""; }, 2500);
      }, () => { location.hash = link.hash; });
    });
  });
})();
