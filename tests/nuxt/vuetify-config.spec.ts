import { describe, expect, it } from 'vitest'
import config from '~/vuetify.config'

const TEXT_CONTRAST = 4.5
/** Of a tonal chip or alert: the colour of the word at this share on its ground. */
const TINT = 0.12
const STATUS_COLOURS = ['primary', 'secondary', 'success', 'warning', 'error', 'info'] as const

type Rgb = [number, number, number]

function parse(hex: string): Rgb {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as Rgb
}

function luminance(rgb: Rgb): number {
  const [red, green, blue] = rgb.map((part) => {
    const share = part / 255
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

function mix(over: Rgb, ground: Rgb, share: number): Rgb {
  return over.map((part, at) => part * share + (ground[at] ?? 0) * (1 - share)) as Rgb
}

describe.each(['light', 'dark'] as const)('the %s theme', (name) => {
  const { colors, variables } = config.theme.themes[name]
  const grounds = [colors.background, colors.surface, colors['surface-bright'], colors['surface-light']].map(parse)

  it.each(STATUS_COLOURS)('keeps %s readable on every ground and on its own tint', (colour) => {
    for (const ground of grounds) {
      expect(contrast(parse(colors[colour]), ground)).toBeGreaterThanOrEqual(TEXT_CONTRAST)
      expect(contrast(parse(colors[colour]), mix(parse(colors[colour]), ground, TINT))).toBeGreaterThanOrEqual(TEXT_CONTRAST)
    }
  })

  it('keeps quiet text readable on every ground', () => {
    const text = parse(colors['on-surface'])
    for (const ground of grounds) {
      expect(contrast(mix(text, ground, variables['medium-emphasis-opacity']), ground)).toBeGreaterThanOrEqual(TEXT_CONTRAST)
    }
  })
})

it('keeps the words on filled buttons readable in the dark theme', () => {
  const { colors } = config.theme.themes.dark
  for (const colour of STATUS_COLOURS) {
    expect(contrast(parse(colors[`on-${colour}`]), parse(colors[colour]))).toBeGreaterThanOrEqual(TEXT_CONTRAST)
  }
})
