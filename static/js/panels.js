// A <details data-keep-open id="…"> stays as the reader left it, from page to page.

const KEY = "vouch:panels";

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function write(panels) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(panels));
  } catch {
    // Storage is full or forbidden: the panels open as the page has them.
  }
}

export function keepPanelsOpen(root) {
  for (const panel of root.querySelectorAll("details[data-keep-open][id]")) {
    if (panel.dataset.kept) continue;
    panel.dataset.kept = "yes";
    const known = read()[panel.id];
    if (known !== undefined) panel.open = known;
    panel.addEventListener("toggle", () => write({ ...read(), [panel.id]: panel.open }));
  }
}
