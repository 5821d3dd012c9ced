const KINDS = [
  'latency', 'status', 'html', 'drop-before-effect', 'drop-after-effect', 'hang', 'truncate', 'drip', 'wrong-length', 'late',
  'duplicate', 'task-failure',
]
const SHOWN = 50

const byId = id => document.getElementById(id)

async function send(method, path, body) {
  const response = await fetch(`/__simulator/${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const answer = text === '' ? null : JSON.parse(text)
  if (response.ok) return answer

  throw new Error(answer?.errors?.join(' ') ?? answer?.msg ?? `The simulator answered ${response.status}.`)
}

async function change(method, path, body) {
  try {
    await send(method, path, body)
    byId('notice').textContent = ''
    await refresh()
  }
  catch (error) {
    byId('notice').textContent = error.message
  }
}

function element(name, { text, ...properties } = {}, children = []) {
  const made = Object.assign(document.createElement(name), properties)
  if (text !== undefined) made.textContent = text
  made.append(...children)

  return made
}

function button(text, onclick, className = '') {
  return element('button', { type: 'button', text, onclick, className })
}

// Rows are replaced only when something changed, so that no button moves away under a finger without need.
function fill(id, columns, rows) {
  const table = byId(id)
  const signature = JSON.stringify(rows)
  if (table.dataset.signature === signature) return
  table.dataset.signature = signature

  const head = element('thead', {}, [element('tr', {}, columns.map(([title]) => element('th', { text: title, scope: 'col' })))])
  const body = rows.map(row => element('tr', {}, columns.map(([, show]) => {
    const value = show(row)

    return value instanceof Node ? element('td', {}, [value]) : element('td', { text: value === null ? '–' : String(value) })
  })))
  const nothing = element('tr', {}, [element('td', { text: 'Nothing yet.', className: 'none', colSpan: columns.length })])
  table.replaceChildren(head, element('tbody', {}, body.length > 0 ? body : [nothing]))
}

const clockTime = iso => iso.slice(11, 19)
const newest = rows => rows.slice(-SHOWN).reverse()

function serverActions(server) {
  const path = `servers/${server.id}`
  const buttons = [
    button(server.suspended ? 'Unsuspend by hand' : 'Suspend by hand', () => change('PATCH', path, { suspended: !server.suspended })),
    button(server.protected ? 'Unprotect' : 'Protect', () => change('PATCH', path, { protected: !server.protected })),
    button('Let it vanish', () => change('PATCH', path, { vanish: true }), 'danger'),
  ]
  if (server.deleteDue) buttons.push(button('Cancel deletion', () => change('PATCH', path, { cancelDelete: true })))

  return element('div', { className: 'row' }, buttons)
}

const COLUMNS = {
  servers: [
    ['id', server => server.id],
    ['name', server => server.name || '(no name)'],
    ['owner', server => server.ownerId],
    ['build', server => `${server.commissionStatus} ${server.state}`],
    ['power', server => server.power],
    ['suspended', server => server.suspended ? 'yes' : 'no'],
    ['work', server => server.working.join(', ') || null],
    ['deletion', server => server.deleteDue],
    ['addresses', server => [...server.addresses, ...server.ipv6].join(' ') || null],
    ['by hand', serverActions],
  ],
  queue: [
    ['id', item => item.id],
    ['server', item => item.serverId],
    ['action', item => item.action],
    ['progress', item => `${item.progress} %`],
    ['result', item => item.finished ? (item.failed ? 'failed' : 'done') : 'running'],
  ],
  ledger: [
    ['no.', entry => entry.number],
    ['time', entry => clockTime(entry.at)],
    ['effect', entry => entry.effect],
    ['ids', entry => Object.entries(entry.ids).map(([name, id]) => `${name} ${id}`).join(', ') || null],
    ['operation', entry => entry.operation ?? 'the panel itself'],
    ['cause', entry => entry.cause],
    ['request id', entry => entry.requestId],
  ],
  calls: [
    ['no.', call => call.number],
    ['time', call => clockTime(call.at)],
    ['call', call => call.operation],
    ['path', call => call.path],
    ['token', call => call.token],
    ['status', call => call.status],
    ['ended', call => call.ended],
    ['fault', call => call.fault],
  ],
  faults: [
    ['kind', fault => fault.kind],
    ['operation', fault => fault.operation ?? 'every call'],
    ['details', fault => ['ms', 'status', 'nth', 'times', 'probability'].filter(key => fault[key] !== undefined).map(key => `${key} ${fault[key]}`).join(', ') || null],
    ['fired', fault => `${fault.fired} of ${fault.seen}`],
    ['', fault => button('Remove', () => change('DELETE', `faults/${fault.id}`))],
  ],
}

function showSettings(settings) {
  for (const input of byId('settings').elements) {
    if (input === document.activeElement) continue
    if (input.type === 'checkbox') input.checked = settings[input.name]
    else input.value = settings[input.name]
  }
}

async function refresh() {
  const [state, faults, ledger, calls, clock, settings] = await Promise.all(
    ['state', 'faults', `ledger?last=${SHOWN}`, `calls?last=${SHOWN}`, 'clock', 'settings'].map(path => send('GET', path)),
  )
  byId('time').textContent = clock.now.replace('T', ' ').slice(0, 19)
  byId('mode').textContent = clock.mode === 'stop' ? '(stopped)' : clock.speed === 1 ? '' : `(× ${clock.speed})`
  showSettings(settings)
  fill('servers', COLUMNS.servers, [...state.servers].reverse())
  fill('queue', COLUMNS.queue, newest(state.queue))
  fill('ledger', COLUMNS.ledger, newest(ledger))
  fill('calls', COLUMNS.calls, newest(calls))
  fill('faults', COLUMNS.faults, faults)
}

for (const made of document.querySelectorAll('[data-post]')) {
  made.addEventListener('click', () => change('POST', made.dataset.post, JSON.parse(made.dataset.body)))
}
for (const made of document.querySelectorAll('[data-delete]')) {
  made.addEventListener('click', () => change('DELETE', made.dataset.delete))
}

byId('settings').addEventListener('change', ({ target }) =>
  change('POST', 'settings', { [target.name]: target.type === 'checkbox' ? target.checked : target.value }))

byId('fault').elements.kind.append(...KINDS.map(kind => element('option', { text: kind })))
byId('fault').addEventListener('submit', (event) => {
  event.preventDefault()
  const entries = [...new FormData(event.target)].filter(([, value]) => value !== '')
  const isNumber = name => ['ms', 'status', 'nth', 'times'].includes(name)
  change('POST', 'faults', Object.fromEntries(entries.map(([name, value]) => [name, isNumber(name) ? Number(value) : value])))
})

async function watch() {
  try {
    if (!document.hidden) await refresh()
    byId('notice').textContent = byId('notice').textContent.startsWith('No answer') ? '' : byId('notice').textContent
  }
  catch (error) {
    byId('notice').textContent = `No answer from the simulator: ${error.message}`
  }
  setTimeout(watch, 1000)
}

watch()
