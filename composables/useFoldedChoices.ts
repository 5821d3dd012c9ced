/**
 * A field of choices that has the focus from the start stays folded until somebody uses it: Vuetify would unfold it as soon as the choices
 * arrive, over the rest of the form. `menu` is for the field's `v-model:menu`, `uses` are its listeners.
 */
export function useFoldedChoices() {
  const isUsed = ref(false)
  const isOpen = ref(false)
  const menu = computed({ get: () => isOpen.value, set: (open) => { isOpen.value = open && isUsed.value } })
  const use = () => { isUsed.value = true }
  return { menu, uses: { onKeydownCapture: use, onMousedownCapture: use, onInputCapture: use } }
}
