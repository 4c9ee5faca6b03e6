// Says in plain words how many characters are left in a <textarea data-count="600">.

const PAUSE = 700; // milliseconds without typing before a screen reader is told

function words(limit, length) {
  const left = limit - length;
  const many = Math.abs(left).toLocaleString("en-GB");
  const noun = Math.abs(left) === 1 ? "character" : "characters";
  if (left < 0) return `${many} ${noun} too many`;
  return `${many} ${noun} left`;
}

function follow(area) {
  const line = document.getElementById(`${area.id}_count`);
  if (!line || area.dataset.counted) return;
  area.dataset.counted = "yes";
  const limit = Number(area.dataset.count);
  const start = line.textContent;
  const spoken = document.createElement("p");
  spoken.className = "govuk-visually-hidden";
  spoken.setAttribute("aria-live", "polite");
  line.after(spoken);
  let waiting;

  function update() {
    // A line break is sent, and counted by the server, as two characters.
    const length = [...area.value.replaceAll("\n", "\r\n")].length;
    line.textContent = length ? words(limit, length) : start;
    line.classList.toggle("v-counter--over", length > limit);
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (spoken.textContent !== line.textContent) spoken.textContent = line.textContent;
    }, PAUSE);
  }

  area.addEventListener("input", update);
  if (area.value) update();
}

export function countCharacters(root) {
  for (const area of root.querySelectorAll("textarea[data-count]")) follow(area);
}
