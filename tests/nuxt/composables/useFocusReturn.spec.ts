import { describe, expect, it, onTestFinished } from 'vitest'
import { mount } from '../support/mount'

function button(): HTMLButtonElement {
  const made = document.body.appendChild(document.createElement('button'))
  onTestFinished(() => made.remove())
  return made
}

describe('useFocusReturn', () => {
  it('gives the focus back to what had it when the dialog was opened, and to nothing that is gone', async () => {
    let giveBack = () => {}
    const isOpen = ref(false)
    await mount(defineComponent({ setup() {
      giveBack = useFocusReturn(isOpen)
      return () => null
    } }))
    const [opener, inside] = [button(), button()]
    opener.focus()
    isOpen.value = true
    await nextTick()
    inside.focus()
    giveBack()
    expect(document.activeElement).toBe(opener)

    inside.focus()
    opener.remove()
    giveBack()
    expect(document.activeElement).toBe(inside)
  })

  it('goes to what stands nearest where the row that was decided on has left its list', async () => {
    let giveBack = () => {}
    const isOpen = ref(false)
    await mount(defineComponent({ setup() {
      giveBack = useFocusReturn(isOpen)
      return () => null
    } }))
    const list = document.body.appendChild(document.createElement('div'))
    onTestFinished(() => list.remove())
    list.innerHTML = '<p><button disabled>Adopt</button></p><p><button id="next">Adopt</button></p><p><button id="decided">Adopt</button></p>'
    const decided = document.querySelector<HTMLButtonElement>('#decided')

    decided?.focus()
    isOpen.value = true
    await nextTick()
    decided?.parentElement?.remove()
    giveBack()
    expect(document.activeElement?.id).toBe('next')
  })
})
