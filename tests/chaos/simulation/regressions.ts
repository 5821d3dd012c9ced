import type { LifeMode } from './schedule.ts'

/**
 * Lives that once broke a rule, with what was wrong: each is lived again before any new one. A seed means another life once lives are drawn
 * in another way or the engine waits at other places. So some of these bugs are mutants as well, which are put back and have to be caught
 * whatever a life looks like, and their seeds here are the first lives that catch them now. The rest have the seed that found them. Orders
 * are sent directly in those that name no mode.
 */
export const REGRESSIONS: readonly { seed: number, mode?: LifeMode, about: string }[] = [
  { seed: 1797, about: 'a server that the panel held for good was asked for every second, for the obstacle was forgotten on the way back to it' },
  { seed: 1, about: 'an attempt whose turn had died never got an outcome' },
  { seed: 92, about: 'a package that could not be read let a server of any size pass for the ordered one' },
  { seed: 533, about: 'a worker that had stood still for two minutes sent a build for an operation that was over' },
  { seed: 272, about: 'a build was sent again because the turn before it had failed after the call' },
  { seed: 5, about: 'a heartbeat outlived its turn' },
  { seed: 708, about: 'a build whose attempt was closed as unknown was taken for one that was never sent' },
  { seed: 20494, about: 'an order whose owner had vanished looked for its server for ever' },
  { seed: 4705, about: 'a clock that jumped an hour sent a lost order again after twelve minutes' },
  { seed: 50217, about: 'a panel that denied an owner for a moment made his old servers look new' },
  { seed: 50200269, about: 'orders that only waited for their owner used up each try whether the token works again' },
  { seed: 3005029, about: 'an order that was refused was offered the server of a later order of the same owner' },
  { seed: 91012410, about: 'an order adopted a server that came late for its number, which was another customer\'s since a backup' },
  { seed: 93003605, mode: 'mixed', about: 'a server was handed over to a number that a backup had given to another customer' },
  { seed: 95013083, mode: 'mixed', about: 'an order adopted another order\'s server, which had been deleted and came back with its panel' },
  { seed: 124011916, mode: 'escrow', about: 'an order was sent again after a backup, although its first request was still under way to a number that somebody else had by then' },
  { seed: 97028466, about: 'a deletion that the panel had taken with a delay was sent again after the turn that knew it came no further' },
  { seed: 210054728, about: 'a lift that the panel had made, and staff undone, passed for one that never was: the two clocks were an hour apart' },
  { seed: 211082064, about: 'an order whose worker had stood still for half an hour went out to an owner who was somebody else by then' },
]
