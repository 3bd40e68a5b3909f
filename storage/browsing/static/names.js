// Names for the fields of Datasette's and the dashboards' forms that have none, for those who listen to them.
for (const field of document.querySelectorAll("fieldset > legend ~ input, fieldset > legend ~ select")) {
  field.setAttribute("aria-label", field.parentNode.querySelector("legend").textContent);
}
for (const [start, name] of [
  ["_filter_column", "Column"],
  ["_filter_op", "Comparison"],
  ["_filter_value", "Value"],
  ["_sort", "Sort by"],
]) {
  for (const field of document.querySelectorAll(`[name^="${start}"]:not([type="hidden"]):not([type="checkbox"])`)) {
    field.setAttribute("aria-label", name);
  }
}
// What scrolls sideways must be reached with the keyboard.
for (const box of document.querySelectorAll(".table-wrapper, .dashboard-card-chart, pre")) {
  box.tabIndex = 0;
}
// The editor for SQL makes its field when all is loaded.
window.addEventListener("load", () => setTimeout(() => {
  for (const field of document.querySelectorAll("textarea")) {
    field.setAttribute("aria-label", "SQL");
  }
}));
