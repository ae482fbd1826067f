/* Notes open where they are referred to: a click or Enter opens the note and takes the reader into it, Esc or «Lukk» leads
   back; a mouse that rests on the mark sees it too. Without scripts the mark leads to the notes at the end of the page. */
(function () {
  "use strict";
  if (!HTMLElement.prototype.showPopover) return;
  const strings = JSON.parse(document.getElementById("kv-strings").textContent);
  let pop = null;
  let owner = null;
  let timer = 0;

  function close(back) {
    clearTimeout(timer);
    if (!pop) return;
    const mark = owner;
    const inside = pop.contains(document.activeElement);
    mark.setAttribute("aria-expanded", "false");
    const gone = pop;
    pop = owner = null;
    gone.remove();
    if (back && inside) mark.focus();
  }

  function open(mark) {
    clearTimeout(timer);
    if (owner === mark) return;
    close(false);
    const note = document.getElementById(decodeURIComponent(mark.hash.slice(1)));
    if (!note) return;
    owner = mark;
    pop = document.createElement("div");
    pop.className = "kv-note-pop";
    pop.popover = "manual";
    pop.tabIndex = -1;
    pop.setAttribute("role", "dialog");
    pop.setAttribute("aria-label", mark.getAttribute("aria-label"));
    pop.append(...note.cloneNode(true).childNodes);
    pop.querySelectorAll(".footnote-back").forEach((el) => el.remove());
    pop.querySelectorAll("[id]").forEach((el) => el.removeAttribute("id"));
    const shut = document.createElement("button");
    shut.type = "button";
    shut.className = "kv-note-close";
    shut.textContent = strings["kvarto-close"];
    shut.addEventListener("click", () => close(true));
    pop.append(shut);
    mark.after(pop); // right behind its mark, where the keyboard and a screen reader come next
    pop.showPopover();
    mark.setAttribute("aria-expanded", "true");
    place(mark);
    pop.addEventListener("mouseenter", () => clearTimeout(timer));
    pop.addEventListener("mouseleave", later);
    pop.addEventListener("focusout", (event) => {
      if (pop && !pop.contains(event.relatedTarget) && event.relatedTarget !== owner) close(false);
    });
  }

  /* Under the mark, or over it where there is no room; the page's own coordinates, so that it scrolls with the text. */
  function place(mark) {
    const at = mark.getBoundingClientRect();
    const left = Math.min(at.left - 16, document.documentElement.clientWidth - pop.offsetWidth - 16);
    const below = at.bottom + pop.offsetHeight + 12 < innerHeight || at.top < pop.offsetHeight + 12;
    pop.style.left = Math.max(16, left) + scrollX + "px";
    pop.style.top = (below ? at.bottom + 8 : at.top - pop.offsetHeight - 8) + scrollY + "px";
  }

  function later() {
    clearTimeout(timer);
    if (pop && !pop.contains(document.activeElement)) timer = setTimeout(() => close(false), 300);
  }

  document.querySelectorAll("a.footnote-ref").forEach((mark) => {
    mark.setAttribute("aria-expanded", "false");
    mark.addEventListener("mouseenter", () => { clearTimeout(timer); timer = setTimeout(() => open(mark), 120); });
    mark.addEventListener("mouseleave", later);
    mark.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(mark);
      if (pop) pop.focus({ preventScroll: true });
    });
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(true); });
  document.addEventListener("pointerdown", (event) => {
    if (pop && !pop.contains(event.target) && !owner.contains(event.target)) close(false);
  });
  addEventListener("resize", () => close(true));
})();
