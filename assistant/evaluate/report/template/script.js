(() => {
  "use strict";
  const at = (id) => document.getElementById(id);
  const form = at("filter");
  const list = at("list");
  const cards = Array.from(list.children);
  const names = list.dataset.names.split(" ");
  const fields = Array.from(form.elements).filter((one) => one.name);
  const order = { natural: cards.slice(), texts: null };
  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[‘’]/g, "'");

  const state = () => {
    const out = new URLSearchParams();
    for (const one of fields) {
      const value = one.type === "checkbox" ? (one.checked ? "1" : "") : one.value.trim();
      if (value) out.set(one.name, value);
    }
    return out;
  };

  const restore = (params) => {
    for (const one of fields) {
      const value = params.get(one.name) || "";
      if (one.type === "checkbox") one.checked = value === "1";
      else one.value = value;
      if (one.tagName === "SELECT" && one.selectedIndex < 0) one.value = "";
    }
  };

  const shows = (card, place, wanted) => {
    for (const name of ["kind", "verdict", "authority"]) {
      if (wanted.get(name) && card.dataset[name] !== wanted.get(name)) return false;
    }
    if (wanted.get("misses") && card.classList.contains("good")) return false;
    const words = fold(wanted.get("text") || "").split(/\s+/).filter(Boolean);
    if (!words.length) return true;
    if (!order.texts) order.texts = order.natural.map((one) => fold(one.textContent));
    return words.every((word) => order.texts[place].includes(word));
  };

  const value = (card, place) => {
    const text = card.dataset.values.split(" ")[place];
    return text === undefined || text === "-" ? Infinity : Number(text);
  };

  const sorted = (by) => {
    const keys = {
      verdict: (card) => -Number(card.dataset.rank),
      slowest: (card) => -Number(card.dataset.seconds),
    };
    const place = names.indexOf(by);
    const key = keys[by] || (place >= 0 ? (card) => value(card, place) : null);
    const out = order.natural.slice();
    if (by === "kind") out.sort((a, b) => a.dataset.kind.localeCompare(b.dataset.kind));
    else if (key) out.sort((a, b) => (key(a) === key(b) ? 0 : key(a) - key(b)));
    return out;
  };

  let drawn = "";
  const draw = () => {
    const wanted = state();
    let count = 0;
    order.natural.forEach((card, place) => {
      card.hidden = !shows(card, place, wanted);
      if (!card.hidden) count += 1;
    });
    const by = wanted.get("sort") || "";
    if (by !== drawn) list.append(...sorted(by));
    drawn = by;
    at("count").textContent = `${count} of ${cards.length} questions`;
  };

  let waiting = 0;
  const keep = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const text = state().toString();
      history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
    }, 150);
  };

  const change = () => {
    draw();
    keep();
  };

  const arrive = () => {
    const hash = location.hash.slice(1);
    const card = at(hash);
    if (card && card.parentNode === list) {
      card.hidden = false;
      card.querySelector("details").open = true;
      card.scrollIntoView();
      return;
    }
    if (hash.includes("=")) {
      restore(new URLSearchParams(hash));
      draw();
    }
  };

  const openAll = (open) => {
    for (const card of cards) if (!card.hidden) card.querySelector("details").open = open;
  };

  const sortTable = (table, column, button) => {
    const heads = Array.from(table.tHead.rows[0].cells);
    const up = heads[column].getAttribute("aria-sort") !== "ascending";
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    heads[column].setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = (row) => row.cells[column].dataset.v ?? row.cells[column].textContent;
    const compare = (a, b) => {
      const [one, other] = [key(a), key(b)];
      if (one === "" || other === "") return (one === "") - (other === "");
      const apart = one.localeCompare(other, "en-GB", { numeric: true });
      const both = column > 0 ? Number(one) - Number(other) : NaN;
      return (up ? 1 : -1) * (Number.isNaN(both) ? apart : both);
    };
    table.tBodies[0].append(...Array.from(table.tBodies[0].rows).sort(compare));
    button.focus();
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sortTable(table, column, button));
      head.append(button);
    });
  }
  const boxes = Array.from(document.querySelectorAll(".scroll"));
  const stops = () => {
    for (const box of boxes) box.tabIndex = box.clientWidth && box.scrollWidth <= box.clientWidth ? -1 : 0;
  };
  window.addEventListener("resize", stops);
  document.addEventListener("toggle", stops, true);
  stops();
  form.hidden = false;
  form.addEventListener("input", change);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(change));
  at("open-all").addEventListener("click", () => openAll(true));
  at("close-all").addEventListener("click", () => openAll(false));
  window.addEventListener("hashchange", arrive);
  draw();
  arrive();
})();
