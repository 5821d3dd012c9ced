import { openDatabase } from '../../../server/db/open-database.ts'
import { startTimer } from '../../../server/engine/timers.ts'
import { createLog } from '../../../server/log.ts'

// A process that stops itself within its first turn, as if somebody had sent it SIGSTOP there.
const log = createLog({ level: 'silent', format: 'json' })
const database = openDatabase(process.env.DATABASE_URL ?? '', { onError: () => {} })
let turns = 0
startTimer({ database, log }, {
  name: 'a timer of two processes', everyMs: 100, async run() {
    turns++
    process.stdout.write(`turn ${turns}\n`)
    if (turns === 1) process.kill(process.pid, 'SIGSTOP')
  },
})
