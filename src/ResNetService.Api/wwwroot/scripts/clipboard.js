import { element } from './dom.js';

/** @returns {Promise<boolean>} whether the text is on the clipboard */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** Over plain HTTP from another machine a browser has no other way. */
function copySelected(text) {
  const area = element('textarea', { value: text, className: 'visually-hidden' });
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  focused?.focus();
  return copied;
}
