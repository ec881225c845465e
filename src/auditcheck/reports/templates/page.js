"use strict";
// Filters and sorting for every table of a list. Without it every row is there, in the fixed order, and this form is not.
(function () {
  const form = document.getElementById("filters");
  if (!form) { return; }
  const status = document.getElementById("status");
  const tables = Array.from(document.querySelectorAll("table.rows"));
  const rows = Array.from(document.querySelectorAll("tr[data-rule]"));
  const panes = tables.map(function (table) { return table.parentElement; });
  const selects = Array.from(form.querySelectorAll("select"));
  const search = document.getElementById("search");
  const texts = new Map();
  let sorted = "";

  function text(row) {
    if (!texts.has(row)) { texts.set(row, row.textContent.toLowerCase().replace(/\s+/g, " ")); }
    return texts.get(row);
  }

  function rowsIn(number) { return number + (number === 1 ? " row" : " rows"); }

  function tell(shown) {
    const all = rowsIn(rows.length);
    const said = shown === rows.length ? "Showing all " + all + "."
      : shown === 0 ? "Filters hide all " + all + ". Clear filters to see them."
      : "Showing " + shown + " of " + all + ".";
    status.textContent = said + sorted;
  }

  // A table whose every row is hidden says so itself: an empty one would look like good news.
  function note(pane) {
    const held = Array.from(pane.querySelectorAll("tr[data-rule]"));
    if (!held.length) { return; }
    const none = held.every(function (row) { return row.hidden; });
    let said = pane.nextElementSibling;
    if (!said || !said.classList.contains("hidden-rows")) {
      if (!none) { return; }
      said = document.createElement("p");
      said.className = "hidden-rows";
      said.textContent = held.length === 1 ? "Filters hide the one row here." : "Filters hide all " + held.length + " rows here.";
      pane.after(said);
    }
    pane.hidden = none;
    said.hidden = !none;
  }

  function apply() {
    const chosen = selects.filter(function (select) { return select.value !== ""; });
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach(function (row) {
      const keep = chosen.every(function (select) { return row.dataset[select.name].split("\n").includes(select.value); })
        && words.every(function (word) { return text(row).includes(word); });
      if (row.hidden === keep) { row.hidden = !keep; }
      if (keep) { shown += 1; }
    });
    panes.forEach(note);
    tell(shown);
  }

  // Only what was chosen from a list goes into the address: what is typed may be a child's id and would stay in the browser's history.
  function remember() {
    const chosen = new URLSearchParams();
    selects.forEach(function (select) { if (select.value !== "") { chosen.set(select.name, select.value); } });
    const hash = chosen.toString();
    history.replaceState(null, "", hash ? "#" + hash : location.pathname + location.search);
  }

  function recall() {
    const hash = location.hash.slice(1);
    if (hash !== "" && !hash.includes("=")) { return; }
    const chosen = new URLSearchParams(hash);
    selects.forEach(function (select) {
      const wanted = chosen.get(select.name) || "";
      const known = Array.from(select.options).some(function (option) { return option.value === wanted; });
      select.value = known ? wanted : "";
    });
    apply();
  }

  function value(row, place, numeric) {
    const cell = row.cells[place];
    const said = cell.dataset.sort === undefined ? cell.textContent.trim() : cell.dataset.sort;
    return numeric && said !== "" ? Number(said.replace(/,/g, "")) : said;
  }

  function sortBy(table, heading, name) {
    const place = heading.cellIndex;
    const numeric = heading.dataset.kind === "number";
    const first = heading.dataset.first || "ascending";
    const other = first === "ascending" ? "descending" : "ascending";
    const direction = heading.getAttribute("aria-sort") === first ? other : first;
    const sign = direction === "ascending" ? 1 : -1;
    const compare = new Intl.Collator("en-GB", { numeric: true }).compare;
    const body = table.tBodies[0];
    const keyed = table.was.map(function (row, was) { return { row: row, was: was, key: value(row, place, numeric) }; });
    keyed.sort(function (a, b) {
      const blank = (a.key === "" ? 1 : 0) - (b.key === "" ? 1 : 0);
      return blank || sign * (numeric ? a.key - b.key : compare(a.key, b.key)) || a.was - b.was;
    });
    const all = document.createDocumentFragment();
    keyed.forEach(function (item) { all.appendChild(item.row); });
    body.appendChild(all);
    table.querySelectorAll("th[data-kind]").forEach(function (th) { th.setAttribute("aria-sort", "none"); });
    heading.setAttribute("aria-sort", direction);
    sorted = " Sorted by " + name.toLowerCase() + ", " + direction + ": " + table.caption.textContent + ".";
    apply();
  }

  document.querySelectorAll("table[data-sorts]").forEach(function (table) {
    table.was = Array.from(table.tBodies[0].rows);
    if (table.was.length < 2) { return; }
    table.querySelectorAll("th[data-kind]").forEach(function (heading) {
      const name = heading.textContent.trim();
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.addEventListener("click", function () { sortBy(table, heading, name); });
      heading.dataset.name = name;
      heading.textContent = "";
      heading.appendChild(button);
      heading.setAttribute("aria-sort", "none");
    });
  });
  selects.forEach(function (select) { select.addEventListener("change", function () { remember(); apply(); }); });
  search.addEventListener("input", apply);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  document.getElementById("clear").addEventListener("click", function () {
    selects.forEach(function (select) { select.value = ""; });
    search.value = "";
    remember();
    apply();
    search.focus();
  });
  const paper = document.getElementById("paper");
  paper.addEventListener("click", function () {
    const every = document.documentElement.classList.toggle("every-part");
    paper.setAttribute("aria-pressed", String(every));
  });
  window.addEventListener("hashchange", recall);
  form.hidden = false;
  // A browser may bring typed text back after "reload"; the list is always shown unfiltered first.
  form.reset();
  apply();
  recall();
})();
