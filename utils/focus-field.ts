/** Puts the focus on the first of the named inputs that can take it. The order of the page decides, not that of the names. */
export function focusField(names: string[]): void {
  const inputs = document.querySelectorAll<HTMLElement>('input[name]:not([disabled]), textarea[name]:not([disabled]), select[name]:not([disabled])')
  const first = [...inputs].find((input) => names.includes(input.getAttribute('name') ?? '') && input.getAttribute('type') !== 'hidden')
  first?.focus()
}
