/**
 * Lives that once broke a rule, with what was wrong: each is lived again before any new one. Where the bug can be put back, the seed is
 * the first life that catches it again (`npm run chaos -- --mutants --search`), for a seed means another life when the lives are drawn
 * in another way. All of them send their orders for their owners; the last two are kept under the seed that they were found with.
 */
export const REGRESSIONS: readonly { seed: number, about: string }[] = [
  { seed: 1797, about: 'a server that the panel held for good was asked for every second, for the obstacle was forgotten on the way back to it' },
  { seed: 1, about: 'an attempt whose turn had died never got an outcome' },
  { seed: 92, about: 'a package that could not be read let a server of any size pass for the ordered one' },
  { seed: 172, about: 'a worker that had stood still for two minutes sent a build for an operation that was over' },
  { seed: 766, about: 'a build was sent again because the turn before it had failed after the call' },
  { seed: 5, about: 'a heartbeat outlived its turn' },
  { seed: 623, about: 'a build whose attempt was closed as unknown was taken for one that was never sent' },
  { seed: 177, about: 'an order whose owner had vanished looked for its server for ever' },
  { seed: 4705, about: 'a clock that jumped an hour sent a lost order again after twelve minutes' },
  { seed: 50217, about: 'a panel that denied an owner for a moment made his old servers look new' },
]
