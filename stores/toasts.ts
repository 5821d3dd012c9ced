import { defineStore } from 'pinia'

export type ToastLevel = 'success' | 'info' | 'warning' | 'error'

export interface ToastOptions {
  /** One thing to do about it. The toast closes when it is taken. */
  action?: { label: string, run: () => void }
  /** Milliseconds on the screen; 0 stays until it is dismissed. */
  durationMs?: number
}

export interface Toast extends ToastOptions {
  id: number
  level: ToastLevel
  text: string
  durationMs: number
}

const VISIBLE_AT_ONCE = 4
const DURATION_MS: Record<ToastLevel, number> = { success: 5000, info: 6000, warning: 9000, error: 12_000 }

/** Short messages that follow a person's own act. What needs somebody is a notification or a banner, not a toast. */
export const useToastsStore = defineStore('toasts', () => {
  const items = ref<Toast[]>([])
  const nextId = ref(1)
  /** The oldest ones; the rest waits for room. */
  const visible = computed(() => items.value.slice(0, VISIBLE_AT_ONCE))

  function add(level: ToastLevel, text: string, options: ToastOptions = {}): number {
    const id = nextId.value++
    // A longer text, or one with an action, stays longer: nobody should have to race it.
    const durationMs = options.durationMs ?? DURATION_MS[level] + text.length * 20 + (options.action ? 4000 : 0)
    items.value.push({ ...options, id, level, text, durationMs })
    return id
  }

  function dismiss(id: number) {
    items.value = items.value.filter((toast) => toast.id !== id)
  }

  return {
    items,
    nextId,
    visible,
    dismiss,
    success: (text: string, options?: ToastOptions) => add('success', text, options),
    info: (text: string, options?: ToastOptions) => add('info', text, options),
    warning: (text: string, options?: ToastOptions) => add('warning', text, options),
    error: (text: string, options?: ToastOptions) => add('error', text, options),
  }
})
