// Only for pages in a folder, where no server can answer a form: search and filters.
"use strict";

const asked = new URLSearchParams(location.search);

for (const part of document.querySelectorAll("[data-script]")) part.hidden = false;

for (const field of document.querySelectorAll("form [name]")) {
  const values = asked.getAll(field.name);
  if (field.type === "checkbox") field.checked = values.includes(field.value);
  else if (values.length) field.value = values[0];
}

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/’/g, "'").toLowerCase().replace(/\s+/g, " ").trim();

function search(query) {
  const words = fold(query).split(" ").filter(Boolean);
  const found = new Map();
  if (!words.length) return found;
  for (const [text, kind, file] of NAMES) {
    const name = fold(text);
    if (!words.every((word) => name.includes(word))) continue;
    if (!found.has(kind)) found.set(kind, new Map());
    if (!found.get(kind).has(file)) found.get(kind).set(file, text);
  }
  return found;
}

function showResults() {
  const place = document.querySelector("[data-search-results]");
  const status = document.querySelector("[data-search-status]");
  const words = document.querySelector("[data-search-words]");
  const query = (asked.get("q") || "").slice(0, 200);
  if (!place || typeof NAMES === "undefined") return;
  if (!query.trim()) return void (status.textContent = "");
  const found = search(query);
  const count = [...found.values()].reduce((sum, files) => sum + files.size, 0);
  status.textContent = count ? `${words.dataset.some} ${count}` : words.dataset.none;
  for (const heading of words.querySelectorAll("[data-kind]")) {
    const files = found.get(heading.dataset.kind);
    if (!files) continue;
    const section = place.appendChild(document.createElement("section"));
    section.className = "found";
    section.appendChild(document.createElement("h2")).textContent = heading.textContent;
    const list = section.appendChild(document.createElement("ul"));
    list.className = "hits";
    for (const [file, text] of files) {
      const link = list.appendChild(document.createElement("li")).appendChild(document.createElement("a"));
      link.href = file;
      link.textContent = text;
    }
  }
}

const has = (list, value) => !value || list.split(" ").includes(value);

function runs(years, first, last) {
  return years.split(" ").every((side) => {
    const [start, end] = side.split("-");
    if (!first && !last) return true;
    if (!start) return false;
    return (!last || Number(start) <= Number(last)) && (!first || !end || Number(end) >= Number(first));
  });
}

function isOfAny(list, values) {
  const wanted = values.filter(Boolean);
  return !wanted.length || wanted.some((value) => has(list, value));
}

function passes(row) {
  const kind = asked.get("type");
  return has(row.agencies, asked.get("agency")) && has(row.agencies, asked.get("with"))
    && isOfAny(row.plans, asked.getAll("plan"))
    && has(row.themes, asked.get("theme")) && has(row.places, asked.get("place"))
    && (!kind || kind === "any" || kind === row.type)
    && Number(row.score) >= Number((asked.get("min") || "0").replace(",", "."))
    && runs(row.years, asked.get("from"), asked.get("until"));
}

function filterPairs() {
  const rows = [...document.querySelectorAll("tr[data-agencies]")];
  const status = document.querySelector("[data-shown]");
  const isFiltered = [...asked.values()].some(Boolean);
  if (!rows.length || !status || !isFiltered) return;
  let count = 0;
  for (const row of rows) {
    row.hidden = !passes(row.dataset);
    count += row.hidden ? 0 : 1;
  }
  status.textContent = status.dataset.words.replace("{count}", count).replace("{of}", rows.length);
  status.hidden = false;
  // The numbers above the table stay those of all pairs; the reader came for the rows.
  document.getElementById("pairs-title").scrollIntoView();
}

showResults();
filterPairs();
