"use strict";
// Search, filter and sort. Everything can be read without it: it only hides and reorders rows.
(function () {
  var tools = document.querySelector(".tools");
  if (!tools) return;
  var words = tools.querySelector("input");
  var order = tools.querySelector("select");
  var count = tools.querySelector(".count");
  var buttons = Array.from(tools.querySelectorAll("button[data-light]"));
  var tables = Array.from(document.querySelectorAll("table.tasks"));
  var bodies = tables.map(function (table) { return Array.from(table.tBodies); });
  var light = "";

  function folded(text) { return text.normalize("NFKC").toLowerCase(); }
  bodies.flat().forEach(function (body) { body.said = folded(body.textContent); });

  function filter() {
    var wanted = folded(words.value).split(/\s+/).filter(Boolean);
    var plan = order.value === "plan";
    bodies.forEach(function (own, at) {
      var shown = 0, all = 0, above = [];
      own.forEach(function (body) {
        if (body.classList.contains("band")) {
          body.hidden = true;
          above = above.slice(0, Number(body.dataset.depth)).concat(body);
          return;
        }
        body.hidden = (light && body.dataset.light !== light) ||
          !wanted.every(function (word) { return body.said.includes(word); });
        all += 1;
        if (body.hidden) return;
        shown += 1;
        if (plan) { above.forEach(function (band) { band.hidden = false; }); }
      });
      if (tables[at].dataset.counted !== undefined) {
        count.textContent = count.dataset.text.replace("{shown}", shown).replace("{all}", all);
      }
      var nothing = tables[at].nextElementSibling;
      if (nothing && nothing.classList.contains("nothing")) { nothing.hidden = shown > 0; }
    });
  }
  function by(key) {
    return function (a, b) {
      var one = a.dataset[key], other = b.dataset[key];
      var first = key === "unit" ? one.localeCompare(other, document.documentElement.lang) : one - other;
      return first || a.dataset.number - b.dataset.number;
    };
  }
  function sort() {
    tables.forEach(function (table, at) {
      if (table.dataset.counted === undefined) return;
      var own = bodies[at];
      var sorted = order.value === "plan" ? own :
        own.filter(function (body) { return body.classList.contains("task"); }).sort(by(order.value));
      sorted.forEach(function (body) { table.appendChild(body); });
    });
    filter();
  }
  words.addEventListener("input", filter);
  order.addEventListener("change", sort);
  buttons.forEach(function (button) {
    button.addEventListener("click", function () {
      light = button.dataset.light;
      buttons.forEach(function (one) { one.setAttribute("aria-pressed", String(one === button)); });
      filter();
    });
  });
  // A link to a task that is hidden shows everything again.
  document.addEventListener("click", function (event) {
    var link = event.target.closest('a[href^="#t"]');
    var task = link && document.getElementById(link.hash.slice(1));
    if (!task || !task.hidden) return;
    words.value = "";
    buttons[0].click();
  });
  tools.hidden = false;
  sort();
})();
