"use strict";
const { people, lines } = JSON.parse(document.getElementById("network").textContent);
const main = document.querySelector("main"), svg = document.getElementById("lines"), about = document.getElementById("about");
const buttons = new Map(people.map(each => [each.key, document.getElementById("p" + each.key)]));
const known = new Map(people.map(each => [each.key, each]));
const tiesOf = new Map(people.map(each => [each.key, []]));
for (const line of lines) {
  tiesOf.get(line.one).push([line.other, line]);
  tiesOf.get(line.other).push([line.one, line]);
}
const all = document.getElementById("all");
let pinned = null;

function place(key) {
  const dot = buttons.get(key).firstChild.getBoundingClientRect(), around = main.getBoundingClientRect();
  return [dot.left + dot.width / 2 - around.left, dot.top + dot.height / 2 - around.top];
}

function draw(shown) {
  svg.replaceChildren(...shown.map(line => {
    const [x, y] = place(line.one), [u, v] = place(line.other), bend = x === u ? -24 - Math.abs(v - y) / 12 : 0;
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", `M${x} ${y}C${(x + u) / 2 + bend} ${y} ${(x + u) / 2 + bend} ${v} ${u} ${v}`);
    path.setAttribute("class", (line.is_way ? "way" : "") + (line.lit ? " lit" : ""));
    return path;
  }));
}

function show(key) {
  document.body.classList.toggle("picking", key !== null);
  const ties = key === null ? [] : tiesOf.get(key), lit = new Set(ties.map(([other]) => other));
  for (const [other, button] of buttons) {
    button.classList.toggle("picked", other === key);
    button.classList.toggle("lit", other === key || lit.has(other));
  }
  const mine = new Set(ties.map(([, line]) => line));
  draw([...(all.checked ? lines : mine)].map(line => ({ ...line, lit: mine.has(line) })));
  about.replaceChildren(...(key === null ? [] : sentences(key, ties)));
}

function sentences(key, ties) {
  const who = known.get(key), head = document.createElement("p"), name = document.createElement("b");
  name.textContent = who.name;
  head.append(name, ["", who.role, who.place, who.stage_words, who.touched].filter((each, at) => !at || each).join(" · "));
  const found = [head];
  for (const [words, fits] of [
    ["Knows", line => !line.is_way], [who.in_touch ? "Could introduce you to" : "Could be introduced by", line => line.is_way],
  ]) {
    const names = ties.filter(([, line]) => fits(line)).map(([other, line]) => `${known.get(other).name} (${line.words})`).sort();
    if (names.length) {
      const line = document.createElement("p");
      line.textContent = `${words}: ${names.join(", ")}`;
      found.push(line);
    }
  }
  return found;
}

function keyOf(event) {
  const button = event.target.closest("button");
  return button === null ? null : Number(button.id.slice(1));
}

main.addEventListener("pointerover", event => { if (pinned === null) show(keyOf(event)); });
main.addEventListener("pointerleave", () => { if (pinned === null) show(null); });
main.addEventListener("focusin", event => { if (pinned === null) show(keyOf(event)); });
main.addEventListener("click", event => { const key = keyOf(event); pinned = key === pinned ? null : key; show(key); });
addEventListener("keydown", event => { if (event.key === "Escape") { pinned = null; show(null); } });
addEventListener("resize", () => show(pinned));
all.addEventListener("change", () => show(pinned));
document.querySelector("form").addEventListener("submit", event => event.preventDefault());
for (const choice of document.getElementsByName("color")) {
  choice.addEventListener("change", () => document.body.classList.toggle("by-touch", choice.value === "touch"));
}
const plain = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
document.getElementById("find").addEventListener("input", event => {
  const words = plain(event.target.value).split(/\s+/).filter(Boolean);
  for (const each of people) {
    const text = plain(`${each.name} ${each.role} ${each.place}`);
    buttons.get(each.key).classList.toggle("hidden", !words.every(word => text.includes(word)));
  }
});
show(null);
