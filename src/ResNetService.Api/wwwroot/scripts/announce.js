const region = document.getElementById('spoken');
let pending;

/** Has a screen reader say a sentence. Of several at about the same time it says the last. */
export function announce(sentence) {
  clearTimeout(pending);
  pending = setTimeout(() => { region.textContent = sentence; }, 150);
}
