import { isRecord } from '../chain/answer-body.ts'
import { FEATURE_BY_FIELD } from './fields.ts'
import { operation } from './rules-connection.ts'
import type { DiagnosisParams, Facts, Rule } from './types.ts'

const TOKEN_SETTING = 'VIRTFUSION_API_TOKEN'
const SHORT = /\b(no|not enough|insufficient|exceed\w*|exhausted|unavailable|full|none|lacks?|out of)\b/

const isInvalid = ({ error }: Facts) => error.status === 422 || error.status === 400
const speaksOf = (facts: Facts, field: string, words: RegExp) => facts.field === field || (facts.field === null && words.test(facts.said))
const lacks = (words: RegExp) => (facts: Facts) => isInvalid(facts) && facts.field === null && words.test(facts.said) && SHORT.test(facts.said)

/** The panel understood and refused, or this client would not send it. */
export const refusalRules: Rule[] = [
  {
    code: 'owner_is_email',
    when: facts => isBadId(facts) && facts.field === 'userId' && typeof featureValue(facts) === 'string' && String(featureValue(facts)).includes('@'),
    params: facts => ({ ...operation(facts), key: featureKey(facts) ?? null }),
    setting: featureKey,
  },
  {
    code: 'name_instead_of_id',
    when: facts => isBadId(facts) && typeof featureValue(facts) === 'string' && !/^\s*[-\d.]+\s*$/.test(String(featureValue(facts))),
    params: facts => ({ ...operation(facts), key: featureKey(facts) ?? facts.field }),
    setting: featureKey,
  },
  {
    code: 'id_not_a_number',
    when: isBadId,
    params: facts => ({ ...operation(facts), key: featureKey(facts) ?? facts.field }),
    setting: featureKey,
  },

  { code: 'unauthorized', when: ({ error }) => error.status === 401, params: operation, setting: TOKEN_SETTING },
  { code: 'forbidden', when: ({ error }) => error.status === 403, params: operation, setting: TOKEN_SETTING },
  { code: 'record_not_found', when: ({ error }) => error.isConfirmedNotFound, params: operation },
  { code: 'user_taken', when: ({ error }) => error.status === 409 && error.operation === 'users.create', params: refusal },
  { code: 'conflict', when: ({ error }) => error.status === 409, params: refusal },
  { code: 'locked', when: ({ error }) => error.status === 423, params: refusal },
  {
    code: 'rate_limited',
    when: ({ error }) => error.kind === 'rate-limited',
    params: facts => ({ ...operation(facts), retryAfterSeconds: seconds(facts.error.askedToWaitMs ?? facts.error.retryAfterMs) }),
  },
  { code: 'maintenance', when: ({ error }) => error.kind === 'maintenance', params: operation },

  {
    code: 'package_disabled',
    when: facts => isInvalid(facts) && /\bpackage\b/.test(facts.said) && /\b(disabled|not enabled|inactive)\b/.test(facts.said),
    params: refusedValue('packageId'),
    setting: 'virtfusion_package_id',
  },
  { code: 'no_capacity_memory', when: lacks(/\b(memory|ram)\b/), params: refusal, setting: 'virtfusion_hypervisor_id' },
  { code: 'no_capacity_disk', when: lacks(/\b(disk|storage|space)\b/), params: refusal, setting: 'virtfusion_hypervisor_id' },
  { code: 'no_capacity_ipv4', when: lacks(/\b(ipv4|ip address(es)?|addresses)\b/), params: refusal, setting: 'virtfusion_hypervisor_id' },
  { code: 'no_capacity_cpu', when: lacks(/\b(cpu|cores?)\b/), params: refusal, setting: 'virtfusion_hypervisor_id' },
  {
    code: 'no_capacity',
    when: facts => isInvalid(facts) && facts.field === null && /\bhypervisors?\b/.test(facts.said) && /\bno (suitable |available )?hypervisors?\b|\b(cannot|can't) take\b|\bcapacity\b|\bavailable\b/.test(facts.said),
    params: refusal,
    setting: 'virtfusion_hypervisor_id',
  },
  {
    code: 'firewall_ruleset_unknown',
    when: facts => isInvalid(facts) && speaksOf(facts, 'firewallRulesets', /firewall ruleset/),
    params: refusal,
    setting: 'virtfusion_firewall_rulesets',
  },
  {
    code: 'hypervisor_group_unknown',
    when: facts => isInvalid(facts) && speaksOf(facts, 'hypervisorId', /\bhypervisor\b|\bgroup\b/),
    params: refusedValue('hypervisorId'),
    setting: 'virtfusion_hypervisor_id',
  },
  {
    code: 'package_unknown',
    when: facts => isInvalid(facts) && speaksOf(facts, 'packageId', /\bpackage\b/),
    params: refusedValue('packageId'),
    setting: 'virtfusion_package_id',
  },
  {
    code: 'template_unknown',
    when: facts => isInvalid(facts) && speaksOf(facts, 'operatingSystemId', /\boperating system\b|\btemplate\b/),
    params: refusedValue('operatingSystemId'),
    setting: 'virtfusion_operating_system_id',
  },
  {
    code: 'email_taken',
    when: facts => isInvalid(facts) && facts.error.operation === 'users.create' && speaksOf(facts, 'email', /\be-?mail\b/) && /taken|already|unique|exists|use/.test(facts.said),
    params: operation,
  },
  {
    code: 'relation_taken',
    when: facts => isInvalid(facts) && facts.error.operation === 'users.create' && /relation|relstr/.test(`${facts.field ?? ''} ${facts.said}`.toLowerCase()),
    params: operation,
  },
  {
    code: 'owner_unknown',
    when: facts => isInvalid(facts) && speaksOf(facts, 'userId', /\b(user|owner)\b/),
    params: refusedValue('userId'),
    // A customer's own panel user is not the plan's: then no feature key is at fault.
    setting: facts => (sentValue(facts, 'userId') === facts.context.features?.virtfusion_user_id || facts.context.request === undefined ? 'virtfusion_user_id' : undefined),
  },
  {
    code: 'value_refused',
    when: facts => isInvalid(facts) && facts.field !== null,
    params: facts => ({ ...refusal(facts), key: featureKey(facts) ?? facts.field }),
    setting: featureKey,
  },
  { code: 'refused', when: isInvalid, params: refusal },

  {
    code: 'proxy_error',
    when: ({ error }) => error.status !== null && error.status >= 502 && !error.isJson,
    params: facts => ({ ...operation(facts), status: facts.error.status }),
  },
  {
    code: 'panel_error',
    when: ({ error }) => error.kind === 'server-error',
    params: facts => ({ ...operation(facts), status: facts.error.status }),
  },
  {
    code: 'unreadable_answer',
    when: ({ error }) => error.kind === 'unreadable',
    params: facts => ({ ...operation(facts), status: facts.error.status }),
  },
  {
    code: 'unexpected_status',
    when: () => true,
    params: facts => ({ ...operation(facts), status: facts.error.status }),
  },
]

function isBadId({ error }: Facts): boolean {
  return error.kind === 'invalid-input'
}

/** The panel's own sentence goes along where it is about the request; 5xx texts never come this far. */
function refusal(facts: Facts): DiagnosisParams {
  return { ...operation(facts), panelMessage: facts.error.messages[0]?.slice(0, 200).toWellFormed() ?? null }
}

function refusedValue(field: string) {
  return (facts: Facts): DiagnosisParams => ({ ...refusal(facts), value: sentValue(facts, field) ?? null })
}

function sentValue({ context }: Facts, field: string): number | undefined {
  const sent = isRecord(context.request) ? context.request[field] : undefined
  const value = sent ?? context.features?.[FEATURE_BY_FIELD[field] ?? '']
  return typeof value === 'number' ? value : undefined
}

function featureKey({ field }: Facts): string | undefined {
  return field === null ? undefined : FEATURE_BY_FIELD[field]
}

function featureValue(facts: Facts): unknown {
  const key = featureKey(facts)
  return key === undefined ? undefined : facts.context.features?.[key]
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : Math.ceil(ms / 1000)
}
