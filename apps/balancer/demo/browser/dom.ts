/// <reference lib="dom" />
// Small helpers for the page's elements. No state.

export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

export function part(parent: Element, name: string): HTMLElement {
  const found = parent.querySelector<HTMLElement>(`[data-part="${name}"]`);
  if (found === null) throw new Error(`a part is missing: ${name}`);
  return found;
}

export function copyOf(templateId: string): HTMLElement {
  const content = (byId(templateId) as HTMLTemplateElement).content.firstElementChild;
  return content?.cloneNode(true) as HTMLElement;
}

/** Only on a change, so that screen readers and animations aren't disturbed. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** The target whose colour the element takes; none for null. */
export function setTone(element: Element, target: string | null): void {
  if (target === null) element.removeAttribute('data-target');
  else if (element.getAttribute('data-target') !== target) element.setAttribute('data-target', target);
}
