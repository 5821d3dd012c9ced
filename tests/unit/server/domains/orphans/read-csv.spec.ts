import { describe, expect, it } from 'vitest'
import { readCsv } from '../../../../../server/domains/orphans/read-csv.ts'

const fieldsOf = (text: string) => {
  try {
    readCsv(text)
    return null
  }
  catch (error) {
    return (error as { fields?: Record<string, string> }).fields?.['csv'] ?? error
  }
}

describe('readCsv', () => {
  it.each([
    ['commas', 'virtfusion_server_id,customer_email,plan,name\n7,a@example.com,Small,web-1'],
    ['semicolons and other words above the columns, as a spreadsheet writes them', '\uFEFFID;Customer email;Plan name;Name\r\n7;a@example.com;Small;web-1\r\n'],
    ['tabs and another order', 'plan\tname\tE-mail address\temail\tserver id\nSmall\tweb-1\tx\ta@example.com\t7'],
  ])('reads %s', (_what, text) => {
    expect(readCsv(text)).toEqual([{ line: 1, virtfusionServerId: '7', uuid: '', customerEmail: 'a@example.com', customerName: '', plan: 'Small', name: 'web-1' }])
  })

  it('takes the mark before a formula, which the download of refused lines sets, for no part of the text', () => {
    expect(readCsv('id,email,customer_name,plan\n7,\'+a@example.com,\'=Ada,\'Small\'')).toMatchObject([{ customerEmail: '+a@example.com', customerName: '=Ada', plan: '\'Small\'' }])
  })

  it('keeps a separator inside of quotes, and takes a short line as one with empty ends', () => {
    expect(readCsv('uuid,customer,plan,name\nu-1,a@example.com,"Small, old"\n')).toMatchObject([{ uuid: 'u-1', plan: 'Small, old', name: '' }])
  })

  it('says which columns are missing, and that a table has no lines or too many', () => {
    expect(fieldsOf('customer_email,plan\na,b')).toContain('virtfusion_server_id or uuid')
    expect(fieldsOf('uuid,plan\na,b')).toContain('customer_email')
    expect(fieldsOf('uuid,customer_email,plan')).toContain('no line below')
    expect(fieldsOf(`uuid,email,plan\n${'u,a,b\n'.repeat(1001)}`)).toContain('At most 1000')
  })

  it('separates by what the first line uses, and leaves the others to the cells', () => {
    expect(readCsv('id;email;plan;name\n101;a@example.com;Small, NVMe;web-1')).toMatchObject([{ plan: 'Small, NVMe', name: 'web-1' }])
  })

  it('refuses two columns of one meaning: the billing\'s own id would bind another server', () => {
    expect(fieldsOf('server_id,id,email,plan\n101,7,a@example.com,Small')).toBe('Two columns of the first line mean the same: server_id and id. Remove or rename one.')
  })

  it('names a line with more cells than names: its last ones would be lost', () => {
    expect(fieldsOf('id,email,plan\n7,a@example.com,Small\n8,a@example.com,Small, NVMe')).toContain('Line 2 has more cells')
  })

  it('names what makes a text unreadable', () => {
    expect(fieldsOf('uuid,email,plan\n"open,a,b')).toContain('no table that can be read')
  })
})
