import type { AdoptPreviewRow, AdoptResultRow } from '#shared/schemas/orphans.ts'
import { writeCsv } from './write-csv'

const REFUSED = ['virtfusion_server_id', 'uuid', 'customer_email', 'customer_name', 'plan', 'name', 'refused_because']

/** Why a line was refused, by the preview or when it was adopted; null where it was not. */
export function whyRefused(row: AdoptPreviewRow, result: AdoptResultRow | undefined): string | null {
  return result?.server ? null : result?.error ?? row.error
}

/** The refused lines of a table as they were typed, to be mended and read again; the last column says what is wrong. */
export function writeRefused(rows: readonly AdoptPreviewRow[], resultOf: ReadonlyMap<number, AdoptResultRow>): string {
  return writeCsv(REFUSED, rows.flatMap((row) => {
    const why = whyRefused(row, resultOf.get(row.line))
    if (why === null || !row.typed) return []
    const { virtfusionServerId, uuid, customerEmail, customerName, plan, name } = row.typed
    return [[virtfusionServerId, uuid, customerEmail, customerName, plan, name, why]]
  }))
}

/** The links with which the customers who were made set their passwords. */
export function writeInvitations(results: readonly AdoptResultRow[]): string {
  return writeCsv(['name', 'email', 'link', 'valid_until'], results.flatMap(({ newCustomer }) => (newCustomer?.invitation ? [[newCustomer.name, newCustomer.email, newCustomer.invitation.url, newCustomer.invitation.expiresAt]] : [])))
}
