// A <form data-guard> asks before the page is left with changes that are not saved.
// data-guard="saved": what it shows is saved, errors and all; "unsaved": none of it is.

function state(form) {
  return new URLSearchParams(
    [...new FormData(form)].filter(([, value]) => typeof value === "string"),
  ).toString();
}

export function guardUnsaved(root) {
  for (const form of root.querySelectorAll("form[data-guard]")) {
    if (form.dataset.guarded) continue;
    form.dataset.guarded = "yes";
    const line = form.querySelector("[data-unsaved]");
    // A page that came back with errors holds words that were never saved.
    const refused =
      form.dataset.guard === "unsaved" ||
      (form.dataset.guard !== "saved" && document.querySelector("[data-errors]"));
    const start = refused ? null : state(form);
    let leaving = false;
    const changed = () => !leaving && state(form) !== start;
    const show = () => {
      if (line) line.hidden = !changed();
    };
    show();
    form.addEventListener("input", show);
    form.addEventListener("submit", () => {
      leaving = true;
    });
    addEventListener("pageshow", () => {
      leaving = false;
    });
    addEventListener("beforeunload", (event) => {
      if (form.isConnected && changed()) event.preventDefault();
    });
  }
}
