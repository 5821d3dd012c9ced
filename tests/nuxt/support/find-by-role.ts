const NATIVE: Record<string, string> = {
  button: 'button, [role=button]',
  link: 'a[href]',
  textbox: 'input:not([type=checkbox]):not([type=radio]), textarea',
  heading: 'h1, h2, h3, h4',
  alert: '[role=alert]',
  status: '[role=status]',
  dialog: '[role=dialog]',
  progressbar: '[role=progressbar]',
  listitem: 'li',
  row: 'tr',
}

/** Everything on the page with this role, and with this name where one is given. */
export function findAllByRole(role: string, name?: string | RegExp): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(NATIVE[role] ?? `[role=${role}]`)].filter((element) => {
    if (name === undefined) return true
    const text = nameOf(element)
    return typeof name === 'string' ? text === name : name.test(text)
  })
}

/** The one element with this role and name. @throws when there is none, or more than one */
export function findByRole(role: string, name?: string | RegExp): HTMLElement {
  const found = findAllByRole(role, name)
  const [first] = found
  if (!first || found.length > 1) {
    const all = findAllByRole(role).map(nameOf).join(', ')
    throw new Error(`Found ${found.length} times: ${role} "${String(name)}". On the page: ${all}`)
  }
  return first
}

function nameOf(element: HTMLElement): string {
  const label = element.getAttribute('aria-label')
  if (label) return label
  const labelledBy = element.getAttribute('aria-labelledby')
  if (labelledBy) return tidy(document.getElementById(labelledBy)?.textContent)
  const ownLabel = element.id ? document.querySelector(`label[for="${element.id}"]`) : null
  return tidy(ownLabel?.textContent ?? element.textContent)
}

function tidy(text: string | null | undefined): string {
  return (text ?? '').replace(/\s+/g, ' ').trim()
}
