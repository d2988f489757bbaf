// A post of the board → elements. Everything said is put in as text, never as markup.

export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const list = (value) => (Array.isArray(value) ? value : []);
const text = (value) => (typeof value === "string" ? value : "");

// `press(index)` is called with the place of the button among the buttons; `fileAt(index)` is where a file of it is.
export function cardOf(card, press, fileAt) {
  const parts = [
    text(card.title) && el("h3", { class: "card-title" }, card.title),
    text(card.text) && el("p", { class: "card-text" }, card.text),
    list(card.fields).length > 0 && fields(card.fields),
    list(card.quotes).length > 0 && el("div", { class: "quotes" }, ...card.quotes.map(quote)),
    list(card.items).length > 0 && el("ul", { class: "items" }, ...card.items.map((item) => el("li", {}, text(item)))),
    list(card.files).length > 0 && files(card.files, fileAt),
    list(card.buttons).length > 0 && buttons(card.buttons, press),
    text(card.footer) && el("p", { class: "card-footer" }, card.footer),
  ];
  return el("div", { class: isPlain(card) ? "bubble" : "card" }, ...parts.filter(Boolean));
}

// Whether a card is nothing but a sentence.
export function isPlain(card) {
  return !text(card.title) && ["fields", "quotes", "items", "buttons"].every((part) => list(card[part]).length === 0);
}

function fields(rows) {
  return el("dl", { class: "fields" }, ...rows.flatMap((row) => [
    el("dt", {}, text(row.label)),
    el("dd", {}, text(row.value)),
  ]));
}

const PICTURES = ["image/jpeg", "image/png", "image/gif", "image/webp"];

function files(parts, fileAt) {
  return el("ul", { class: "files" }, ...parts.map((part, index) => {
    const name = text(part.name);
    const shown = PICTURES.includes(part.mime)
      ? el("img", { src: fileAt(index), alt: name })
      : el("span", {}, `${name} (${weight(part.size)})`);
    return el("li", {}, el("a", { href: fileAt(index), target: "_blank", rel: "noopener", title: `${name} (${weight(part.size)})` }, shown));
  }));
}

export function weight(bytes) {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function quote(part) {
  return el("blockquote", {},
    el("p", { class: "quote-who" }, el("b", {}, text(part.who)), el("span", {}, text(part.when))),
    el("p", {}, text(part.text)));
}

function buttons(row, press) {
  return el("div", { class: "buttons" }, ...row.map((button, index) =>
    el("button", {
      type: "button",
      class: `button ${["primary", "danger"].includes(button.style) ? button.style : ""}`,
      title: text(button.command),
      "data-index": index,
      onclick: () => press(index),
    }, text(button.label))));
}

export function avatar(name, handle, place = 0) {
  if (handle === "crmbot") return el("span", { class: "avatar bot", "aria-hidden": "true" });
  const initial = /^[\x20-\x7e]/.test(name) ? name.slice(0, 1) : name.slice(-1);
  return el("span", { class: `avatar hue${place % 6}`, "aria-hidden": "true" }, initial);
}
