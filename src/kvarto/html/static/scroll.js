/* What scrolls sideways. A wide table becomes a named region that the keyboard reaches, with a hint and a shaded edge;
   a long formula becomes a stop for the keyboard. */
(function () {
  "use strict";
  const strings = JSON.parse(document.getElementById("kv-strings").textContent);
  let count = 0;

  document.querySelectorAll(".kv-body table").forEach((table) => {
    let box = table.closest(".kv-table");
    if (!box) {
      box = document.createElement("div");
      box.className = "kv-table";
      table.before(box);
      box.append(table);
    }
    const float = box.closest(".quarto-float");
    const caption = (float && float.querySelector("figcaption")) || table.caption;
    if (caption && !caption.id) caption.id = "kv-table-caption-" + (count += 1);
    let hint = null;

    const look = () => {
      const room = box.scrollWidth - box.clientWidth;
      const scrolls = room > 2;
      if (scrolls && !hint) {
        hint = document.createElement("p");
        hint.className = "kv-table-hint";
        hint.textContent = strings["kvarto-table-scroll"];
        box.before(hint);
        box.tabIndex = 0;
        // without a caption there is no name of its own, and landmarks must not share one: a group then
        box.setAttribute("role", caption ? "region" : "group");
        if (caption) box.setAttribute("aria-labelledby", caption.id);
        else box.setAttribute("aria-label", strings["kvarto-table-scroll"]);
      } else if (!scrolls && hint) {
        hint.remove();
        hint = null;
        ["tabindex", "role", "aria-labelledby", "aria-label"].forEach((name) => box.removeAttribute(name));
      }
      const start = box.scrollLeft > 2;
      const end = box.scrollLeft < room - 2;
      if (scrolls) box.dataset.more = start && end ? "both" : end ? "end" : "start";
      else delete box.dataset.more;
    };
    box.addEventListener("scroll", look, { passive: true });
    new ResizeObserver(look).observe(box);
    look();
  });

  document.querySelectorAll('.kv-body math[display="block"]').forEach((formula) => {
    const look = () => {
      if (formula.scrollWidth > formula.clientWidth + 2) formula.setAttribute("tabindex", "0");
      else formula.removeAttribute("tabindex");
    };
    new ResizeObserver(look).observe(formula);
    look();
  });
})();
