// The batches of a workspace, and the way to each: it asks the API alone.
import {
  API, ask, bar, crumbs, el, grouped, keys, link, main, nameOf, picture, seconds, started, tallies,
} from "./parts.js";
import { showBatch } from "./sheet.js";

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

const [, place, id] = location.pathname.split("/");
(place === "batches" && id ? showBatch(id) : showList()).catch((error) => {
  main.replaceChildren(el("div", "notice", el("h1", "", error.message), el("p", "", link("/", "", "All batches"))));
});
