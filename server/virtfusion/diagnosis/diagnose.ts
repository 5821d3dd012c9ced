import { BaseUrlError } from '../base-url.ts'
import { VirtFusionError } from '../errors.ts'
import { findField } from './fields.ts'
import { addressRules, connectionRules } from './rules-connection.ts'
import { refusalRules } from './rules-refusal.ts'
import type { DiagnosisContext, DiagnosisRecord, Facts, Rule } from './types.ts'

/** Every cause in the order in which they are tried: no connection, wrong address, refused. The last one always holds. */
export const rules: readonly Rule[] = [...connectionRules, ...addressRules, ...refusalRules]

/**
 * Says why a call failed, as a code with parameters. Pure. Takes what the client throws; any other error
 * is a fault of ours and reads as `internal_error`.
 */
export function diagnose(error: unknown, context: DiagnosisContext = {}): DiagnosisRecord {
  if (error instanceof BaseUrlError) {
    return { code: error.code, params: { correctedUrl: error.suggestion ?? null }, setting: 'VIRTFUSION_API_URL' }
  }
  if (!(error instanceof VirtFusionError)) return { code: 'internal_error', params: {} }

  const facts = collectFacts(error, context)
  const rule = rules.find(candidate => candidate.when(facts))
  if (!rule) return { code: 'internal_error', params: {} }

  const setting = typeof rule.setting === 'function' ? rule.setting(facts) : rule.setting
  const params = { ...rule.params?.(facts), ...(error.effect === 'unknown' ? { mayHaveActed: true } : {}) }
  return { code: rule.code, params, ...(setting === undefined ? {} : { setting }) }
}

function collectFacts(error: VirtFusionError, context: DiagnosisContext): Facts {
  const said = error.messages.join(' ').toLowerCase()
  return { error, context, said, field: findField(error.fields, said) }
}
