import { describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { mount } from '../support/mount'

async function withFilter(address: Ref<string | undefined>, read?: (text: string) => string | undefined) {
  const asked: (string | undefined)[] = []
  let text: ReturnType<typeof useTypedFilter> | undefined
  await mount(defineComponent({
    setup() {
      text = useTypedFilter(() => address.value, (value) => asked.push(value), read)
      return () => h('input')
    },
  }))
  if (!text) throw new Error('The component did not set up.')
  return { text, asked }
}

describe('useTypedFilter', () => {
  it('leaves the letters that were typed while the address followed', async () => {
    const address = ref<string>()
    const { text, asked } = await withFilter(address)
    text.value = 'ad'
    await expect.poll(() => asked).toEqual(['ad'])
    text.value = 'ada'
    address.value = 'ad'
    await nextTick()
    expect(text.value).toBe('ada')
    await expect.poll(() => asked).toEqual(['ad', 'ada'])
  })

  it('follows the browser\'s back button and a link that clears the filters', async () => {
    const address = ref<string | undefined>('ada')
    const { text } = await withFilter(address)
    address.value = 'grace'
    await nextTick()
    expect(text.value).toBe('grace')
    address.value = undefined
    await nextTick()
    expect(text.value).toBe('')
  })

  it('filters by nothing while what is typed is no value, and keeps it to be mended', async () => {
    const address = ref<string | undefined>('12')
    const { text, asked } = await withFilter(address, (typed) => (/^\d+$/.test(typed) ? typed : undefined))
    text.value = '12x'
    await expect.poll(() => asked).toEqual([undefined])
    address.value = undefined
    await nextTick()
    expect(text.value).toBe('12x')
  })
})
