/* Notes beside the text: hovering or focusing a mark shows its note. The note itself stays at the end of the page. */
(function () {
  "use strict";
  let pop = null;
  let owner = null;
  let timer = 0;

  function close() {
    clearTimeout(timer);
    if (!pop) return;
    owner.removeAttribute("aria-describedby");
    pop.remove();
    pop = owner = null;
  }

  function open(mark) {
    clearTimeout(timer);
    if (owner === mark) return;
    close();
    const note = document.getElementById(decodeURIComponent(mark.hash.slice(1)));
    if (!note) return;
    pop = document.createElement("div");
    pop.className = "kv-note-pop";
    pop.id = "kv-note-pop";
    pop.setAttribute("role", "tooltip");
    [...note.cloneNode(true).childNodes].forEach((node) => pop.append(node));
    pop.querySelectorAll(".footnote-back").forEach((el) => el.remove());
    pop.querySelectorAll("[id]").forEach((el) => el.removeAttribute("id"));
    const home = mark.closest(".kv-main");
    home.append(pop);
    const at = mark.getBoundingClientRect();
    const room = home.getBoundingClientRect();
    const left = Math.min(Math.max(at.left - 16, room.left + 16), innerWidth - pop.offsetWidth - 16);
    const below = at.bottom + pop.offsetHeight + 12 < innerHeight;
    pop.style.left = Math.max(8, left) + scrollX + "px";
    pop.style.top = (below ? at.bottom + 8 : at.top - pop.offsetHeight - 8) + scrollY + "px";
    pop.addEventListener("mouseenter", () => clearTimeout(timer));
    pop.addEventListener("mouseleave", later);
    mark.setAttribute("aria-describedby", pop.id);
    owner = mark;
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(close, 250);
  }

  document.querySelectorAll("a.footnote-ref").forEach((mark) => {
    mark.addEventListener("mouseenter", () => open(mark));
    mark.addEventListener("mouseleave", later);
    mark.addEventListener("focus", () => { if (mark.matches(":focus-visible")) open(mark); });
    mark.addEventListener("blur", later);
    mark.addEventListener("click", close);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
})();
