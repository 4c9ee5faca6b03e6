// Enter in a field with data-enter presses the button of that id, and not the one that
// Enter presses in the form's other fields.

export function pressByEnter(root) {
  root.addEventListener("keydown", (event) => {
    const id = event.target.dataset?.enter;
    if (!id || event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    document.getElementById(id).click();
  });
}
