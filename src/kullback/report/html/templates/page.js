(() => {
  "use strict";
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const one = (what, where = document) => where.querySelector(what);
  const tools = one(".tools");
  if (!tools) return;
  const root = document.documentElement;
  const field = tools.elements;
  tools.hidden = false;
  tools.onsubmit = () => false;

  // Units: both are in the page; a switch exchanges them. Only tables of pictures hold one, and
  // what they become is written as Python writes three digits.
  const three = (value) => {
    const rounded = Number(value.toPrecision(3));
    return value && value < 1e-4 ? rounded.toExponential().replace(/-(\d)$/, "-0$1") : String(rounded);
  };
  const units = all("[name=unit]").map((radio) => radio.value);
  const ratio = units.length && one("fieldset").dataset.f;
  const convert = () => {
    for (const head of all("th[data-f]")) {
      for (const row of head.closest("table").tBodies[0].rows) {
        const cell = row.cells[head.cellIndex];
        const value = parseFloat(cell.textContent);
        if (!isNaN(value)) cell.dataset.u = three(value * ratio);
      }
      head.dataset.u = head.textContent.replace(...units);
      head.removeAttribute("data-f");
    }
  };
  const swap = () => {
    convert();
    for (const e of all("[data-u]")) {
      [e.textContent, e.dataset.u] = [e.dataset.u, e.textContent];
    }
    for (const e of all("[data-say]")) {
      const [now, next] = e.dataset.say.split("|");
      e.setAttribute("aria-label", e.getAttribute("aria-label").replace(now, () => next));
      e.dataset.say = `${next}|${now}`;
    }
    hide();
  };
  all("[name=unit]").forEach((radio) => (radio.onchange = swap));

  // Dark and light: the system decides until the reader does.
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
  const tellTheme = () => field.theme.setAttribute("aria-pressed", dark());
  field.theme.onclick = () => {
    root.dataset.theme = dark() ? "light" : "dark";
    tellTheme();
  };
  system.onchange = tellTheme;
  tellTheme();

  // What a pointer or an arrow key finds in a picture is read from the table beside it.
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("role", "status");
  one("main").append(tip);
  let chart = null;
  let place = -1;
  const spots = (svg) =>
    svg.dataset.x.split(",").flatMap((chain) => {
      const [written, count] = chain.split("/");
      const borders = written.split(" ").map(Number);
      if (!count) return borders.slice(1).map((end, i) => [borders[i], end]);
      const width = (borders[1] - borders[0]) / count;
      return [...Array(Number(count)).keys()].map((i) => [borders[0] + i * width, borders[0] + (i + 1) * width]);
    });
  const hide = () => {
    all(".hit").forEach((mark) => mark.remove());
    tip.textContent = "";
    chart = null;
    place = -1;
  };
  const full = (head, said) => head.replace(/ \(%\)$|$/, (found) => ` ${said}${found && " %"}`);
  const show = (svg, index) => {
    const found = spots(svg);
    const next = Math.max(0, Math.min(found.length - 1, index));
    hide();
    const table = one("table", svg.closest("figure"));
    const row = table && table.tBodies[0].rows[next];
    if (!row) return;
    [chart, place] = [svg, next];
    const heads = all("th", table).map((head) => head.textContent);
    const said = all("td", row).map((cell, i) => (i ? full(heads[i], cell.textContent) : cell.textContent));
    tip.textContent = said.join(" · ");
    const [from, to] = found[next];
    const mark = document.createElementNS(svg.namespaceURI, "rect");
    const size = { x: from, y: 12, width: Math.max(1, to - from), height: svg.viewBox.baseVal.height - 28 };
    for (const [name, value] of Object.entries(size)) mark.setAttribute(name, value);
    mark.setAttribute("class", "hit");
    svg.append(mark);
    const box = svg.getBoundingClientRect();
    const x = box.left + (((from + to) / 2) * box.width) / svg.viewBox.baseVal.width;
    tip.style.left = `${scrollX + Math.max(8, Math.min(x - 40, root.clientWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${scrollY + Math.max(8, box.top - tip.offsetHeight - 6)}px`;
  };
  const under = (svg, event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    const off = spots(svg).map(([a, b]) => (x >= a && x <= b ? (b - a) / 1e6 : Math.abs((a + b) / 2 - x)));
    return off.indexOf(Math.min(...off));
  };
  const keys = { ArrowRight: (i) => i + 1, ArrowLeft: (i) => Math.max(0, i - 1), Home: () => 0, End: () => 1e9 };
  for (const svg of all("svg[data-x]")) {
    svg.onpointermove = (event) => show(svg, under(svg, event));
    svg.onpointerleave = svg.onblur = hide;
    svg.onkeydown = (event) => {
      const step = keys[event.key];
      if (!step) return;
      event.preventDefault();
      show(svg, step(chart === svg ? place : -1));
    };
  }

  const ranking = one(".ranking");
  const search = field.search;
  addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing && search && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape") {
      hide();
      if (event.target === search) {
        search.value = "";
        filter();
      }
    }
  });

  // A click on a head sorts: tables to look things up in, and the ranking, whose rows have cards.
  const value = (row, i) => row.cells[i].dataset.s ?? row.cells[i].textContent;
  const ordered = (rows, i, down) => {
    const compare = (a, b) => {
      const [x, y] = [value(a, i), value(b, i)];
      const numbers = x !== "" && y !== "" && !isNaN(x) && !isNaN(y);
      return numbers ? x - y || 0 : x.localeCompare(y, undefined, { numeric: true });
    };
    return [...rows].sort((a, b) => (down ? compare(b, a) : compare(a, b)));
  };
  const clickable = (head, order, downFirst) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    if (head.dataset.u) button.dataset.u = head.dataset.u;
    delete head.dataset.u;
    head.replaceChildren(button);
    button.onclick = () => {
      const now = head.getAttribute("aria-sort");
      order(now ? now === "ascending" : downFirst);
    };
  };
  const turn = (heads, i, down) => {
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    heads[i].setAttribute("aria-sort", down ? "descending" : "ascending");
  };
  for (const table of all("table.sortable")) {
    const heads = all("thead th", table);
    const body = table.tBodies[0];
    heads.forEach((head, i) => {
      const order = (down) => {
        body.append(...ordered(body.rows, i, down));
        turn(heads, i, down);
      };
      clickable(head, order, head.classList.contains("right"));
    });
  }
  if (!ranking) return;

  const body = ranking.tBodies[0];
  const heads = all("thead th", ranking);
  const rows = all("tr", body);
  const cards = one(".cards");
  const cardOf = new Map(rows.map((row) => [row, document.getElementById(row.dataset.c || " ")]));
  const kind = (name) => rows[0].querySelector(`td.${name}`).cellIndex;
  const at = { verdict: kind("verdict"), name: kind("text"), role: kind("word") };
  const nameOf = (row) => one("h3", cardOf.get(row) || row.cells[at.name]) || row.cells[at.name];
  const textOf = new Map(rows.map((row) => [row, nameOf(row).textContent.toLowerCase()]));

  const filter = () => {
    const wanted = search.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits =
        textOf.get(row).includes(wanted) &&
        (!field.verdict.value || row.cells[at.verdict].classList.contains(field.verdict.value)) &&
        (!field.role.value || row.cells[at.role].textContent === field.role.value);
      row.hidden = !fits;
      const card = cardOf.get(row);
      if (card) card.hidden = !fits;
      shown += fits;
    }
    one("output", tools).textContent = `${shown} of ${rows.length} columns`;
  };
  for (const role of [...new Set(rows.map((row) => row.cells[at.role].textContent))].sort()) {
    field.role.add(new Option(role));
  }
  search.oninput = field.verdict.onchange = field.role.onchange = filter;

  const order = (i, down) => {
    const sorted = ordered(rows, i, down);
    body.append(...sorted);
    if (cards) cards.append(...sorted.map((row) => cardOf.get(row)).filter(Boolean));
    turn(heads, i, down);
    field.sort.value = i;
  };
  heads.forEach((head, i) => {
    if (rows[0].cells[i].classList.contains("picture")) return;
    const downFirst = head.classList.contains("right") && !rows[0].cells[i].classList.contains("p-value");
    clickable(head, (down) => order(i, down), downFirst);
    field.sort.add(new Option(head.textContent, i));
  });
  field.sort.onchange = () => {
    const i = Number(field.sort.value);
    heads[i].removeAttribute("aria-sort");
    one("button", heads[i]).click();
  };
  const first = rows[0].querySelector("td.interval");
  if (first) {
    heads[first.cellIndex].setAttribute("aria-sort", "descending");
    field.sort.value = first.cellIndex;
  }

  // On a phone the table is drawn as cards: its roles are said, so that it stays a table.
  const roles = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", th: "columnheader", td: "cell" };
  for (const [tag, role] of Object.entries(roles)) {
    (tag === "table" ? [ranking] : all(tag, ranking)).forEach((e) => e.setAttribute("role", role));
  }
  filter();
})();
