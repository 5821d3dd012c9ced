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
})
