"use strict";
(() => {
  const value = (cell) => cell ? cell.dataset.v ?? cell.textContent.trim() : "";
  const number = (text) => /^-?[\d.]+(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;

  function sort(head) {
    const table = head.closest("table"), body = table.tBodies[0], place = head.cellIndex;
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const other of table.tHead.rows[0].cells) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const keyed = [...body.rows].map((row) => {
      const text = value(row.cells[place]);
      return { row, text, number: number(text) };
    });
    const numeric = head.classList.contains("n") || keyed.every((each) => each.text === "" || !isNaN(each.number));
    // What has no value stays below, whichever way.
    const absent = (each) => numeric ? isNaN(each.number) : each.text === "";
    keyed.sort((a, b) => {
      if (absent(a) || absent(b)) return absent(a) - absent(b);
      const order = numeric ? a.number - b.number : a.text.localeCompare(b.text, "en", { numeric: true });
      return up ? order : -order;
    });
    body.append(...keyed.map((each) => each.row));
  }

  function tsv(table) {
    const clean = (text) => text.replace(/[\t\r\n]+/g, " ").trim();
    // A spreadsheet would run what begins like a formula.
    const safe = (text) => /^[=+@]|^-(?![\d.])/.test(text) ? "'" + text : text;
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.querySelector("button").textContent);
    const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map(value));
    return [heads, ...rows].map((row) => row.map((text) => safe(clean(text))).join("\t")).join("\n") + "\n";
  }

  function copyByHand(text) {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }

  async function copy(button) {
    const command = button.closest(".command");
    const text = command ? command.querySelector("code").textContent : tsv(button.closest(".table").querySelector("table"));
    let done = true;
    try { await navigator.clipboard.writeText(text); } catch { done = copyByHand(text); }
    button.textContent = done ? "Copied" : "Could not copy";
    document.getElementById("said").textContent = button.textContent;
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  }

  const themes = ["system", "light", "dark"], toggle = document.getElementById("theme");
  function theme(name) {
    if (name === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    toggle.textContent = "Theme: " + name;
    toggle.dataset.name = name;
    try { localStorage.setItem("atome-theme", name); } catch { /* not kept then */ }
  }
  let kept = null;
  try { kept = localStorage.getItem("atome-theme"); } catch { /* none kept */ }
  theme(themes.includes(kept) ? kept : "system");
  toggle.addEventListener("click", () => theme(themes[(themes.indexOf(toggle.dataset.name) + 1) % themes.length]));

  function openTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") { target.open = true; target.scrollIntoView(); }
  }
  addEventListener("hashchange", openTarget);
  openTarget();

  document.addEventListener("click", (event) => {
    const head = event.target.closest("thead button");
    if (head) sort(head.closest("th"));
    const button = event.target.closest("button.copy");
    if (button) copy(button);
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) openTarget();
  });
  // A table that is wider than its frame says so, and has a shadow where there is more.
  function frame(scroll) {
    const more = scroll.scrollWidth - scroll.clientWidth, at = scroll.scrollLeft, list = scroll.parentElement.classList;
    list.toggle("wide", more > 1);
    list.toggle("before", at > 1);
    list.toggle("behind", at < more - 1);
  }
  const sizes = new ResizeObserver((entries) => { for (const each of entries) frame(each.target); });
  for (const each of document.querySelectorAll(".scroll")) sizes.observe(each);
  document.addEventListener("scroll", (event) => {
    if (event.target.classList && event.target.classList.contains("scroll")) frame(event.target);
  }, true);

  let shut = [];
  addEventListener("beforeprint", () => {
    shut = [...document.querySelectorAll("details.failure:not([open])")];
    for (const each of shut) each.open = true;
  });
  addEventListener("afterprint", () => { for (const each of shut) each.open = false; });
})();
