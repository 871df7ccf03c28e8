// The demo's control bar: what time it is there, what happens later, and which channel is shown.
// Its elements are in bar.html, which the server puts into simcord's toolbar.

const POLL_MS = 1500;
const key = location.hash.slice(1);

const byId = (id) => document.getElementById(id);
const clock = byId("respite-clock");
const zone = byId("respite-zone");
const channel = byId("respite-channel");
const line = byId("respite-line");
const app = byId("preview-app");
const later = [...document.querySelectorAll("[data-respite-days]")];
const hint = [...line.childNodes];

let state = null;
let asking = false;
let wasOpen = false;
let changed = null;
let leaving = false;

async function ask(path, body) {
  const answer = await fetch(path, {
    method: body ? "POST" : "GET",
    headers: { "X-Simcord-Capability": key, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
    cache: "no-store",
  });
  const value = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(value.message), { status: answer.status });
  return value;
}

function say(...what) {
  line.replaceChildren(...what);
}

function enable() {
  const busy = asking || leaving || !state || Boolean(state.doing);
  for (const control of [...later, channel]) control.disabled = busy;
  line.dataset.busy = String(busy);
}

function reopen() {
  if (!leaving) location.reload();
  leaving = true;
}

function show(next) {
  if (state && next.showing !== state.showing) reopen();
  const before = state;
  state = next;
  clock.textContent = state.clock;
  clock.dateTime = state.now;
  zone.textContent = state.zone;
  if (JSON.stringify(before?.channels) !== JSON.stringify(state.channels)) {
    channel.replaceChildren(...state.channels.map(({ id, name }) => new Option(`# ${name}`, id)));
  }
  if (before?.channel !== state.channel) channel.value = state.channel;
  if (state.doing) say(state.doing);
  else if (before?.doing) say(...hint);
  enable();
}

async function work(saying, path, body) {
  asking = true;
  say(saying);
  enable();
  let said = hint;
  try {
    show(await ask(path, body));
    await newsShown();
  } catch (problem) {
    said = [problem.message || "The demo does not answer. Is the program still running?"];
  }
  asking = false;
  say(...said);
  channel.value = state.channel;
  enable();
}

for (const button of later) {
  const days = Number(button.dataset.respiteDays);
  button.addEventListener("click", async () => {
    await work(`Moving to ${state.after[days]}…`, "/respite/advance", { days });
    button.focus({ preventScroll: true });
  });
}

channel.addEventListener("change", () => {
  const viewer = byId("viewer-picker").value;
  work(`Opening ${channel.selectedOptions[0].textContent}…`, "/respite/circle", { channel: channel.value, viewer });
});

// Whoever is being looked through may have left the circle, or this machine may have slept: begin anew.
function reopenIfShut() {
  const open = Boolean(window.simcordPreview?.authorized);
  if (wasOpen && !open) reopen();
  wasOpen ||= open;
}

// simcord's page shows what others did, and what the bot changes by itself, only when it is asked to.
function fetchNews() {
  if (app.getAttribute("aria-busy") === "true") return;
  const posted = newest && BigInt(state.newest) > newest;
  if (posted || (changed !== null && changed !== state.changed)) byId("refresh").click();
  changed = state.changed;
}

// What is done has been done only once it can be seen.
async function newsShown() {
  for (let looks = 0; looks < 20 && !leaving && newest < BigInt(state.newest); looks += 1) {
    fetchNews();
    await new Promise((seen) => { setTimeout(seen, 150); });
  }
}

async function poll() {
  if (!asking && !leaving && !document.hidden) {
    try {
      show(await ask("/respite/state"));
      reopenIfShut();
      fetchNews();
    } catch (problem) {
      if (problem.status === 401) {
        say("Open the whole address that the terminal shows: the part after # is the key.");
        return;
      }
      say("The demo does not answer. Is the program still running?");
      state = null;
      enable();
    }
  }
  setTimeout(poll, POLL_MS);
}

// simcord leaves a new message half hidden when the composer has just changed its height or a picture comes late.
// Here whatever is new was asked for, so the page goes to it and stays there until everything has arrived.
const FOLLOW_MS = 3000;
const timeline = byId("channel-timeline");
const messages = byId("channel-message-list");
let newest = 0n;
let followUntil = 0;

function follow() {
  if (performance.now() > followUntil) return;
  timeline.scrollTo({ top: timeline.scrollHeight });
  requestAnimationFrame(follow);
}

new MutationObserver(() => {
  const ids = [...messages.querySelectorAll("[data-message-id]")].map((message) => BigInt(message.dataset.messageId));
  const last = ids.reduce((most, id) => (id > most ? id : most), 0n);
  if (last <= newest) return;
  newest = last;
  const following = performance.now() < followUntil;
  followUntil = performance.now() + FOLLOW_MS;
  if (!following) follow();
}).observe(messages, { childList: true });
for (const moved of ["wheel", "touchmove", "keydown", "pointerdown"]) {
  timeline.addEventListener(moved, () => { followUntil = 0; }, { passive: true });
}

poll();
