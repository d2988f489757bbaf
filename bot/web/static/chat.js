// The web chat: rooms on the left, what is said on the right. The server is the truth; the page only shows it.

import { avatar, cardOf, el, isPlain } from "./card.js";
import { picked, showPicked, upload } from "./files.js";
import { WORDS, clockTime, dayName, hints, locale } from "./words.js";

const BOT = "crmbot";
const NEAR = 120; // pixels from the end within which the page follows new messages
const CLOSE = 5 * 60_000; // messages of one author this near are shown as one group
const PATIENCE = 10_000; // how long the three dots wait for an answer

const find = (id) => document.getElementById(id);
const state = {
  language: localStorage.getItem("crmbot.language") || "",
  people: [],
  me: null,
  rooms: new Map(),
  open: "",
  live: null,
  waiting: 0,
  pressing: new Set(),
  unsent: [], // lines on their way or failed, of whoever wrote them: they outlive the rooms that are shown
  largest: 0,
  most: 0,
  lost: false,
};
const say = () => WORDS[state.language];

async function ask(path, options) {
  const answer = await fetch(`/console/${path}`, { credentials: "same-origin", ...options });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}


async function start() {
  const { language, people, largest, most } = await ask("people");
  Object.assign(state, { people, largest, most });
  setLanguage(state.language in WORDS ? state.language : language);
  const [handle, room] = fromHash();
  await become(people.some((one) => one.handle === handle) ? handle : people[0].handle, room);
}

function fromHash() {
  const known = /^#([^/]*)\/(.*)$/.exec(location.hash) ?? ["", sessionStorage.getItem("crmbot.person") ?? "", ""];
  return [known[1], known[2]];
}

async function become(handle, room = "") {
  state.live?.close();
  state.me = state.people.find((one) => one.handle === handle);
  sessionStorage.setItem("crmbot.person", handle);
  const { rooms, cursor } = await ask(`rooms?person=${encodeURIComponent(handle)}`);
  if (state.me.handle !== handle) return;
  const read = readMarks();
  state.rooms = new Map(rooms.map((one) => [one.id, roomState(one, Math.min(read[one.id] ?? cursor, cursor))]));
  state.open = "";
  find("line").disabled = false;
  openRoom(state.rooms.has(room) ? room : rooms[0].id);
  showPeople();
  listen(cursor);
}

function roomState(room, read) {
  return {
    ...room,
    read,
    posts: new Map(room.posts.map((post) => [post.id, post])),
    more: room.posts.length >= 60,
    draft: "",
  };
}

function readMarks() {
  try {
    return JSON.parse(localStorage.getItem(`crmbot.read.${state.me.handle}`)) || {};
  } catch {
    return {};
  }
}

function markRead(room) {
  room.read = Math.max(room.read, ...room.posts.keys(), 0);
  localStorage.setItem(`crmbot.read.${state.me.handle}`, JSON.stringify({ ...readMarks(), [room.id]: room.read }));
}

function unread(room) {
  return [...room.posts.values()].filter((post) => post.id > room.read && post.author !== state.me.handle).length;
}

const isWide = () => matchMedia("(min-width: 760px)").matches;
const here = () => state.rooms.get(state.open);
const nameOf = (handle) => (handle === BOT ? say().bot : state.people.find((one) => one.handle === handle)?.name || handle);
const faceOf = (handle) => avatar(nameOf(handle), handle, state.people.findIndex((one) => one.handle === handle) + 6);
const titleOf = (room) => (room.direct ? say().direct : room.title[state.language]);

function openRoom(id) {
  const left = here();
  if (left) left.draft = find("line").value;
  state.open = id;
  find("line").value = here().draft;
  state.waiting = 0;
  history.replaceState(null, "", `#${state.me.handle}/${id}`);
  showRoom();
  toEnd();
  closeRail();
  if (isWide()) find("line").focus();
}


function listen(cursor) {
  const who = encodeURIComponent(state.me.handle);
  const live = new EventSource(`/console/live?person=${who}&after=${cursor}`);
  live.addEventListener("open", () => {
    find("offline").hidden = true;
    if (state.lost) comeBack();
  });
  live.addEventListener("error", () => {
    find("offline").hidden = false;
    state.lost = true;
    if (live.readyState === EventSource.CLOSED && state.live === live) setTimeout(() => listen(newest()), 2000);
  });
  live.addEventListener("post", (event) => arrived(JSON.parse(event.data)));
  state.live = live;
}

// The server may have begun anew meanwhile: look at everything again.
async function comeBack() {
  state.lost = false;
  const [room, draft] = [state.open, find("line").value];
  await become(state.me.handle, room);
  fill(draft);
}

function newest() {
  return Math.max(0, ...[...state.rooms.values()].flatMap((room) => [...room.posts.keys()]));
}

function arrived(post) {
  const room = state.rooms.get(post.room);
  if (!room || room.posts.has(post.id)) return;
  const mine = post.author === state.me.handle;
  if (mine) dropUnsent((line) => unsentIn(room, line) && line.text === post.card.text);
  room.posts.set(post.id, post);
  if (takesPlace(room, post)) {
    if (room.id === state.open) showLog();
    return;
  }
  const asked = post.answer && state.waiting > 0 && room.id === state.open;
  if (room.id === state.open) showNew(post, { mine, asked });
  if (room.id === state.open && !document.hidden) markRead(room);
  showRooms();
}

// A message that goes on changing: the newer one stands where the older one stood.
function takesPlace(room, post) {
  const older = [...room.posts.values()].filter((one) => one.id !== post.id && standsAt(one) === standsAt(post));
  for (const one of older) room.posts.delete(one.id);
  room.read = Math.max(room.read, older.length ? post.id : 0);
  return older.length > 0;
}

const standsAt = (post) => post.card.stands ?? post.id;

function showNew(post, { mine, asked }) {
  const follow = mine || asked || nearEnd();
  if (asked) dots(false);
  else showLog();
  const item = find("log").querySelector(`[data-id="${post.id}"]`);
  if (comesByItself(post)) item?.classList.add("fresh");
  if (follow) toEnd(item);
  else find("newer").hidden = false;
}

async function send(text, files = []) {
  const line = { event_id: newId(), person: state.me.handle, room: state.open, text, files };
  state.unsent.push(line);
  showLog();
  await deliver(line);
}

async function press(post, index) {
  const name = `${post.id}:${index}`;
  if (state.pressing.has(name)) return;
  state.pressing.add(name);
  const said = { text: post.card.buttons[index].command, press: { post: post.id, button: index } };
  const line = { event_id: newId(), person: state.me.handle, room: post.room, ...said };
  await deliver(line);
  state.pressing.delete(name);
  if (isWide()) find("line").focus();
}

// In the name of whom it was written by, who may be somebody else by the time its files are there.
async function deliver(line) {
  line.failed = false;
  if (line.press || isForBot(state.rooms.get(line.room), line.text)) dots(true);
  toEnd();
  try {
    const said = line.press ? { press: line.press } : { text: line.text, files: await upload(line.files ?? [], line.person) };
    const body = { event_id: line.event_id, person: line.person, room: line.room, ...said };
    const post = await ask("lines", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    dropUnsent((one) => one === line);
    if (line.person === state.me.handle) state.rooms.get(line.room)?.posts.set(post.id, post);
  } catch {
    line.failed = true;
    if (!state.unsent.includes(line)) state.unsent.push(line);
    dots(false);
    if (line.room === state.open) toEnd();
  }
  if (line.room === state.open) showLog(); // where the page stands is left alone: the answer may have come before this
}

function dropUnsent(matches) {
  const index = state.unsent.findIndex(matches);
  if (index >= 0) state.unsent.splice(index, 1);
}

const unsentIn = (room, line) => line.room === room.id && line.person === state.me.handle;

function newId() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function isForBot(room, text) {
  return room.direct || /^\s*([@＠](crmbot|crm|bot)|\/crm)(?![A-Za-z0-9_.-])/i.test(text);
}

let patience;
function dots(on) {
  clearTimeout(patience);
  state.waiting = on ? state.waiting + 1 : 0;
  if (on) patience = setTimeout(() => dots(false), PATIENCE);
  showLog();
}

function thinking(key) {
  const body = el("div", { class: "bubble", role: "img", "aria-label": say().thinking }, el("i"), el("i"), el("i"));
  return el("li", { class: "message theirs dots first", "data-key": key }, avatar("", BOT), el("div", { class: "body" }, body));
}

function showRoom() {
  const room = here();
  find("title").textContent = titleOf(room);
  find("members").textContent = room.direct ? say().directAbout : [...room.members, BOT].map(nameOf).join(" · ");
  const kind = state.me.kind === "member" ? (room.direct ? "placeholder" : "placeholderGroup") : "placeholderCustomer";
  find("line").placeholder = say()[kind];
  find("newer").hidden = true;
  markRead(room);
  showHints();
  showLog();
  showRooms();
  fit();
}

function showLog() {
  const room = here();
  const posts = [...room.posts.values()].sort((a, b) => standsAt(a) - standsAt(b));
  const wanted = posts.flatMap((post, index) => entries(posts, post, posts[index - 1], posts[index + 1]));
  const unsent = state.unsent.filter((line) => unsentIn(room, line));
  wanted.push(...unsent.map((line) => [`${line.event_id}:${line.failed}`, (key) => pending(line, key)]));
  if (state.waiting > 0) wanted.push(["dots", thinking]);
  place(wanted);
  find("earlier").hidden = !room.more;
  find("welcome").hidden = wanted.length > 0;
  if (wanted.length === 0) showWelcome(room);
}

// What one post adds to the log: [key, how to make it]; a key names everything its looks depend on.
function entries(posts, post, before, after) {
  const context = `${state.me.handle}:${state.language}`;
  const at = new Date(post.at);
  const day = before && sameDay(before, post) ? [] : [[`${context}:${at.toDateString()}`, (key) => dayLine(at, key)]];
  const presses = posts.filter((one) => one.card.press?.post === post.id);
  const looks = { first: !together(before, post), last: !together(post, after), presses };
  const key = [context, post.id, looks.first, looks.last, ...presses.map((one) => one.id)].join(":");
  return [...day, [key, () => message(post, { ...looks, key })]];
}

// Bring the log to these entries without touching what already stands there, so that only news is read aloud.
function place(wanted) {
  const log = find("log");
  const keys = new Set(wanted.map(([key]) => key));
  for (const item of [...log.children]) if (!keys.has(item.dataset.key)) item.remove();
  const shown = new Map([...log.children].map((item) => [item.dataset.key, item]));
  wanted.forEach(([key, make], index) => {
    const item = shown.get(key) ?? make(key);
    if (log.children[index] !== item) log.insertBefore(item, log.children[index] ?? null);
  });
}

function dayLine(date, key) {
  return el("li", { class: "day", role: "separator", "data-key": key }, el("span", {}, dayName(date, state.language)));
}

const sameDay = (one, next) => new Date(one.at).toDateString() === new Date(next.at).toDateString();

// A nudge, a digest, a notice: the bot speaks without being asked.
const comesByItself = (post) => post.author === BOT && !post.answer;

// Whether two posts are shown as one group: of one author, close in time, on one day.
function together(one, next) {
  if (!one || !next || one.author !== next.author || one.card.press || next.card.press || comesByItself(next)) return false;
  return new Date(next.at) - new Date(one.at) <= CLOSE && sameDay(one, next);
}

function message(post, { first, last, key, presses }) {
  if (post.card.press) return pressLine(post, key);
  const mine = post.author === state.me.handle;
  const at = new Date(post.at);
  const time = el("time", { datetime: post.at, title: at.toLocaleString(locale(state.language)) }, clockTime(at, state.language));
  const about = first && !mine ? el("p", { class: "author" }, el("b", {}, nameOf(post.author)), time) : null;
  const content = cardOf(post.card, (index) => press(post, index), (index) => fileAt(post, index));
  for (const one of presses) markPressed(content, one);
  const item = el("li", {
    class: `message ${mine ? "mine" : "theirs"} ${first ? "first" : ""} ${isPlain(post.card) ? "" : "rich"} ${comesByItself(post) ? "nudge" : ""}`,
    "data-id": post.id,
    "data-key": key,
  },
    mine ? null : first ? faceOf(post.author) : el("span", { class: "avatar none" }),
    el("div", { class: "body" },
      about,
      content,
      post.private ? el("p", { class: "private" }, say().private) : null,
      mine && last ? el("p", { class: "author" }, time) : null));
  if (mine) item.querySelector(".bubble, .card").setAttribute("aria-label", `${nameOf(post.author)}: ${post.card.text ?? ""}`);
  return item;
}

function fileAt(post, index) {
  const asked = new URLSearchParams({ person: state.me.handle, room: post.room, post: post.id, place: index });
  return `/console/files?${asked}`;
}

function pressLine(post, key) {
  const words = say().pressed(nameOf(post.author), post.card.press.label);
  return el("li", { class: "pressed", "data-id": post.id, "data-key": key }, el("span", {}, words));
}

function markPressed(content, post) {
  const label = post.card.press.label;
  const button = [...content.querySelectorAll(".button")].find((one) => one.textContent === label);
  button?.classList.add("done");
  button?.setAttribute("title", say().pressed(nameOf(post.author), label));
}

function pending(line, key) {
  const note = line.failed
    ? el("p", { class: "author failed" }, `${say().failed} · `, el("button", { type: "button", onclick: () => deliver(line) }, say().retry))
    : el("p", { class: "author" }, say().sending);
  return el("li", { class: "message mine pending first", "data-key": key }, el("div", { class: "body" }, el("div", { class: "bubble" }, el("p", { class: "card-text" }, [line.text, ...(line.files ?? []).map((file) => `📎 ${file.name}`)].filter(Boolean).join("\n"))), note));
}

function showWelcome(room) {
  const greet = room.direct && state.me.kind === "member";
  find("welcome").replaceChildren(
    el("h2", {}, greet ? say().welcome(state.me.name) : titleOf(room)),
    el("p", {}, greet ? say().welcomeText : say().welcomeOther));
}

function showHints() {
  const offered = hints(state.language, state.me.kind, here().direct);
  find("hints").replaceChildren(...offered.map(([label, text, now]) =>
    el("li", {}, el("button", { type: "button", title: text, onclick: () => (now ? send(text) : fill(text)) }, label))));
}

function fill(text) {
  const line = find("line");
  line.value = text;
  line.focus();
  fit();
}

function showRooms() {
  let total = 0;
  find("rooms").replaceChildren(...[...state.rooms.values()].map((room) => {
    const count = room.id === state.open && !document.hidden ? 0 : unread(room);
    total += count;
    return el("li", {}, roomButton(room, count));
  }));
  document.title = total > 0 ? `(${total}) crmbot` : "crmbot";
  find("menu-badge").hidden = total === 0;
  find("menu-badge").textContent = total;
}

function roomButton(room, count) {
  const last = [...room.posts.values()].sort((a, b) => b.id - a.id)[0];
  const preview = last ? (last.card.press?.label || last.card.title || last.card.text || last.card.files?.[0]?.name || "") : "";
  const face = room.direct ? avatar("", BOT) : el("span", { class: "avatar group", "aria-hidden": "true" }, String(room.members.length + 1));
  return el("button", {
    type: "button",
    class: "room",
    "data-room": room.id,
    "aria-current": room.id === state.open ? "page" : undefined,
    onclick: () => openRoom(room.id),
  },
    face,
    el("span", { class: "room-text" }, el("b", {}, titleOf(room)), el("small", {}, preview.slice(0, 60))),
    count > 0 ? el("span", { class: "badge", "aria-label": say().unread(count) }, String(count)) : null);
}

function showPeople() {
  find("people").replaceChildren(...state.people.map((one) =>
    el("label", { class: "person" },
      el("input", { type: "radio", name: "person", value: one.handle, checked: one === state.me, onchange: () => become(one.handle, state.open).catch(() => { find("offline").hidden = false; }) }),
      faceOf(one.handle),
      el("span", { class: "room-text" }, el("b", {}, one.name), el("small", {}, one.about[state.language])))));
}

function setLanguage(language) {
  state.language = language;
  document.documentElement.lang = locale(language);
  find("offline").textContent = say().offline;
  for (const one of document.querySelectorAll("[data-word]")) one.textContent = say()[one.dataset.word];
  for (const one of document.querySelectorAll("[data-label]")) one.setAttribute("aria-label", say()[one.dataset.label]);
  for (const one of document.querySelectorAll("[data-language]")) one.setAttribute("aria-pressed", String(one.dataset.language === language));
}


function nearEnd() {
  const box = find("scroll");
  return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
}

// To the end, but not past the beginning of a message that is taller than the screen.
function toEnd(item) {
  const box = find("scroll");
  const tall = item && item.offsetHeight > box.clientHeight;
  box.scrollTop = tall ? item.offsetTop - 12 : box.scrollHeight;
  find("newer").hidden = true;
}

async function showEarlier() {
  const room = here();
  const box = find("scroll");
  const height = box.scrollHeight;
  const who = encodeURIComponent(state.me.handle);
  const before = Math.min(...room.posts.keys());
  const { posts } = await ask(`earlier?person=${who}&room=${encodeURIComponent(room.id)}&before=${before}`);
  for (const post of posts) room.posts.set(post.id, post);
  room.more = posts.length >= 60;
  if (room.id !== state.open) return;
  showLog();
  box.scrollTop += box.scrollHeight - height;
}

function fit() {
  const line = find("line");
  line.style.height = "auto";
  line.style.height = `${Math.min(line.scrollHeight, 180)}px`;
  document.querySelector(".send").disabled = line.value.trim() === "" && picked.length === 0;
}

function pick(files) {
  const refused = [];
  for (const file of files) {
    const why = refusal(file);
    if (why) refused.push(say().refused(file.name, why));
    else picked.push(file);
  }
  find("refused").textContent = refused.join("\n");
  showPicked(fit, say().remove);
  find("line").focus();
}

// Why a file cannot go with the message; "" when it can.
function refusal(file) {
  if (file.size > state.largest) return say().tooLarge(Math.floor(state.largest / 2 ** 20));
  if (file.size === 0) return say().empty;
  return picked.length >= state.most ? say().tooMany(state.most) : "";
}

function openRail() {
  document.body.classList.add("rail-open");
  find("menu").setAttribute("aria-expanded", "true");
  find("rooms").querySelector("button")?.focus();
}

function closeRail() {
  document.body.classList.remove("rail-open");
  find("menu").setAttribute("aria-expanded", "false");
}

find("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = find("line").value.trim();
  const files = picked.splice(0);
  if (!text && files.length === 0) return;
  find("line").value = "";
  find("refused").textContent = "";
  showPicked(fit, say().remove);
  send(text, files);
});
find("line").addEventListener("input", fit);
find("line").addEventListener("keydown", (event) => {
  // While an input method composes, Enter chooses a word.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  find("form").requestSubmit();
});
find("attach").addEventListener("click", () => find("file").click());
find("file").addEventListener("change", () => {
  pick(find("file").files);
  find("file").value = "";
});
find("line").addEventListener("paste", (event) => {
  if (event.clipboardData.files.length === 0) return;
  event.preventDefault();
  pick(event.clipboardData.files);
});
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  pick(event.dataTransfer.files);
});
find("scroll").addEventListener("scroll", () => { if (nearEnd()) find("newer").hidden = true; }, { passive: true });
find("newer").addEventListener("click", () => toEnd());
find("earlier").addEventListener("click", showEarlier);
find("menu").addEventListener("click", openRail);
find("veil").addEventListener("click", closeRail);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeRail(); });
document.addEventListener("visibilitychange", () => {
  if (document.hidden || !here()) return;
  markRead(here());
  showRooms();
});
for (const one of document.querySelectorAll("[data-language]")) {
  one.addEventListener("click", () => {
    localStorage.setItem("crmbot.language", one.dataset.language);
    setLanguage(one.dataset.language);
    if (!here()) return;
    showPeople();
    showRoom();
  });
}

start().catch(() => {
  if (!state.language) setLanguage("zh");
  find("offline").hidden = false;
  setTimeout(() => location.reload(), 3000);
});
