// One batch as a contact sheet that fills while it runs, however long it is.
import {
  API, KIND, WORDS, ask, bar, cost, crumbs, el, glyph, grouped, keys, link, main, nameOf, number, picture, seconds, started, tallies,
} from "./parts.js";
import { openLarge } from "./picture.js";

export const batch = { id: "", head: null, steps: [], items: new Map(), doneNodes: new Map(), ticks: new Map() };
export const sheet = { node: el("div", "sheet"), grid: el("div", "grid"), cells: new Map(), columns: 1, height: 1, ratio: 1.25, active: 0 };
const GAP = 14, ROW_GAP = 12, STRIP = 22, LEAST = 150;
let dirty = false, fetching = false, summed = 0;

export async function showBatch(id) {
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
export async function refresh(from, count) {
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
  const known = batch.head.endTime !== null && batch.steps.ended;
  if (!known) batch.steps = (await ask(`/executions/${batch.id}/steps`)).body.steps;
  batch.steps.ended = batch.head.endTime !== null;
  summed = performance.now();
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
      el("span", "tally", el("b", "", grouped(head.creditsUsed)), cost(head)),
      el("span", "steps", ...stepLine())));
  document.getElementById("balance").replaceChildren(el("b", "", grouped(head.creditsUsed)), " credits used");
  const models = new Set(batch.steps.flatMap((step) => step.models));
  document.querySelector(".note").textContent = models.size === 1 && models.has("sketch")
    ? "Made by the built-in artist. Add a provider key to use Flux 2 Pro and others." : "";
}
export const isWork = (step) => !/^(input|output|utility|logic):/.test(step.nodeType);
function stepLine() {
  return batch.steps.filter(isWork).flatMap((step, at) => [at ? el("i", "", "›") : null,
    el("span", "step", el("span", "num", String(step.number).padStart(2, "0")), ` ${step.nodeLabel} `, el("small", "", step.durationMs === null ? "" : seconds(step.durationMs)))]);
}

// Only the rows near the window are in the document, however long the batch is.
function draw() {
  const width = sheet.node.clientWidth, total = batch.head.runCount;
  const columns = sheet.columns = Math.max(1, Math.floor((width + GAP) / (LEAST + GAP)));
  const cell = (width - GAP * (columns - 1)) / columns;
  const height = sheet.height = cell * sheet.ratio + STRIP + ROW_GAP;
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
  node.onfocus = () => { sheet.active = index; };
  return node;
}
export const imageOf = (item) => {
  for (const output of item.outputs) for (const value of Object.values(output.value || {})) {
    const one = Array.isArray(value) ? value[0] : value;
    if (one && one.thumbnailUrl) return one;
  }
  return null;
};
export const captionOf = (item) => item.key || Object.values(item.inputs).find((value) => typeof value === "string") || "";
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
export const text = (item) => String(item.outputs.flatMap((one) => Object.values(one.value || {})).find((value) => typeof value === "string") || "");
export const reason = (item) => (item.error ? item.error.message : item.reason || WORDS[item.status]);
function paintStep(frame, item) {
  const done = batch.doneNodes.get(item.id) || new Set(), tick = batch.ticks.get(item.id);
  const step = batch.steps.find((one) => tick && one.nodeId === tick.nodeId && !done.has(one.nodeId))
    || batch.steps.find((one) => isWork(one) && !done.has(one.nodeId));
  frame.firstChild.replaceChildren(...(step ? [el("span", "num", String(step.number).padStart(2, "0")), ` ${step.nodeLabel}`] : ["Running"]));
  const share = step && tick && tick.nodeId === step.nodeId ? tick.progress : null;
  if (share === null) frame.lastChild.removeAttribute("value");
  else frame.lastChild.value = share;
}

function soon() {
  dirty = true;
  if (!fetching) tidy();
}
async function tidy() {
  const lost = document.getElementById("lost");
  fetching = true;
  while (dirty) {
    dirty = false;
    try {
      await refresh(sheet.from, sheet.to - sheet.from);
      for (const [index, node] of sheet.cells) paint(node, index);
      // The sums over a long batch are dear: they come every two seconds, and at the end.
      if (batch.head.endTime !== null || performance.now() - summed > 2000) await readSteps();
      else drawHead();
      lost.hidden = true;
    } catch {
      lost.hidden = false;
      dirty = true;
    }
    await new Promise((go) => setTimeout(go, dirty && !lost.hidden ? 2000 : 350));
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

export function focusCell(index) {
  const top = sheet.node.offsetTop + Math.floor(index / sheet.columns) * sheet.height;
  if (top < scrollY + 60 || top + sheet.height > scrollY + innerHeight - 40) scrollTo({ top: top - innerHeight / 3 });
  draw();
  sheet.cells.get(index)?.focus({ preventScroll: true });
}
