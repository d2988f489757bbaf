// Files picked for the next message: shown above the field, uploaded when the message is sent.

import { el, weight } from "./card.js";

export const picked = [];

// Show what is picked; `changed` is called afterwards. `remove`: the word for taking one out again.
export function showPicked(changed, remove) {
  const place = document.getElementById("picked");
  place.replaceChildren(...picked.map((file, index) => el("li", {},
    el("span", {}, `${file.name} (${weight(file.size)})`),
    el("button", {
      type: "button",
      "aria-label": `${remove}: ${file.name}`,
      onclick: () => {
        picked.splice(index, 1);
        showPicked(changed, remove);
      },
    }, "×"))));
  place.hidden = picked.length === 0;
  changed();
}

// What the server says of each; throws when one is not taken.
export async function upload(files, person) {
  const taken = [];
  for (const file of files) {
    const asked = new URLSearchParams({ person, name: file.name });
    const answer = await fetch(`/console/files?${asked}`, { method: "POST", credentials: "same-origin", body: file });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const { digest, name } = await answer.json();
    taken.push({ digest, name });
  }
  return taken;
}
