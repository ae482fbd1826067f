/* Search in the whole book, in the reader's own browser, over search.json. Opened by the button, «/» or Ctrl+K. */
(function () {
  "use strict";
  const strings = JSON.parse(document.getElementById("kv-strings").textContent);
  const root = document.body.dataset.root || "";
  const opener = document.querySelector(".kv-search-open");
  if (!opener || typeof HTMLDialogElement === "undefined") return;
  opener.hidden = false;

  const MOST = 25;
  const ENDINGS = /(?:enes|anes|ene|ane|ets|ens|ers|es|er|en|et|ar|a|e|s)$/;
  let index = null;
  let loading = null;
  let hits = [];
  let chosen = -1;

  /* ---- words: case and accents do not count, æ ø å do; a Norwegian ending on the query is optional */
  const fold = (text) => text.toLowerCase().replace(/[^\u0000-\u007fæøå]/g, (c) =>
    c.normalize("NFD").replace(/[\u0300-\u036f]/g, "") || c);
  const stem = (word) => {
    if (word.length < 5) return word;
    const short = word.replace(ENDINGS, "");
    return short.length >= 4 ? short : word;
  };

  function load() {
    if (index) return Promise.resolve(index);
    if (!loading) {
      loading = (location.protocol === "file:" ? byScript() : fetch(root + "search.json").then((answer) => {
        if (!answer.ok) throw new Error(answer.status);
        return answer.json();
      })).then((entries) => {
        index = entries.map((entry) => ({
          ...entry,
          heading: fold((entry.section || "") + " " + (entry.title || "")),
          plain: fold(entry.text || ""),
        }));
        return index;
      });
      loading.catch(() => { loading = null; });
    }
    return loading;
  }

  /* fetch() is closed for pages opened from the disk; the same index lies there as a script. */
  function byScript() {
    return new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = root + "site_libs/kvarto/search-data.js";
      script.onload = () => (window.kvartoSearchData ? done(window.kvartoSearchData) : fail(new Error("empty")));
      script.onerror = () => fail(new Error("missing"));
      document.head.append(script);
    });
  }

  /* ---- scoring: every word must be there; headings before text, whole words before parts */
  function weigh(text, word) {
    let at = text.indexOf(word);
    let best = 0;
    while (at >= 0 && best < 3) {
      const starts = at === 0 || !/[a-z0-9æøå]/.test(text[at - 1]);
      const ends = !/[a-z0-9æøå]/.test(text[at + word.length] || " ");
      best = Math.max(best, starts && ends ? 3 : starts ? 2 : 1);
      at = text.indexOf(word, at + 1);
    }
    return best;
  }

  function find(query) {
    const words = fold(query).split(/[^a-z0-9æøå]+/).filter((word) => word.length > 1);
    if (!words.length) return [];
    const found = [];
    for (const entry of index) {
      let score = 0;
      const all = words.every((word) => {
        const short = stem(word);
        const part = Math.max(4 * weigh(entry.heading, word), weigh(entry.plain, word),
          3 * weigh(entry.heading, short), 0.8 * weigh(entry.plain, short));
        score += part;
        return part > 0;
      });
      if (all) found.push({ entry, score, words });
    }
    return found.sort((a, b) => b.score - a.score).slice(0, MOST);
  }

  /* ---- excerpt with the words marked; fold() keeps lengths, so places in the folded text are places in the text */
  function excerpt(text, plain, words) {
    const needles = words.flatMap((word) => [word, stem(word)]);
    const places = needles.map((needle) => plain.indexOf(needle)).filter((at) => at >= 0);
    const first = places.length ? Math.min(...places) : 0;
    let from = Math.max(0, first - 60);
    if (from > 0) from = text.indexOf(" ", from) + 1;
    let to = Math.min(text.length, from + 190);
    if (to < text.length) to = text.lastIndexOf(" ", to);
    const out = document.createDocumentFragment();
    if (from > 0) out.append("… ");
    let at = from;
    while (at < to) {
      let next = to;
      let size = 0;
      for (const needle of needles) {
        const place = plain.indexOf(needle, at);
        if (place >= 0 && (place < next || (place === next && needle.length > size))) { next = place; size = needle.length; }
      }
      out.append(text.slice(at, Math.min(next, to)));
      if (!size || next >= to) break;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(next, next + size);
      out.append(mark);
      at = next + size;
    }
    if (to < text.length) out.append(" …");
    return out;
  }

  /* ---- the dialog */
  const make = (tag, attributes, ...children) => {
    const el = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => el.setAttribute(name, value));
    el.append(...children);
    return el;
  };
  const input = make("input", {
    class: "kv-search-input", type: "search", role: "combobox", "aria-expanded": "false", "aria-controls": "kv-search-list",
    "aria-autocomplete": "list", "aria-label": strings["search-label"], placeholder: strings["kvarto-search-placeholder"],
    autocomplete: "off", spellcheck: "false", enterkeyhint: "search",
  });
  const shut = make("button", { class: "kv-tool-button", type: "button" }, strings["kvarto-close"]);
  const status = make("p", { class: "kv-search-status", role: "status" }, strings["kvarto-search-hint"]);
  const list = make("ul", { class: "kv-search-list", id: "kv-search-list", role: "listbox", "aria-label": strings["search-label"] });
  const dialog = make("dialog", { class: "kv-search", "aria-label": strings["search-label"] },
    make("div", { class: "kv-search-head" }, make("span", { class: "kv-icon kv-icon-search", "aria-hidden": "true" }), input, shut), status, list);
  document.body.append(dialog);

  function choose(at) {
    chosen = at;
    [...list.children].forEach((li, i) => li.setAttribute("aria-selected", String(i === at)));
    const li = list.children[at];
    if (li) {
      input.setAttribute("aria-activedescendant", li.id);
      li.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function go(at) {
    const hit = hits[at];
    if (!hit) return;
    dialog.close();
    location.href = root + hit.entry.href;
  }

  function show() {
    const query = input.value.trim();
    hits = query.length > 1 ? find(query) : [];
    list.replaceChildren(...hits.map(({ entry, words }, i) => {
      const crumbs = [...new Set([...(entry.crumbs || []), entry.title])].filter((c) => c && c !== entry.section);
      const li = make("li", { class: "kv-search-hit", role: "option", id: "kv-hit-" + i, "aria-selected": "false" });
      if (crumbs.length && entry.section) li.append(make("span", { class: "kv-search-crumb" }, crumbs.join(" / ")));
      li.append(make("span", { class: "kv-search-where" }, entry.section || entry.title));
      li.append(make("span", { class: "kv-search-text" }, excerpt(entry.text || "", entry.plain, words)));
      li.addEventListener("click", () => go(i));
      li.addEventListener("mousemove", () => { if (chosen !== i) choose(i); });
      return li;
    }));
    input.setAttribute("aria-expanded", String(hits.length > 0));
    status.textContent = query.length < 2 ? strings["kvarto-search-hint"]
      : hits.length === 0 ? strings["search-no-results-text"]
        : hits.length === 1 ? strings["kvarto-search-count-one"]
          : strings["kvarto-search-count"].replace("{n}", hits.length + (hits.length === MOST ? "+" : ""));
    choose(hits.length ? 0 : -1);
  }

  function open() {
    if (dialog.open) return;
    dialog.showModal();
    input.select();
    load().then(show, () => {
      status.textContent = strings[location.protocol === "file:" ? "kvarto-search-local" : "kvarto-search-failed"];
    });
  }

  opener.addEventListener("click", open);
  shut.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  input.addEventListener("input", () => { if (index) show(); });
  input.addEventListener("keydown", (event) => {
    const last = hits.length - 1;
    if (event.key === "ArrowDown") choose(chosen >= last ? 0 : chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen <= 0 ? last : chosen - 1);
    else if (event.key === "Enter") go(Math.max(chosen, 0));
    else if (event.key === "Escape") dialog.close(); // a search field would first only empty itself
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    const k = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    if (slash || k) { event.preventDefault(); open(); }
  });
})();
