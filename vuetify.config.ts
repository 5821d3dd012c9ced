import type { VuetifyOptions } from 'vuetify'
import { aliases, mdi } from 'vuetify/iconsets/mdi-svg'

/** Every pair of text and ground below keeps at least 4.5 : 1, also for coloured words on their own 12 % tint. */
const light = {
  dark: false,
  colors: {
    background: '#F5F7F8',
    surface: '#FFFFFF',
    'surface-bright': '#FFFFFF',
    'surface-light': '#EEF1F3',
    'surface-variant': '#24323B',
    'on-surface-variant': '#F2F6F8',
    primary: '#0B5F80',
    secondary: '#4A5A64',
    success: '#166A3C',
    warning: '#855300',
    error: '#B3261E',
    info: '#3A56A5',
    'on-background': '#15202A',
    'on-surface': '#15202A',
  },
  variables: {
    'border-color': '#1D3242',
    'border-opacity': 0.13,
    'high-emphasis-opacity': 1,
    'medium-emphasis-opacity': 0.72,
    'theme-code': '#EEF1F3',
    'theme-on-code': '#15202A',
  },
}

const dark = {
  dark: true,
  colors: {
    background: '#0D1317',
    surface: '#141C21',
    'surface-bright': '#1D282F',
    'surface-light': '#1B252B',
    'surface-variant': '#DCE6EB',
    'on-surface-variant': '#141C21',
    primary: '#6FC3E4',
    secondary: '#A7B7C1',
    success: '#6CCB92',
    warning: '#EBB452',
    error: '#FF958B',
    info: '#A3B6F5',
    'on-primary': '#00293A',
    'on-secondary': '#10191E',
    'on-success': '#00210F',
    'on-warning': '#2A1A00',
    'on-error': '#3A0500',
    'on-info': '#0A1A4D',
    'on-background': '#E6EDF1',
    'on-surface': '#E6EDF1',
  },
  variables: {
    'border-color': '#C9DDE8',
    'border-opacity': 0.15,
    'high-emphasis-opacity': 1,
    'medium-emphasis-opacity': 0.72,
    'theme-code': '#1B252B',
    'theme-on-code': '#E6EDF1',
  },
}

const field = { variant: 'outlined', density: 'comfortable', color: 'primary', hideDetails: 'auto' } as const

/** The one place where looks are decided: colours, and how each component looks unless its meaning asks otherwise. */
export default {
  theme: { themes: { light, dark } },
  icons: { defaultSet: 'mdi', aliases, sets: { mdi } },
  display: { mobileBreakpoint: 'md' },
  defaults: {
    VAlert: { variant: 'tonal', density: 'comfortable', rounded: 'lg' },
    VAutocomplete: field,
    VBtn: { variant: 'flat', rounded: 'md' },
    VBtnToggle: { density: 'comfortable', variant: 'outlined', rounded: 'md', divided: true },
    VCard: { variant: 'flat', rounded: 'lg', border: true },
    VCheckbox: { color: 'primary', density: 'comfortable', hideDetails: 'auto' },
    VChip: { variant: 'tonal', size: 'small', rounded: 'md' },
    VCombobox: field,
    VDataTable: { density: 'comfortable', hover: true },
    VDialog: { maxWidth: 560, scrollable: true },
    VExpansionPanels: { variant: 'accordion', flat: true, rounded: 'lg' },
    VFileInput: { ...field, prependIcon: '', prependInnerIcon: '$file' },
    VList: { density: 'compact', prependGap: 12 },
    VListItem: { rounded: 'md' },
    VMenu: { offset: 6 },
    VNavigationDrawer: { width: 248, color: 'background', border: 'e' },
    VNumberInput: { ...field, controlVariant: 'stacked' },
    VProgressLinear: { rounded: true, height: 6, color: 'primary' },
    VRadioGroup: { color: 'primary', density: 'comfortable', hideDetails: 'auto' },
    VSelect: field,
    VSkeletonLoader: { color: 'transparent' },
    VSwitch: { color: 'primary', density: 'comfortable', hideDetails: 'auto', inset: true },
    VTable: { density: 'comfortable', hover: true },
    VTabs: { density: 'comfortable', color: 'primary' },
    VTextarea: { ...field, autoGrow: true, rows: 3 },
    VTextField: field,
    VTooltip: { location: 'top', openDelay: 250 },
  },
} satisfies VuetifyOptions
