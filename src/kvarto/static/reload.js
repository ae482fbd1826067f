// Put into every page of a preview: reloads it when it has changed, and shows the book's faults over it.
(() => {
  const EVENTS = "/__kvarto/events";
  const BOX = "kvarto-faults";
  const SCROLL = "kvarto-scroll";
  const STYLE = [
    "position: fixed", "inset: auto 1rem 1rem 1rem", "max-height: 45vh", "overflow: auto", "z-index: 99999",
    "background: #fff6f4", "color: #4a0d05", "border: 2px solid #b3261e", "border-radius: 6px",
    "padding: .8rem 1rem", "font: 14px/1.5 ui-monospace, monospace", "white-space: pre-wrap",
    "box-shadow: 0 4px 24px #0004",
  ].join("; ");

  function box() {
    const found = document.getElementById(BOX);
    if (found) return found;
    const made = document.createElement("aside");
    made.id = BOX;
    made.setAttribute("role", "alert");
    made.style.cssText = STYLE;
    document.body.append(made);
    return made;
  }

  function show(faults) {
    if (!faults) {
      document.getElementById(BOX)?.remove();
      return;
    }
    const shown = box();
    const hide = document.createElement("button");
    hide.type = "button";
    hide.textContent = "Skjul";
    hide.style.cssText = "float: right; font: inherit; cursor: pointer";
    hide.onclick = () => shown.remove();
    shown.replaceChildren(hide, faults);
  }

  /** The page's path as the news name it: no leading slash, index.html for a folder. */
  function here() {
    const path = decodeURIComponent(location.pathname).replace(/^\//, "");
    return path === "" || path.endsWith("/") ? `${path}index.html` : path;
  }

  let known = null;
  new EventSource(EVENTS).onmessage = (event) => {
    const news = JSON.parse(event.data);
    show(news.faults);
    const version = news.pages[here()] ?? news.pages["*"];
    if (known !== null && version !== known) {
      sessionStorage.setItem(SCROLL, String(window.scrollY));
      location.reload();
    }
    known = version;
  };

  const y = sessionStorage.getItem(SCROLL);
  if (y !== null) {
    sessionStorage.removeItem(SCROLL);
    addEventListener("load", () => window.scrollTo(0, Number(y)));
  }
})();
