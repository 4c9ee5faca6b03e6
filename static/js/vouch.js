// Small improvements; every page works without them.
import { countCharacters } from "./counter.js";
import { pressByEnter } from "./enter.js";
import { focusErrors } from "./errors.js";
import { useKeys } from "./keys.js";
import { keepPanelsOpen } from "./panels.js";
import { closePersonMenu } from "./person.js";
import { openForPrint } from "./printing.js";
import { guardUnsaved } from "./unsaved.js";

function improve(root) {
  countCharacters(root);
  guardUnsaved(root);
  keepPanelsOpen(root);
}

improve(document);
focusErrors(document);
pressByEnter(document);
closePersonMenu(document);
openForPrint();
useKeys(document);
// What htmx puts into the page is improved as well.
document.addEventListener("htmx:load", (event) => improve(event.detail.elt));
