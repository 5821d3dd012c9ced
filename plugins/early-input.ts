type Field = HTMLInputElement | HTMLTextAreaElement

declare global {
  interface Window { early?: { last: HTMLFormElement | HTMLButtonElement | null, hold: (event: SubmitEvent | MouseEvent) => void } }
}

/**
 * A page is seen, typed into and pressed before its code has come, on a slow line for seconds. Coming to life gives each field the server's value
 * again, a form that is sent before that puts its fields, a password too, into the address of the next page, and a button does nothing. So until then
 * nothing is sent, and what was typed, and sent or pressed last, is done again by the living page.
 */
export default defineNuxtPlugin({
  name: 'early-input',
  setup(nuxtApp) {
    if (import.meta.server) useHead({ script: [{ key: 'early-input', tagPriority: 'critical', innerHTML: HOLD }] })
    else if (nuxtApp.isHydrating) keepUntilAlive((act) => nuxtApp.hooks.hookOnce('app:suspense:resolve', act))
  },
})

const HOLD = `early={last:null,hold:function(e){var l=e.type=='submit'?e.target:e.target.closest('button[type=button]');if(l){e.preventDefault();e.stopPropagation();early.last=l}}};addEventListener('submit',early.hold,true);addEventListener('click',early.hold,true)`

function keepUntilAlive(whenAlive: (act: () => Promise<void>) => void): void {
  const typed = new Map<Field, string | boolean>()
  for (const field of document.querySelectorAll<Field>('input, textarea')) {
    if (isTouched(field)) typed.set(field, read(field))
  }
  const note = ({ target }: Event) => { if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) typed.set(target, read(target)) }
  addEventListener('input', note, true)

  whenAlive(async () => {
    removeEventListener('input', note, true)
    await nextTick()
    for (const [field, value] of typed) write(field, value)
    await nextTick()
    if (!window.early) return
    const { last, hold } = window.early
    removeEventListener('submit', hold, true)
    removeEventListener('click', hold, true)
    if (!last?.isConnected) return
    if (last instanceof HTMLFormElement) last.requestSubmit()
    else last.click()
  })
}

const isSwitch = (field: Field): field is HTMLInputElement => field.type === 'checkbox' || field.type === 'radio'
const isTouched = (field: Field) => isSwitch(field) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue
const read = (field: Field) => isSwitch(field) ? field.checked : field.value

function write(field: Field, value: string | boolean): void {
  if (read(field) === value) return
  if (typeof value === 'boolean') return field.click()
  field.value = value
  field.dispatchEvent(new Event('input', { bubbles: true }))
}
