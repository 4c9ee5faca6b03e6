// Single keys for who works through a queue. The page's <details data-keys> says what
// they do and which things they go between (data-keys="selector"). They never fire while
// somebody types, nor with Ctrl, Alt or Meta, and can be switched off for good
// (WCAG 2.1.4).

const KEY = "vouch:keys";
const TYPED = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";

function isOff() {
  try {
    return localStorage.getItem(KEY) === "off";
  } catch {
    return false;
  }
}

function keep(off) {
  try {
    localStorage.setItem(KEY, off ? "off" : "on");
  } catch {
    // Storage is forbidden: it holds for this page alone.
  }
}

function go(items, step) {
  const at = items.findIndex((item) => item.contains(document.activeElement));
  const next = items[at < 0 ? (step > 0 ? 0 : items.length - 1) : at + step];
  if (!next) return;
  const target = next.querySelector("[data-key-focus]") ?? next;
  target.focus();
  next.scrollIntoView({ block: "nearest" });
}

function choose(items, value) {
  // Where there is only one, nobody has to go to it first.
  const item =
    items.length === 1 ? items[0] : items.find((one) => one.contains(document.activeElement));
  const radio = item?.querySelector(`input[type=radio][value="${value}"]`);
  if (!radio) return;
  for (let fold = radio.closest("details"); fold; fold = fold.parentElement.closest("details"))
    fold.open = true;
  radio.click();
  radio.focus();
}

function open(items) {
  const item = items.find((one) => one.contains(document.activeElement));
  (item?.querySelector("a[data-key-focus]") ?? document.querySelector("[data-key='o']"))?.click();
}

export function useKeys(root) {
  const help = root.querySelector("details[data-keys]");
  if (!help) return;
  // What is folded away is passed over.
  const items = () =>
    [...root.querySelectorAll(help.dataset.keys)].filter((item) => item.checkVisibility());
  const knob = help.querySelector("[data-keys-switch]");
  let off = isOff();
  const say = () => {
    knob.textContent = off ? knob.dataset.on : knob.dataset.off;
  };
  knob.hidden = false;
  say();
  knob.addEventListener("click", () => {
    off = !off;
    keep(off);
    say();
  });
  const does = {
    j: () => go(items(), 1),
    k: () => go(items(), -1),
    a: () => choose(items(), "accept"),
    r: () => choose(items(), "reject"),
    o: () => open(items()),
    n: () => root.querySelector("[data-key='n']")?.click(),
    "?": () => {
      help.open = true;
      help.querySelector("summary").focus();
    },
  };
  document.addEventListener("keydown", (event) => {
    if (off || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (event.target.closest?.(TYPED) || !Object.hasOwn(does, event.key)) return;
    event.preventDefault();
    does[event.key]();
  });
}
