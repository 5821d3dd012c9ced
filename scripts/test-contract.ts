// `npm run test:contract -- [specification]`: the client and the simulator against the published specification, a file or a loopback address.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { root } from './build-if-needed.ts'

const [specification, ...rest] = process.argv.slice(2)
const vitest = path.join(root, 'node_modules/vitest/vitest.mjs')
const child = spawn(process.execPath, [vitest, 'run', '--project', 'contract', ...rest], {
  cwd: root,
  stdio: 'inherit',
  // A path is meant from where the command was typed, which npm tells.
  env: specification === undefined ? process.env : { ...process.env, VIRTFUSION_SPEC: URL.canParse(specification) ? specification : path.resolve(process.env.INIT_CWD ?? '', specification) },
})
child.on('exit', code => process.exit(code ?? 1))
