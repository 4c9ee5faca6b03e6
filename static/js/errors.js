// Brings the reader to the list of what needs another look, and from there to a field.

export function focusErrors(root) {
  const summary = root.querySelector("[data-errors]");
  if (!summary) return;
  // The summary has autofocus, which gives way where the address ends in an anchor.
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    const group = field.closest("fieldset") ?? field.closest(".govuk-form-group");
    (group ?? field).scrollIntoView();
    field.focus({ preventScroll: true });
  });
}
