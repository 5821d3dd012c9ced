import axe from 'axe-core'
import { expect } from 'vitest'

/** Fails with the rule, the sentence and the element of everything that axe finds. Contrast needs a real browser: see the browser tests. */
export async function expectAccessible(element: Element = document.body) {
  const { violations } = await axe.run(element, {
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false }, 'page-has-heading-one': { enabled: false } },
  })
  expect(violations.map((violation) => `${violation.id}: ${violation.help} ${violation.nodes.map((node) => node.html).join(' | ')}`)).toEqual([])
}
