// Makes and changes elements. What the page shows comes from clients, so it becomes text nodes and never
// markup; the content security policy forbids that as well.

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id)
  if (!found) throw new Error(`The page has no #${id}.`)
  return found
}

/** @param {string} id */
export function selectById(id) {
  return /** @type {HTMLSelectElement} */ (byId(id))
}

/**
 * Makes an element with text or other nodes in it.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | undefined>} attributes Those that are undefined are left out.
 * @param {...(string | Node | undefined)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(name, value)
  }
  made.append(...children.filter(child => child !== undefined))
  return made
}

/**
 * @param {string} label
 * @param {() => void} act
 * @param {Record<string, string>} attributes
 */
export function button(label, act, attributes = {}) {
  const made = element('button', { type: 'button', ...attributes }, label)
  made.addEventListener('click', act)
  return made
}

/**
 * @param {string} text
 * @param {string} tone
 */
export function badge(text, tone) {
  return element('span', { class: 'badge', 'data-tone': tone }, text)
}

/**
 * Makes a text that scrolls by itself, which the keyboard can reach.
 * @param {string} label What it is, for screen readers.
 * @param {string} text
 */
export function listing(label, text) {
  return element('pre', { tabindex: '0', role: 'region', 'aria-label': label }, text)
}

/**
 * Makes a list of names with their values.
 * @param {[string, unknown][]} items Those without a value are left out.
 */
export function definitions(items) {
  const made = element('dl')
  for (const [name, value] of items) {
    if (value === undefined || value === '') continue
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    made.append(element('dt', {}, name), element('dd', {}, text))
  }
  return made
}

/**
 * Makes nodes of a text in which `code` and [links](https://…) are written as in Markdown.
 * @param {string} text
 * @returns {(string | Node)[]}
 */
export function inline(text) {
  const parts = text.split(/(`[^`]+`|\[[^\]]+\]\(https:[^)\s]+\)|https:[^\s)]+)/)
  return parts.map(part => {
    if (part.startsWith('`')) return element('code', {}, part.slice(1, -1))
    if (part.startsWith('https:')) return link(shortAddress(part), part)
    const [, name = '', address] = /^\[(.+)\]\((.+)\)$/.exec(part) ?? []
    return address === undefined ? part : link(name, address)
  })
}

/**
 * Shortens an address to its host and the end of its path.
 * @param {string} address
 */
function shortAddress(address) {
  if (!URL.canParse(address)) return address
  const { host, pathname } = new URL(address)
  const parts = pathname.split('/').filter(part => part !== '')
  return [host, ...(parts.length > 1 ? ['…'] : []), ...parts.slice(-1)].join('/')
}

/**
 * @param {string} text
 * @param {string} address
 */
function link(text, address) {
  return element('a', { href: address, target: '_blank', rel: 'noreferrer' }, text)
}

/**
 * @param {Element} made
 * @param {string} selector
 * @param {string} text
 */
export function setText(made, selector, text) {
  const found = made.querySelector(selector)
  if (found && found.textContent !== text) found.textContent = text
}

/**
 * Brings a list up to date. Items that stay are not replaced, so they keep the focus and what is open in them.
 * @template Item
 * @param {HTMLElement} parent
 * @param {readonly Item[]} items
 * @param {(item: Item) => string} keyOf
 * @param {(item: Item) => HTMLElement} make
 * @param {(made: HTMLElement, item: Item) => void} update
 */
export function reconcile(parent, items, keyOf, make, update) {
  const old = new Map([...parent.children].map(child => [child.getAttribute('data-key'), child]))
  const wanted = items.map(item => {
    const known = old.get(keyOf(item))
    const made = known instanceof HTMLElement ? known : make(item)
    made.setAttribute('data-key', keyOf(item))
    update(made, item)
    return made
  })
  for (const child of [...parent.children]) {
    if (!wanted.includes(/** @type {HTMLElement} */ (child))) child.remove()
  }
  wanted.forEach((made, index) => {
    if (parent.children[index] !== made) parent.insertBefore(made, parent.children[index] ?? null)
  })
}
