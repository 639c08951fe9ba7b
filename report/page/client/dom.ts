/** Elements out of values. Text is only ever a text node: nothing that a node printed is parsed as HTML. */
import { harmless } from '../../harmless.ts';

type Child = Node | string | number | undefined | false;
type Attribute = string | number | boolean | undefined;

/** `false` and `undefined` leave an attribute out, `true` sets it empty. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false)
      element.setAttribute(name, value === true ? '' : String(value));
  element.append(...nodesOf(children));
  return element;
}

export const nodesOf = (children: readonly Child[]): (Node | string)[] =>
  children
    .filter((child) => child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : harmless(String(child))));

/** A button that does something, and says what. */
export function button(
  attributes: Readonly<Record<string, Attribute>>,
  onClick: () => void,
  ...children: readonly Child[]
): HTMLButtonElement {
  const element = el('button', { type: 'button', ...attributes }, ...children);
  element.addEventListener('click', onClick);
  return element;
}

/** Sizes go through the object model: the page's policy allows no style attributes. */
export function sized<E extends HTMLElement>(
  element: E,
  sizes: Readonly<Record<string, string>>,
): E {
  for (const [property, value] of Object.entries(sizes)) element.style.setProperty(property, value);
  return element;
}

export const percent = (part: number, whole: number): string =>
  `${whole > 0 ? (100 * part) / whole : 0}%`;

export const section = (
  id: string,
  title: string,
  ...children: readonly Child[]
): HTMLElementTagNameMap['section'] =>
  el(
    'section',
    { 'aria-labelledby': `${id}-title`, id },
    el('h2', { id: `${id}-title` }, title),
    ...children,
  );
