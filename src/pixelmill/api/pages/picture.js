// One image large: what it was made of, step by step, and the keys that lead from one to the next.
import {
  KIND, WORDS, ask, el, glyph, grouped, keys, link, local, number, picture, seconds,
} from "./parts.js";
import {
  batch, captionOf, focusCell, imageOf, isWork, reason, refresh, sheet, text,
} from "./sheet.js";

export const large = el("dialog", "large");
document.body.append(large);
large.onclose = () => {
  history.replaceState(null, "", location.pathname);
  focusCell(Number(large.dataset.index));
};
export async function openLarge(index) {
  if (!(index >= 0 && index < batch.head.runCount)) return;
  sheet.active = index;
  large.dataset.index = index;
  if (!batch.items.has(index)) await refresh(index, 1);
  const item = batch.items.get(index), image = imageOf(item);
  history.replaceState(null, "", `#${number(index)}`);
  const stage = el("div", `stage ${KIND[item.status]}`, image ? picture(image.thumbnailUrl, captionOf(item)) : el("span", "reason", text(item) || reason(item)));
  const panel = el("div", "panel");
  large.replaceChildren(stage, panel);
  if (!large.open) large.showModal();
  fillPanel(panel, item, image, []);
  if (image) sharpen(stage.firstChild, image);
  const { body } = await ask(`/executions/${item.id}`);
  if (sheet.active === index) fillPanel(panel, item, image, body.nodeResults.nodeRuns);
}
// The small picture is there at once; the whole one takes its place when it has come.
function sharpen(img, image) {
  img.style.maxWidth = `${image.width}px`;
  img.style.maxHeight = `${image.height}px`;
  const whole = new Image();
  whole.onload = () => { img.src = whole.src; };
  whole.src = local(image.url);
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
addEventListener("keydown", (event) => {
  if (!batch.head || event.ctrlKey || event.metaKey || event.altKey) return;
  const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -sheet.columns, ArrowDown: sheet.columns }[event.key];
  if (move) {
    const next = Math.min(batch.head.runCount - 1, Math.max(0, sheet.active + (large.open ? Math.sign(move) : move)));
    event.preventDefault();
    sheet.active = next;
    if (large.open) openLarge(next);
    else focusCell(next);
  } else if (event.key === " " && large.open) { event.preventDefault(); large.close(); }
  else if (event.key === "Escape" && !large.open) location.href = "/";
});
