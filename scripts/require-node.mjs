// Preloaded by `npm start`, `npm run worker`, `npm run dev`, `npm run demo` and `npm run admin`: an older Node can't even read the scripts, so this one is plain JavaScript.

/** The first Node that runs TypeScript as it is and has argon2. */
const NEEDED = '24.7'

/** What to tell whoever runs an older Node; null where this one will do. */
export function judgeNode(version) {
  const [major, minor] = version.split('.').map(Number)
  const [neededMajor, neededMinor] = NEEDED.split('.').map(Number)
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return null
  return `Berth runs on Node ${NEEDED} or newer, and this is Node ${version}. On Linux "npm ci" brings one along; on macOS install it yourself.`
}

const problem = judgeNode(process.versions.node)
if (problem) {
  process.stderr.write(`${problem}\n`)
  process.exit(1)
}
