// Shows batches: the list, one batch as a contact sheet, one image large. It asks the API alone.
const API = "/api/v1";
const main = document.getElementById("main");
const SVG = "http://www.w3.org/2000/svg";
const GLYPHS = {
  done: "M3.5 8.5l3 3 6-7",
  failed: "M5.6 1.8h4.8l3.8 3.8v4.8l-3.8 3.8H5.6l-3.8-3.8V5.6zM6 6l4 4M10 6l-4 4",
  running: "M8 2a6 6 0 1 1-6 6",
  queued: "M8 2a6 6 0 1 1 0 12A6 6 0 1 1 8 2",
  stopped: "M8 2a6 6 0 1 1 0 12A6 6 0 1 1 8 2M4 4l8 8",
};
const KIND = {
  PENDING: "queued", RUNNING: "running", COMPLETED: "done", FAILED: "failed",
  TIMEOUT: "failed", CANCELLED: "stopped", SKIPPED: "stopped",
};
const WORDS = { PENDING: "Queued", RUNNING: "Running", COMPLETED: "Done", FAILED: "Failed",
  TIMEOUT: "Timed out", CANCELLED: "Cancelled", SKIPPED: "Skipped" };

function el(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}
function link(href, className, ...children) {
  const node = el("a", className, ...children);
  node.href = href;
  return node;
}
function glyph(kind) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `glyph ${kind}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", GLYPHS[kind]);
  svg.append(path);
  return svg;
}
function picture(url, alt = "") {
  const img = el("img");
  img.alt = alt;
  img.decoding = "async";
  img.src = local(url);
  return img;
}
// Signed links are absolute for other programs; here they lead to this very server.
function local(url) {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
}
const number = (index) => String(index + 1).padStart(4, "0");
const grouped = (value) => Number(value).toLocaleString("en-US", { maximumFractionDigits: 3 });
const plural = (count, noun) => `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
function seconds(ms) {
  if (ms === null || ms === undefined) return "–";
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
function started(text) {
  const at = new Date(text);
  const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const today = at.toDateString() === new Date().toDateString();
  return today ? `Today ${time}` : `${at.toLocaleDateString([], { day: "numeric", month: "short" })} ${time}`;
}
const nameOf = (batch) => batch.workflowName || "Graph sent with the call";
const cost = (batch) => `${plural(batch.creditsUsed, "credit").replace(/^\S+ /, "")}${batch.charged ? "" : ", metered, nothing charged"}`;

async function ask(path) {
  const reply = await fetch(API + path, { headers: { accept: "application/json" } });
  if (reply.status === 401) location.reload();
  const body = await reply.json();
  if (!reply.ok) throw new Error(body.detail);
  return { body, next: reply.headers.get("x-next-cursor") };
}
function crumbs(...parts) {
  const nav = document.querySelector(".crumbs");
  nav.replaceChildren(...parts.flatMap((part, at) => (at ? [el("span", "slash", "/"), part] : [part])));
  document.title = `${parts.map((part) => part.textContent).reverse().join(" · ")} · Pixelmill`;
}
function keys(...pairs) {
  document.getElementById("keys").replaceChildren(
    ...pairs.flatMap(([names, what]) => [...names.map((name) => el("kbd", "", name)), el("span", "", what)]),
  );
}

function bar(counts) {
  const node = el("div", "segments");
  for (const [kind, count] of [["done", counts.completed], ["failed", counts.failed + counts.timeout],
    ["running", counts.running], ["stopped", counts.cancelled + counts.skipped], ["queued", counts.pending]]) {
    if (!count) continue;
    const part = el("span", kind);
    part.style.flexGrow = count;
    node.append(part);
  }
  return node;
}
function tallies(counts) {
  const all = [["done", counts.completed, "done"], ["failed", counts.failed + counts.timeout, "failed"],
    ["running", counts.running, "running"], ["queued", counts.pending, "queued"],
    ["stopped", counts.cancelled + counts.skipped, "cancelled"]];
  return all.filter(([kind, count]) => count || kind === "done" || kind === "failed").map(([kind, count, word]) =>
    el("span", `tally ${count ? kind : "none"}`, count ? glyph(kind) : null, el("b", "", grouped(count)), ` ${word}`));
}

// ---- the list ------------------------------------------------------------------------------
async function showList() {
  crumbs(el("b", "", "Batches"));
  keys([["Tab"], "move"], [["↵"], "open"]);
  const rows = el("div", "rows");
  const more = el("button", "more", "Older batches");
  more.hidden = true;
  let cursor = null;
  const load = async (after) => {
    const { body, next } = await ask(`/executions?limit=50${after ? `&cursor=${encodeURIComponent(after)}` : ""}`);
    if (after) rows.append(...body.map(row));
    else rows.replaceChildren(...body.map(row));
    cursor = next;
    more.hidden = !next;
    return body;
  };
  more.onclick = () => load(cursor);
  const first = await load(null);
  if (!first.length) return showEmpty();
  main.replaceChildren(el("div", "head", el("h1", "", "Batches")), rows, more);
  // While the first page is all there is to see, it stays fresh by itself.
  setInterval(() => !document.hidden && rows.children.length <= 50 && load(null).catch(() => {}), 3000);
}
function row(batch) {
  const cover = el("span", "cover", batch.coverUrl ? picture(batch.coverUrl) : null);
  const open = batch.counts.pending + batch.counts.running > 0;
  return link(`/batches/${batch.id}`, "row", cover,
    el("span", "what", el("b", "", nameOf(batch)), el("small", "", `${batch.id.slice(-6)} · ${batch.trigger}`)),
    el("span", "progress", bar(batch.counts), el("small", "tallies", ...tallies(batch.counts))),
    el("span", "amount", grouped(batch.creditsUsed), el("small", "", "credits")),
    el("span", "when", started(batch.createdAt), el("small", open ? "running" : "", open ? "running" : seconds(batch.durationMs))));
}
function showEmpty() {
  const sample = `curl -X POST ${location.origin}${API}/executions \\
  -H "Authorization: Bearer $PIXELMILL_KEY" -H "Content-Type: application/json" \\
  -d '{"nodes":[{"id":"g","data":{"nodeType":"generate:sketch"}}],"edges":[],"prompts":["amber vase at sunset"]}'`;
  main.replaceChildren(el("div", "notice", el("h1", "", "No batches yet"),
    el("p", "", "Send one prompt; its image appears here."), el("pre", "", sample)));
  setInterval(async () => (await ask("/executions?limit=1")).body.length && location.reload(), 2000);
}

// ---- one batch -----------------------------------------------------------------------------
const batch = { id: "", head: null, steps: [], items: new Map(), doneNodes: new Map(), ticks: new Map() };
const sheet = { node: el("div", "sheet"), grid: el("div", "grid"), cells: new Map(), columns: 1, height: 1, ratio: 1.25 };
const GAP = 14, STRIP = 30, LEAST = 150;
let active = 0, dirty = false, fetching = false;

async function showBatch(id) {
  batch.id = id;
  sheet.node.append(sheet.grid);
  sheet.grid.setAttribute("role", "list");
  keys([["←", "→", "↑", "↓"], "move"], [["Space"], "look closer"], [["Esc"], "back"]);
  await refresh(0, 100);
  main.replaceChildren(el("div", "head"), el("div", "note"), sheet.node);
  await readSteps();
  addEventListener("scroll", draw, { passive: true });
  new ResizeObserver(draw).observe(sheet.node);
  draw();
  if (location.hash) openLarge(Number(location.hash.slice(1)) - 1);
  if (batch.head.endTime === null) follow();
}
async function refresh(from, count) {
  const { body } = await ask(`/executions/${batch.id}?detail=items&from=${from}&limit=${Math.min(200, Math.max(1, count))}`);
  batch.head = body;
  for (const item of body.executionRuns) batch.items.set(item.runIndexInBatch, item);
  const shape = body.executionRuns.map(imageOf).find(Boolean);
  if (shape && !sheet.measured) {
    sheet.measured = true;
    sheet.ratio = Math.min(1.6, Math.max(0.6, shape.height / shape.width));
    sheet.node.style.setProperty("--ratio", `1 / ${sheet.ratio}`);
  }
}
async function readSteps() {
  batch.steps = (await ask(`/executions/${batch.id}/steps`)).body.steps;
  drawHead();
}
function drawHead() {
  const { head } = batch, { counts } = head, open = head.endTime === null;
  const noun = `image${head.runCount === 1 ? "" : "s"}`;
  const title = open ? `${grouped(counts.completed)} of ${grouped(head.runCount)} ${noun} done`
    : `${grouped(counts.completed)} ${counts.completed === 1 ? "image" : "images"} done in ${seconds(head.durationMs)}`;
  crumbs(link("/", "", "Batches"), el("span", "", nameOf(head)), el("b", "", started(head.createdAt)));
  const at = document.querySelector(".head");
  at.replaceChildren(el("h1", "", title), open || counts.failed ? bar(counts) : "",
    el("div", "facts", ...tallies(counts),
      el("span", "tally", el("b", "", grouped(head.creditsUsed)), ` ${cost(head)}`),
      el("span", "steps", ...stepLine())));
  document.getElementById("balance").replaceChildren(el("b", "", grouped(head.creditsUsed)), " credits used");
  const models = new Set(batch.steps.flatMap((step) => step.models));
  document.querySelector(".note").textContent = models.size === 1 && models.has("sketch")
    ? "Made by the built-in artist. Add a provider key to use Flux 2 Pro and others." : "";
}
const isWork = (step) => !/^(input|output|utility|logic):/.test(step.nodeType);
function stepLine() {
  return batch.steps.filter(isWork).flatMap((step, at) => [at ? el("i", "", "›") : null,
    el("span", "step", el("span", "num", String(step.number).padStart(2, "0")), ` ${step.nodeLabel} `, el("small", "", step.durationMs === null ? "" : seconds(step.durationMs)))]);
}

// Only the rows near the window are in the document, however long the batch is.
function draw() {
  const width = sheet.node.clientWidth, total = batch.head.runCount;
  const columns = sheet.columns = Math.max(1, Math.floor((width + GAP) / (LEAST + GAP)));
  const cell = (width - GAP * (columns - 1)) / columns;
  const height = sheet.height = cell * sheet.ratio + STRIP + GAP;
  const rows = Math.ceil(total / columns);
  const above = Math.max(0, -sheet.node.getBoundingClientRect().top);
  const first = Math.max(0, Math.floor(above / height) - 2);
  const last = Math.min(rows, Math.ceil((above + innerHeight) / height) + 2);
  sheet.node.style.height = `${rows * height}px`;
  sheet.grid.style.gridTemplateColumns = `repeat(${columns}, 1fr)`;
  sheet.grid.style.transform = `translateY(${first * height}px)`;
  sheet.from = first * columns;
  sheet.to = Math.min(total, last * columns);
  for (const [index, node] of sheet.cells) {
    if (index < sheet.from || index >= sheet.to) { node.remove(); sheet.cells.delete(index); }
  }
  let before = null;
  for (let index = sheet.to - 1; index >= sheet.from; index--) {
    let node = sheet.cells.get(index);
    if (!node) {
      node = newCell(index);
      sheet.cells.set(index, node);
      sheet.grid.insertBefore(node, before);
      paint(node, index);
    }
    before = node;
  }
  if (missing()) soon();
}
const missing = () => { for (let i = sheet.from; i < sheet.to; i++) if (!batch.items.has(i)) return true; return false; };
function newCell(index) {
  const node = el("button", "cell", el("span", "frame"), el("span", "strip", el("span", "num", number(index)), el("span", "caption")));
  node.setAttribute("role", "listitem");
  node.setAttribute("aria-setsize", batch.head.runCount);
  node.setAttribute("aria-posinset", index + 1);
  node.onclick = () => openLarge(index);
  node.onfocus = () => { active = index; };
  return node;
}
const imageOf = (item) => {
  for (const output of item.outputs) for (const value of Object.values(output.value || {})) {
    const one = Array.isArray(value) ? value[0] : value;
    if (one && one.thumbnailUrl) return one;
  }
  return null;
};
const captionOf = (item) => item.key || Object.values(item.inputs).find((value) => typeof value === "string") || "";
function paint(node, index) {
  const item = batch.items.get(index);
  const kind = item ? KIND[item.status] : "queued";
  const image = item && imageOf(item);
  const frame = node.firstChild, seen = `${kind} ${image ? image.assetId : ""}`;
  node.lastChild.lastChild.textContent = item ? captionOf(item) : "";
  node.setAttribute("aria-label", `${number(index)}, ${item ? WORDS[item.status] : "Loading"}, ${item ? captionOf(item) : ""}`);
  if (node.dataset.seen !== seen) {
    node.dataset.seen = seen;
    node.className = `cell ${kind}`;
    if (image) frame.replaceChildren(picture(image.thumbnailUrl));
    else if (kind === "done") frame.replaceChildren(el("span", "words", text(item)));
    else if (kind === "running") frame.replaceChildren(el("span", "now"), el("progress"));
    else if (kind === "queued") frame.replaceChildren(item ? glyph(kind) : "");
    else frame.replaceChildren(glyph(kind), el("span", "reason", reason(item)));
  }
  if (kind === "running") paintStep(frame, item);
}
const text = (item) => String(item.outputs.flatMap((one) => Object.values(one.value || {})).find((value) => typeof value === "string") || "");
const reason = (item) => (item.error ? item.error.message : item.reason || WORDS[item.status]);
function paintStep(frame, item) {
  const done = batch.doneNodes.get(item.id) || new Set(), tick = batch.ticks.get(item.id);
  const step = batch.steps.find((one) => tick && one.nodeId === tick.nodeId && !done.has(one.nodeId))
    || batch.steps.find((one) => isWork(one) && !done.has(one.nodeId));
  frame.firstChild.replaceChildren(...(step ? [el("span", "num", String(step.number).padStart(2, "0")), ` ${step.nodeLabel}`] : ["Running"]));
  const share = step && tick && tick.nodeId === step.nodeId ? tick.progress : null;
  if (share === null) frame.lastChild.removeAttribute("value");
  else frame.lastChild.value = share;
}

// ---- live ----------------------------------------------------------------------------------
function soon() {
  dirty = true;
  if (!fetching) tidy();
}
async function tidy() {
  fetching = true;
  while (dirty) {
    dirty = false;
    try {
      await refresh(sheet.from, sheet.to - sheet.from);
      if (!missing() || sheet.to - sheet.from > 200) await readSteps();
      for (const [index, node] of sheet.cells) paint(node, index);
    } catch { document.getElementById("lost").hidden = false; }
    await new Promise((go) => setTimeout(go, 350));
  }
  fetching = false;
}
function follow() {
  const stream = new EventSource(`${API}/executions/${batch.id}/events?after=${batch.head.eventSeq}`);
  const lost = document.getElementById("lost");
  const told = (event) => {
    const data = JSON.parse(event.data);
    if (event.type === "node.completed") {
      if (!batch.doneNodes.has(data.itemId)) batch.doneNodes.set(data.itemId, new Set());
      batch.doneNodes.get(data.itemId).add(data.nodeId);
    }
    if (event.type === "progress") {
      batch.ticks.set(data.itemId, data);
      for (const [index, node] of sheet.cells) if (batch.items.get(index)?.id === data.itemId) paint(node, index);
      return;
    }
    if (/^item\.(completed|failed|skipped|cancelled)$/.test(event.type)) {
      batch.doneNodes.delete(data.itemId);
      batch.ticks.delete(data.itemId);
      const known = batch.items.get(data.runIndexInBatch);
      const seen = data.runIndexInBatch >= sheet.from && data.runIndexInBatch < sheet.to;
      if (known && !seen) batch.items.delete(data.runIndexInBatch);
    }
    if (/^execution\.(completed|failed|cancelled|timeout)$/.test(event.type)) stream.close();
    soon();
  };
  for (const type of ["execution.completed", "execution.failed", "execution.cancelled", "execution.timeout",
    "item.started", "item.completed", "item.failed", "item.skipped", "item.cancelled",
    "node.completed", "node.failed", "progress"]) stream.addEventListener(type, told);
  stream.onopen = () => { lost.hidden = true; };
  stream.onerror = () => { lost.hidden = stream.readyState === EventSource.CLOSED; };
}

// ---- one image -----------------------------------------------------------------------------
const large = el("dialog", "large");
document.body.append(large);
large.onclose = () => { history.replaceState(null, "", location.pathname); focusCell(active); };
async function openLarge(index) {
  if (!(index >= 0 && index < batch.head.runCount)) return;
  active = index;
  if (!batch.items.has(index)) await refresh(index, 1);
  const item = batch.items.get(index), image = imageOf(item);
  history.replaceState(null, "", `#${number(index)}`);
  const stage = el("div", `stage ${KIND[item.status]}`, image ? picture(image.thumbnailUrl, captionOf(item)) : el("span", "reason", text(item) || reason(item)));
  const panel = el("div", "panel");
  large.replaceChildren(stage, panel);
  if (!large.open) large.showModal();
  fillPanel(panel, item, image, []);
  if (image) sharpen(stage.firstChild, local(image.url));
  const { body } = await ask(`/executions/${item.id}`);
  if (active === index) fillPanel(panel, item, image, body.nodeResults.nodeRuns);
}
// The small picture is there at once; the whole one takes its place when it has come.
function sharpen(img, url) {
  const whole = new Image();
  whole.onload = () => { img.src = url; };
  whole.src = url;
}
function fillPanel(panel, item, image, runs) {
  const model = runs.find((run) => run.model);
  const facts = [["Seed", model ? String(model.seed) : null], ["Model", model ? model.model : null],
    ["Size", image ? `${image.width} × ${image.height}` : null],
    ["File", image ? `${grouped(Math.ceil(image.bytes / 1024))} KB ${image.mediaType.split("/")[1].toUpperCase()}` : null]];
  const close = el("button", "plain", "×");
  close.setAttribute("aria-label", "Close");
  close.onclick = () => large.close();
  panel.replaceChildren(
    el("div", "top", el("span", "num", number(item.runIndexInBatch)), el("span", "state", glyph(KIND[item.status]), WORDS[item.status]), close),
    el("div", "inputs", ...Object.entries(item.inputs).map(([name, value]) => el("p", "", Object.keys(item.inputs).length > 1 ? el("small", "", name) : null, typeof value === "string" ? value : JSON.stringify(value)))),
    item.error ? el("p", "error", item.error.message) : "",
    el("table", "timeline", el("thead", "", el("tr", "", el("th", "", "Step"), el("th", "", "time"), el("th", "", "credits"))),
      el("tbody", "", ...runs.filter((run) => isWork(run) || run.error).map(stepRow)),
      el("tfoot", "", el("tr", "", el("td", "", "Total"), el("td", "", seconds(item.durationMs)), el("td", "", grouped(runs.reduce((sum, run) => sum + run.credits, 0)))))),
    el("dl", "", ...facts.filter(([, value]) => value).flatMap(([name, value]) => [el("dt", "", name), el("dd", "", value)])),
    image ? download(image) : "");
}
function stepRow(run) {
  const note = run.cached ? " reused" : run.status === "COMPLETED" ? "" : ` ${WORDS[run.status].toLowerCase()}`;
  return el("tr", KIND[run.status], el("td", "", el("span", "num", String(run.number).padStart(2, "0")), ` ${run.nodeLabel}`, el("small", "", note)),
    el("td", "", seconds(run.durationMs)), el("td", "", run.credits ? grouped(run.credits) : "–"));
}
function download(image) {
  const node = link(`${local(image.url)}&download=1`, "primary", "Download");
  node.setAttribute("download", "");
  return node;
}
function focusCell(index) {
  const top = sheet.node.offsetTop + Math.floor(index / sheet.columns) * sheet.height;
  if (top < scrollY + 60 || top + sheet.height > scrollY + innerHeight - 40) scrollTo({ top: top - innerHeight / 3 });
  draw();
  sheet.cells.get(index)?.focus({ preventScroll: true });
}
addEventListener("keydown", (event) => {
  if (!batch.head || event.ctrlKey || event.metaKey || event.altKey) return;
  const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -sheet.columns, ArrowDown: sheet.columns }[event.key];
  if (move) {
    const next = Math.min(batch.head.runCount - 1, Math.max(0, active + (large.open ? Math.sign(move) : move)));
    event.preventDefault();
    active = next;
    if (large.open) openLarge(next);
    else focusCell(next);
  } else if (event.key === " " && large.open) { event.preventDefault(); large.close(); }
  else if (event.key === "Escape" && !large.open) location.href = "/";
});

const [, place, id] = location.pathname.split("/");
(place === "batches" && id ? showBatch(id) : showList()).catch((error) => {
  main.replaceChildren(el("div", "notice", el("h1", "", error.message), el("p", "", link("/", "", "All batches"))));
});
