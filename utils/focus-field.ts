/** Puts the focus on the first of the named inputs. The order of the page decides, not that of the names. */
export function focusField(names: string[]): void {
  const inputs = document.querySelectorAll<HTMLElement>('input[name], textarea[name], select[name]')
  const first = [...inputs].find((input) => names.includes(input.getAttribute('name') ?? '') && input.getAttribute('type') !== 'hidden')
  first?.focus()
}
