(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  all("[data-script]").forEach((part) => { part.hidden = false; });

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let part = target; part; part = part.parentElement) {
      if (part.localName === "details") part.open = true;
    }
    if (target.closest("[data-findings]")) restore();
    target.scrollIntoView();
  };

  const unfold = one("[data-unfold]");
  if (unfold) unfold.addEventListener("click", () => {
    const folded = all("details").some((part) => !part.open);
    all("details").forEach((part) => { part.open = folded; });
    unfold.textContent = folded ? "Fold all" : "Unfold all";
  });

  const table = one("[data-findings]"), form = one(".filter");
  const groups = table ? all("tbody", table).map((body) => ({ body, rows: all("tr", body) })) : [];
  const restore = () => {
    if (!table) return;
    form.reset();
    all("th[aria-sort]", table).forEach((head) => head.removeAttribute("aria-sort"));
    groups.forEach(({ body, rows }) => { body.append(...rows); table.append(body); });
    show();
  };
  const show = () => {
    const words = one("[data-search]").value.toLowerCase().split(/\s+/).filter(Boolean);
    const type = one("select[data-type]").value, agencies = one("select[data-agencies]").value;
    const flat = Boolean(table.querySelector("th[aria-sort]"));
    let shown = 0, count = 0;
    groups.forEach(({ rows }) => {
      let here = 0;
      const subject = rows[0].textContent;
      rows.slice(1).forEach((row) => {
        const text = `${subject} ${row.textContent}`.toLowerCase();
        const fits = words.every((word) => text.includes(word))
          && (!type || row.dataset.type === type) && (!agencies || row.dataset.agencies === agencies);
        row.hidden = !fits;
        here += fits;
        count += 1;
      });
      rows[0].hidden = flat || !here;
      shown += here;
    });
    one("[data-shown]").textContent = shown === count ? "" : `Showing ${shown} of ${count}.`;
  };
  if (table && form) {
    form.addEventListener("input", show);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", (event) => { if (event.isTrusted) setTimeout(restore); });
    all("th[data-sort]", table).forEach((head) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => sort(head));
    });
    all("a[data-agencies]").forEach((link) => link.addEventListener("click", (event) => {
      event.preventDefault();
      restore();
      one("select[data-agencies]").value = link.dataset.agencies;
      show();
      one("#findings").scrollIntoView();
    }));
  }
  const sort = (head) => {
    const up = head.getAttribute("aria-sort") === "descending" || (!head.hasAttribute("aria-sort") && head.dataset.sort === "text");
    all("th[aria-sort]", table).forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const column = head.cellIndex, number = head.dataset.sort === "number";
    const value = (row) => row.cells[column].textContent.trim();
    const rows = groups.flatMap((group) => group.rows.slice(1));
    rows.sort((a, b) => (number ? value(a) - value(b) : value(a).localeCompare(value(b), "en")) * (up ? 1 : -1));
    groups[0].body.append(...rows);
    show();
  };

  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
})();
