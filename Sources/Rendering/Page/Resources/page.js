// The page of a model: draws what is open, moves the neighbours of what opens, and finds, shows and copies.
//
// Each part has a layout of what is in it, made by Graphviz while everything in it is closed. Where something opens, both
// axes of the layout are stretched along its box, so that what did not overlap before does not overlap then.

"use strict";

(() => {
  const data = JSON.parse(document.getElementById("model").textContent);
  const { parts, layouts } = data;
  const editor = typeof acquireVsCodeApi === "function" ? acquireVsCodeApi() : undefined;
  const element = (id) => document.getElementById(id);
  const graph = element("graph");
  const map = element("map");
  const PADDING = 10;
  const HEADER = 34;
  const open = new Set([0]);
  let measure = Math.max(0, data.measures.findIndex((each) => each.name === data.measure));
  let found = -1;
  let view = { x: 0, y: 0, scale: 1 };

  parts.forEach((part, id) => (part.items || []).forEach((child) => child >= 0 && (parts[child].parent = id)));
  parts.forEach((part) => (part.words = `${part.path} ${part.title}`.toLowerCase()));

  // Elements are made one by one: no text of the model is ever read as markup.
  function svg(name, attributes, parent, text) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    if (text !== undefined) made.textContent = text;
    if (parent) parent.append(made);
    return made;
  }

  // MARK: Geometry

  // A map of an axis on which each interval [start, end] becomes at least as long as is wanted, and nothing shorter.
  function stretched(intervals) {
    const wide = intervals.filter(([start, end, wanted]) => wanted > end - start);
    const ends = [...new Set(wide.flatMap(([start, end]) => [start, end]))].sort((a, b) => a - b);
    const pieces = [];
    let shift = 0;
    for (let index = 0; index + 1 < ends.length; index += 1) {
      const [start, end] = [ends[index], ends[index + 1]];
      let factor = 1;
      for (const [from, to, wanted] of wide) {
        if (from <= start && end <= to) factor = Math.max(factor, wanted / (to - from));
      }
      pieces.push({ start, end, shift, factor });
      shift += (factor - 1) * (end - start);
    }
    return (at) => {
      let low = 0;
      let high = pieces.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (pieces[middle].start <= at) low = middle + 1;
        else high = middle;
      }
      if (low === 0) return at;
      const piece = pieces[low - 1];
      return at + piece.shift + (piece.factor - 1) * (Math.min(at, piece.end) - piece.start);
    };
  }

  // Where the things in an open part stand, and how large it is itself.
  function arranged(id) {
    const part = parts[id];
    const layout = layouts[part.layout];
    const boxes = part.items.map((child, index) => {
      const [x, y, width, height] = layout.boxes.slice(4 * index, 4 * index + 4).map((each) => each / 10);
      const inner = child >= 0 && open.has(child) ? arranged(child) : undefined;
      return { child, x, y, width, height, inner, wide: inner ? inner.width : width, high: inner ? inner.height : height };
    });
    const across = stretched(boxes.map((box) => [box.x - box.width / 2, box.x + box.width / 2, box.wide]));
    const down = stretched(boxes.map((box) => [box.y - box.height / 2, box.y + box.height / 2, box.high]));
    for (const box of boxes) {
      box.middle = (across(box.x - box.width / 2) + across(box.x + box.width / 2)) / 2;
      box.centre = (down(box.y - box.height / 2) + down(box.y + box.height / 2)) / 2;
    }
    const width = Math.max(across(layout.size[0] / 10), 7 * part.lines[0].length + 30) + 2 * PADDING;
    return { id, boxes, across, down, layout, width, height: down(layout.size[1] / 10) + HEADER + PADDING };
  }

  // The path of a value: the layout's curves on the stretched axes, joined to the boxes as they are now.
  function path(route, { boxes, across, down }) {
    const points = [];
    for (let index = 0; index + 1 < route.points.length; index += 2) {
      points.push([across(route.points[index] / 10), down(route.points[index + 1] / 10)]);
    }
    const [from, to] = [boxes[route.from], boxes[route.to]];
    const clamp = (box, x) => Math.max(box.middle - box.wide / 2 + 4, Math.min(box.middle + box.wide / 2 - 4, x));
    if (points.length < 2) return { line: "", end: [0, 0] };
    const [first, last] = [points[0], points[points.length - 1]];
    const start = [clamp(from, first[0]), from.centre + from.high / 2];
    const end = [clamp(to, last[0]), to.centre - to.high / 2];
    // The last point is the arrow's tip; the others are a start and three for each curve.
    const text = (point) => point.map((each) => each.toFixed(1)).join(" ");
    let line = `M${text(start)}L${text(first)}`;
    for (let index = 1; index + 2 < points.length; index += 3) {
      line += `C${points.slice(index, index + 3).map(text).join(",")}`;
    }
    return { line: `${line}L${text(last)}L${text([end[0], end[1] - 5])}`, end };
  }

  // MARK: Drawing

  let canvas;
  let places = new Map();

  function share(id) {
    const whole = parts[0].amounts[measure];
    return whole > 0 ? parts[id].amounts[measure] / whole : 0;
  }

  function draw() {
    places = new Map();
    const layer = svg("g", {});
    const all = arranged(0);
    drawBody(all, layer, 0, 0);
    view.width = all.width;
    view.height = all.height;
    graph.replaceChildren(layer);
    canvas = layer;
    place();
  }

  // Where the control point of an edge is that is at the height of its label, or nearly.
  function nearest(route) {
    let best = 0;
    for (let index = 2; index < route.points.length; index += 2) {
      const distance = (at) => Math.abs(route.points[at + 1] - route.label[1]);
      if (distance(index) < distance(best)) best = index;
    }
    return route.points[best];
  }

  function drawBody(arrangement, parent, x, y) {
    const { boxes, across, down, layout } = arrangement;
    const labels = parts[arrangement.id].labels;
    layout.routes.forEach((route, index) => {
      const { line, end } = path(route, arrangement);
      if (!line) return;
      svg("path", { class: "edge", d: line }, parent);
      const [tipX, tipY] = end.map((each) => each.toFixed(1));
      svg("path", { class: "tip", d: `M${tipX} ${tipY}l-3 -6h6z` }, parent);
      if (!route.label) return;
      // It stays as far from its edge as it is in the layout, however the axis is stretched in between.
      const beside = nearest(route);
      const left = across(beside / 10) + (route.label[0] - beside) / 10;
      const lines = labels[index].split("\n");
      const top = down(route.label[1] / 10) + 3 - 5 * (lines.length - 1);
      lines.forEach((line, number) => {
        svg("text", { class: "label", x: left, y: top + 10 * number }, parent, line);
      });
    });
    for (const box of boxes) {
      if (box.child < 0) svg("circle", { class: "value", cx: box.middle, cy: box.centre, r: 5 }, parent);
      else drawPart(box, parent, x, y);
    }
  }

  function drawPart(box, parent, x, y) {
    const id = box.child;
    const part = parts[id];
    const [left, top] = [box.middle - box.wide / 2, box.centre - box.high / 2];
    places.set(id, { x: x + left, y: y + top, width: box.wide, height: box.high });
    const classes = ["part", box.inner && "open", part.terminal && "terminal", id === found && "found"];
    const group = svg("g", {
      class: classes.filter(Boolean).join(" "), transform: `translate(${left.toFixed(1)} ${top.toFixed(1)})`,
      "data-part": id, tabindex: 0, role: "button", "aria-label": [part.title, ...part.facts].join(", "),
    }, parent);
    if (part.items) group.setAttribute("aria-expanded", Boolean(box.inner));
    const size = { width: box.wide, height: box.high, rx: part.terminal ? box.high / 2 : 5 };
    svg("rect", { class: "body", ...size }, group);
    if (!box.inner && !part.terminal) {
      svg("rect", { class: "heat", ...size, "fill-opacity": (0.75 * Math.sqrt(share(id))).toFixed(3) }, group);
    }
    const start = part.items ? 26 : 10;
    if (part.items) {
      svg("text", { class: "sign", x: 9, y: 18 }, group, box.inner ? "−" : "+");
      svg("rect", { class: "toggle", width: 26, height: Math.min(box.high, HEADER) }, group);
    }
    part.lines.forEach((line, index) => {
      svg("text", { class: index ? "figures" : "title", x: start, y: 17 + 14 * index }, group, line);
    });
    if (!box.inner) return;
    const inside = svg("g", { transform: `translate(${PADDING} ${HEADER})` }, group);
    drawBody(box.inner, inside, x + left + PADDING, y + top + HEADER);
  }

  // Moves and scales what is drawn.
  function place() {
    canvas.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
  }

  function fit() {
    const box = graph.getBoundingClientRect();
    view.scale = Math.max(0.02, Math.min(1, (box.width - 20) / view.width));
    view.x = Math.max(10, (box.width - view.width * view.scale) / 2);
    view.y = 10;
    place();
  }

  function zoom(factor, x, y) {
    const scale = Math.max(0.02, Math.min(4, view.scale * factor));
    view.x = x - (x - view.x) * (scale / view.scale);
    view.y = y - (y - view.y) * (scale / view.scale);
    view.scale = scale;
    place();
  }

  // MARK: Opening and finding

  // Opens or closes a part, which stays where it is on the screen.
  function toggle(id) {
    if (!parts[id].items) return;
    element("tip").hidden = true;
    const before = places.get(id);
    if (open.has(id)) open.delete(id);
    else open.add(id);
    draw();
    const after = places.get(id);
    if (before && after) {
      view.x += (before.x - after.x) * view.scale;
      view.y += (before.y - after.y) * view.scale;
      place();
    }
    const drawn = graph.querySelector(`[data-part="${id}"]`);
    if (drawn) drawn.focus({ preventScroll: true });
  }

  // Opens all around a part, puts it in the middle and marks it.
  function reveal(id) {
    if (!parts[id]) return;
    for (let around = parts[id].parent; around !== undefined; around = parts[around].parent) open.add(around);
    found = id;
    draw();
    const at = places.get(id);
    if (!at) return;
    const box = graph.getBoundingClientRect();
    if (view.scale < 0.5) view.scale = 1;
    view.x = box.width / 2 - (at.x + at.width / 2) * view.scale;
    view.y = box.height / 2 - (at.y + Math.min(at.height, box.height) / 2) * view.scale;
    place();
  }

  const MOST = 50;

  function search(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const list = element("found");
    list.replaceChildren();
    list.hidden = !words.length;
    if (!words.length) return [];
    const matches = [];
    for (let id = 1; id < parts.length && matches.length <= MOST; id += 1) {
      if (words.every((word) => parts[id].words.includes(word))) matches.push(id);
    }
    matches.slice(0, MOST).forEach((id, index) => {
      const row = document.createElement("li");
      row.textContent = parts[id].path ? `${parts[id].path} · ${parts[id].title}` : parts[id].title;
      row.dataset.part = id;
      if (index === 0) row.className = "first";
      list.append(row);
    });
    if (!matches.length || matches.length > MOST) {
      const row = document.createElement("li");
      row.textContent = matches.length ? "… and more" : "nothing of that name";
      list.append(row);
    }
    return matches;
  }

  function choose(id) {
    element("found").hidden = true;
    show("graph");
    reveal(id);
  }

  // MARK: Saying

  function facts(id) {
    const part = parts[id];
    const lines = [part.path && part.path !== part.title ? `${part.path}\n${part.title}` : part.title];
    if (part.type) lines.push(part.type);
    if (part.attributes) lines.push(part.attributes);
    lines.push(...part.facts);
    const percent = 100 * share(id);
    if (percent > 0) lines.push(`${percent.toFixed(1)} % of ${data.measures[measure].title}`);
    if (part.source) lines.push(`${sourceOf(part)} (click to copy)`);
    return lines.join("\n");
  }

  const sourceOf = (part) => `${data.files[part.source[0]]}:${part.source[1]}`;

  function hover(event) {
    const target = event.target.closest("[data-part]");
    const tip = element("tip");
    tip.hidden = !target;
    if (!target) return;
    tip.textContent = facts(Number(target.dataset.part));
    const box = tip.getBoundingClientRect();
    tip.style.left = `${Math.min(event.clientX + 14, innerWidth - box.width - 4)}px`;
    tip.style.top = `${event.clientY + 18 + box.height > innerHeight ? Math.max(4, event.clientY - box.height - 10) : event.clientY + 18}px`;
  }

  let timer;
  function say(text) {
    const said = element("said");
    said.textContent = text;
    said.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => (said.hidden = true), 1800);
  }

  async function copy(id) {
    const part = parts[id];
    if (!part.source) return;
    const text = sourceOf(part);
    if (editor) editor.postMessage({ path: data.files[part.source[0]], line: part.source[1] });
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Pages of files may not use the clipboard everywhere; a selection may always be copied.
      const field = document.createElement("textarea");
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    say(`copied ${text}`);
  }

  // MARK: The treemap

  function drawMap() {
    const layer = svg("g", {});
    const cells = data.treemaps[measure].map(([id, isGroup, depth, ...sides]) => {
      const [x, y, width, height] = sides.map((each) => each / 10);
      return { id, isGroup, depth, x, y, width, height };
    });
    for (const { id, isGroup, x, y, width, height } of cells) {
      if (isGroup) continue;
      svg("rect", { class: "cell", x, y, width, height, "data-part": id }, layer);
      const opacity = (0.15 + 0.6 * Math.sqrt(share(id))).toFixed(3);
      svg("rect", { class: "cell heat", x, y, width, height, "fill-opacity": opacity }, layer);
      const letters = Math.floor((width - 8) / 6.7);
      if (letters < 4 || height < 16) continue;
      const name = parts[id].path || parts[id].title;
      svg("text", { x: x + 4, y: y + 13 }, layer, name.length > letters ? `${name.slice(0, letters - 1)}…` : name);
    }
    for (const { isGroup, depth, x, y, width, height } of cells) {
      if (isGroup && depth) svg("rect", { class: "group", x, y, width, height, "stroke-width": Math.max(1, 4 - depth) }, layer);
    }
    map.replaceChildren(layer);
  }

  function show(panel) {
    for (const [tab, shown] of [["graph-tab", graph], ["map-tab", map]]) {
      const isShown = shown.id === panel;
      element(tab).setAttribute("aria-selected", isShown);
      shown.toggleAttribute("hidden", !isShown);
    }
    element("tip").hidden = true;
    if (panel === "map") drawMap();
  }

  // MARK: Listening

  let drag;
  graph.addEventListener("pointerdown", (event) => {
    if (event.button === 0) drag = { x: event.clientX, y: event.clientY, moved: false };
  });
  addEventListener("pointermove", (event) => {
    if (!drag) return;
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.abs(x) + Math.abs(y) < 4) return;
    drag = { x: event.clientX, y: event.clientY, moved: true };
    graph.classList.add("dragged");
    view.x += x;
    view.y += y;
    place();
  });
  let wasDragged = false;
  addEventListener("pointerup", () => {
    wasDragged = Boolean(drag && drag.moved);
    drag = undefined;
    graph.classList.remove("dragged");
  });
  graph.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = graph.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / 500), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  graph.addEventListener("click", (event) => {
    const target = event.target.closest("[data-part]");
    if (!target || wasDragged) return;
    const id = Number(target.dataset.part);
    if (event.target.classList.contains("toggle")) toggle(id);
    else copy(id);
  });
  graph.addEventListener("dblclick", (event) => {
    const target = event.target.closest("[data-part]");
    if (target) toggle(Number(target.dataset.part));
  });
  graph.addEventListener("keydown", (event) => {
    const target = event.target.closest("[data-part]");
    if (!target) return;
    const id = Number(target.dataset.part);
    if (event.key === "Enter" || event.key === " ") toggle(id);
    else if (event.key === "c") copy(id);
    else return;
    event.preventDefault();
  });
  map.addEventListener("click", (event) => {
    if (event.target.dataset.part) copy(Number(event.target.dataset.part));
  });
  for (const panel of [graph, map]) {
    panel.addEventListener("pointermove", hover);
    panel.addEventListener("pointerleave", () => (element("tip").hidden = true));
  }
  addEventListener("keydown", (event) => {
    if (event.key === "/" && event.target !== element("query")) {
      event.preventDefault();
      element("query").focus();
    }
  });
  element("query").addEventListener("input", (event) => search(event.target.value));
  element("query").addEventListener("keydown", (event) => {
    if (event.key === "Escape") element("found").hidden = true;
    if (event.key !== "Enter") return;
    const matches = search(event.target.value);
    if (matches.length) choose(matches[0]);
  });
  element("found").addEventListener("click", (event) => {
    if (event.target.dataset.part) choose(Number(event.target.dataset.part));
  });
  element("graph-tab").addEventListener("click", () => show("graph"));
  element("map-tab").addEventListener("click", () => show("map"));
  element("measure").addEventListener("change", (event) => {
    measure = event.target.selectedIndex;
    draw();
    drawMap();
  });
  element("open-all").addEventListener("click", () => {
    parts.forEach((part, id) => part.items && open.add(id));
    draw();
    fit();
  });
  element("close-all").addEventListener("click", () => {
    open.clear();
    open.add(0);
    draw();
    fit();
  });
  element("fit").addEventListener("click", fit);
  element("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
  });
  // An editor tells which part the cursor stands in.
  addEventListener("message", (event) => {
    if (event.data && Number.isInteger(event.data.reveal)) reveal(event.data.reveal);
  });

  element("name").textContent = data.model;
  element("totals").textContent = [...parts[0].facts, data.condition].filter((each) => each).join(" · ");
  if (data.condition) element("totals").title = data.remedy;
  element("note").textContent = data.note;
  element("note").hidden = !data.note;
  data.measures.forEach((each, index) => {
    const option = document.createElement("option");
    option.textContent = each.title;
    option.selected = index === measure;
    element("measure").append(option);
  });
  draw();
  fit();
  // From here on everything answers; how long that took, in milliseconds since the page was asked for.
  document.documentElement.dataset.ready = performance.now().toFixed(0);
})();
