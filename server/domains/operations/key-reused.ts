import { conflict } from '../../errors.ts'

/** The refusal of an Idempotency-Key that stands for another request. */
export const keyReused = () => conflict('This Idempotency-Key was used for another request. Use a new one for each new request.', 'idempotency_key_reused')
