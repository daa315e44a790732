/** Builds elements without markup in strings, which the page's security policy forbids. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

/** A button that does nothing by itself in a form. */
export const button = (text, onclick, properties = {}) => element('button', { type: 'button', textContent: text, onclick, ...properties });

/** Rows of a description list. Facts without a value are left out. */
export function facts(rows, className) {
  const list = element('dl', { className });
  for (const [term, value] of rows)
    if (value != null && value !== '') list.append(element('div', {}, element('dt', { textContent: term }), element('dd', { textContent: value })));
  return list;
}
