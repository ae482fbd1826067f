/* The page's own contents: a fold on small screens, the section being read marked on large ones. */
(function () {
  "use strict";
  const toc = document.getElementById("TOC");
  if (toc) {
    const toggle = toc.querySelector(".kv-toc-toggle");
    const set = (open) => {
      toc.toggleAttribute("data-open", open);
      toggle.setAttribute("aria-expanded", String(open));
    };
    toggle.hidden = false;
    toggle.addEventListener("click", () => set(!toc.hasAttribute("data-open")));
    toc.addEventListener("click", (event) => { if (event.target.closest("a")) set(false); });

    const links = new Map();
    toc.querySelectorAll("a").forEach((a) => {
      const target = document.getElementById(decodeURIComponent(a.hash.slice(1)));
      if (target) links.set(target, a);
    });
    const targets = [...links.keys()];
    let waiting = false;
    const mark = () => {
      waiting = false;
      const line = innerHeight * 0.3;
      let now = null;
      for (const target of targets) {
        if (target.getBoundingClientRect().top <= line) now = target;
      }
      toc.querySelectorAll("[aria-current]").forEach((a) => a.removeAttribute("aria-current"));
      toc.querySelectorAll("[data-active]").forEach((li) => li.removeAttribute("data-active"));
      if (!now) return;
      const link = links.get(now);
      link.setAttribute("aria-current", "true");
      link.parentElement.setAttribute("data-active", "");
      const box = toc.getBoundingClientRect();
      const at = link.getBoundingClientRect();
      if (at.top < box.top || at.bottom > box.bottom) toc.scrollTop += at.top - box.top - box.height / 3;
    };
    const soon = () => {
      if (!waiting) { waiting = true; requestAnimationFrame(mark); }
    };
    addEventListener("scroll", soon, { passive: true });
    addEventListener("resize", soon, { passive: true });
    mark();
  }
})();
