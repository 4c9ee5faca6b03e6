// The person's menu closes with Escape, with a click elsewhere and when focus leaves it.

export function closePersonMenu(root) {
  const menu = root.querySelector(".v-person");
  if (!menu) return;
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  root.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}
