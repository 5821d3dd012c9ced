import type { ConnectionTest } from '#shared/schemas/settings.ts'
import { describeDiagnosis } from '../../messages/describe.ts'
import { successMessage } from '../../virtfusion/test-connection.ts'
import type { StoredConnectionTest } from './stored-connection-test.ts'

/** A connection test in words: the sentence of a success, or the title and the diagnosis of a failure. */
export function describeConnectionTest({ ok, version, latencyMs, capabilities, certificateDaysLeft, warnings, diagnosis }: StoredConnectionTest): ConnectionTest {
  const words = diagnosis === null ? undefined : describeDiagnosis(diagnosis)
  return {
    ok,
    message: words?.title ?? successMessage(version),
    version,
    latencyMs,
    capabilities,
    certificateDaysLeft,
    warnings: warnings.map(describeDiagnosis),
    ...(words ? { diagnosis: words } : {}),
  }
}
