// A field with suggestions keeps its name on hidden inputs, one for each choice, and radios of one name are one group on the whole page: there
// `data-field` names the field.
const FIELDS = 'input[name], textarea[name], select[name], [data-field] input'

/** Puts the focus on the first of the named inputs that can take it. The order of the page decides, not that of the names. */
export function focusField(names: string[]): void {
  const inputs = document.querySelectorAll<HTMLInputElement>(FIELDS)
  const nameOf = (input: HTMLInputElement) => input.closest<HTMLElement>('[data-field]')?.dataset.field ?? input.getAttribute('name') ?? ''
  const first = [...inputs].find((input) => !input.disabled && input.type !== 'hidden' && names.includes(nameOf(input)))
  first?.focus()
}
