/* The chapter menu (off-canvas on small screens, foldable groups), the theme button and the copy buttons of citations. */
(function () {
  "use strict";
  const html = document.documentElement;
  const strings = JSON.parse(document.getElementById("kv-strings").textContent);
  const small = matchMedia("(max-width: 63.99rem)");

  /* ---- off-canvas menu */
  const sidebar = document.getElementById("quarto-sidebar");
  const opener = document.querySelector(".kv-menu-open");
  const closer = document.querySelector(".kv-menu-close");
  const outside = [".skip-link", ".kv-top", ".kv-main", ".kv-foot"].map((s) => document.querySelector(s)).filter(Boolean);
  let veil = null;

  function setMenu(open, restore = true) {
    if (open === sidebar.hasAttribute("data-open")) return;
    sidebar.toggleAttribute("data-open", open);
    opener.setAttribute("aria-expanded", String(open));
    outside.forEach((el) => { el.inert = open; });
    if (open) {
      veil = document.createElement("div");
      veil.className = "kv-veil";
      veil.addEventListener("click", () => setMenu(false));
      document.body.append(veil);
      (sidebar.querySelector("[aria-current]") || closer).focus();
    } else {
      if (veil) veil.remove();
      if (restore) opener.focus();
    }
  }

  if (sidebar && opener && closer) {
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-expanded", "false");
    opener.setAttribute("aria-controls", sidebar.id);
    opener.setAttribute("aria-label", strings["kvarto-menu"]);
    closer.hidden = false;
    opener.addEventListener("click", (event) => { event.preventDefault(); setMenu(true); });
    opener.addEventListener("keydown", (event) => {
      if (event.key === " ") { event.preventDefault(); setMenu(true); }
    });
    closer.addEventListener("click", () => setMenu(false));
    sidebar.addEventListener("keydown", (event) => {
      if (event.key === "Escape") setMenu(false);
    });
    sidebar.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (link && small.matches) setMenu(false, false);
    });
    small.addEventListener("change", () => setMenu(false, false));
  }

  /* ---- groups that fold; the one that holds the current page stays open */
  document.querySelectorAll(".kv-fold").forEach((button) => {
    const item = button.closest(".sidebar-item");
    const set = (open) => {
      item.classList.toggle("kv-folded", !open);
      button.setAttribute("aria-expanded", String(open));
    };
    button.hidden = false;
    button.addEventListener("click", () => set(item.classList.contains("kv-folded")));
    const many = document.querySelectorAll(".kv-menu .sidebar-item").length > 14;
    set(!many || item.querySelector("[aria-current]") !== null);
  });
  const current = sidebar && sidebar.querySelector("[aria-current]");
  if (current && !small.matches) {
    const top = current.getBoundingClientRect().top - sidebar.getBoundingClientRect().top;
    if (top > sidebar.clientHeight - 40) sidebar.scrollTop = top - sidebar.clientHeight / 2;
  }

  /* ---- light and dark */
  const toggle = document.querySelector(".kv-theme-toggle");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (html.dataset.theme ? html.dataset.theme === "dark" : system.matches);
  if (toggle) {
    const show = () => toggle.setAttribute("aria-pressed", String(isDark()));
    toggle.hidden = false;
    toggle.addEventListener("click", () => {
      const wanted = isDark() ? "light" : "dark";
      const same = (wanted === "dark") === system.matches;
      if (same) delete html.dataset.theme; else html.dataset.theme = wanted;
      try {
        if (same) localStorage.removeItem("kvarto-theme"); else localStorage.setItem("kvarto-theme", wanted);
      } catch (error) { /* not remembered, but shown */ }
      show();
    });
    system.addEventListener("change", show);
    show();
  }

  /* ---- copy a citation */
  document.querySelectorAll(".kv-citation").forEach((box) => {
    if (!navigator.clipboard) return;
    const button = document.createElement("button");
    const word = document.createElement("span");
    const what = document.createElement("span");
    button.type = "button";
    button.className = "kv-copy";
    word.textContent = box.dataset.copy;
    word.setAttribute("aria-live", "polite");
    what.className = "visually-hidden";
    what.textContent = ", " + box.dataset.what;
    button.append(word, what);
    button.addEventListener("click", () => {
      navigator.clipboard.writeText((box.querySelector("pre") || box.querySelector("p")).textContent.trim()).then(() => {
        word.textContent = box.dataset.copied;
        setTimeout(() => { word.textContent = box.dataset.copy; }, 2500);
      });
    });
    (box.querySelector(".kv-citation-file") || box).append(button);
  });
})();
