// What all views are made of: elements, glyphs, numbers in words, and questions to the API.
export const API = "/api/v1";
export const main = document.getElementById("main");
export const SVG = "http://www.w3.org/2000/svg";
export const GLYPHS = {
  done: "M3.5 8.5l3 3 6-7",
  failed: "M5.6 1.8h4.8l3.8 3.8v4.8l-3.8 3.8H5.6l-3.8-3.8V5.6zM6 6l4 4M10 6l-4 4",
  running: "M8 2a6 6 0 1 1-6 6",
  queued: "M8 2a6 6 0 1 1 0 12A6 6 0 1 1 8 2",
  stopped: "M8 2a6 6 0 1 1 0 12A6 6 0 1 1 8 2M4 4l8 8",
};
export const KIND = {
  PENDING: "queued", RUNNING: "running", COMPLETED: "done", FAILED: "failed",
  TIMEOUT: "failed", CANCELLED: "stopped", SKIPPED: "stopped",
};
export const WORDS = { PENDING: "Queued", RUNNING: "Running", COMPLETED: "Done", FAILED: "Failed",
  TIMEOUT: "Timed out", CANCELLED: "Cancelled", SKIPPED: "Skipped" };

export function el(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}
export function link(href, className, ...children) {
  const node = el("a", className, ...children);
  node.href = href;
  return node;
}
export function glyph(kind) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `glyph ${kind}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", GLYPHS[kind]);
  svg.append(path);
  return svg;
}
export function picture(url, alt = "") {
  const img = el("img");
  img.alt = alt;
  img.decoding = "async";
  img.src = local(url);
  return img;
}
// Signed links are absolute for other programs; here they lead to this very server.
export function local(url) {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
}
export const number = (index) => String(index + 1).padStart(4, "0");
export const grouped = (value) => Number(value).toLocaleString("en-US", { maximumFractionDigits: 3 });
export const plural = (count, noun) => `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
export function seconds(ms) {
  if (ms === null || ms === undefined) return "–";
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
export function started(text) {
  const at = new Date(text);
  const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const today = at.toDateString() === new Date().toDateString();
  return today ? `Today ${time}` : `${at.toLocaleDateString([], { day: "numeric", month: "short" })} ${time}`;
}
export const nameOf = (batch) => batch.workflowName || "Graph sent with the call";
export const cost = (batch) => `${plural(batch.creditsUsed, "credit").replace(/^\S+ /, "")}${batch.charged ? "" : ", metered, nothing charged"}`;

export async function ask(path) {
  const reply = await fetch(API + path, { headers: { accept: "application/json" } });
  if (reply.status === 401) location.reload();
  const body = await reply.json();
  if (!reply.ok) throw new Error(body.detail);
  return { body, next: reply.headers.get("x-next-cursor") };
}
export function crumbs(...parts) {
  const nav = document.querySelector(".crumbs");
  nav.replaceChildren(...parts.flatMap((part, at) => (at ? [el("span", "slash", "/"), part] : [part])));
  document.title = `${parts.map((part) => part.textContent).reverse().join(" · ")} · Pixelmill`;
}
export function keys(...pairs) {
  document.getElementById("keys").replaceChildren(
    ...pairs.flatMap(([names, what]) => [...names.map((name) => el("kbd", "", name)), el("span", "", what)]),
  );
}

export function bar(counts) {
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
export function tallies(counts) {
  const all = [["done", counts.completed, "done"], ["failed", counts.failed + counts.timeout, "failed"],
    ["running", counts.running, "running"], ["queued", counts.pending, "queued"],
    ["stopped", counts.cancelled + counts.skipped, "cancelled"]];
  return all.filter(([kind, count]) => count || kind === "done" || kind === "failed").map(([kind, count, word]) =>
    el("span", `tally ${count ? kind : "none"}`, count ? glyph(kind) : null, el("b", "", grouped(count)), word));
}
