type ClockMode = 'run' | 'stop'

export interface ClockState {
  mode: ClockMode
  /** How much faster than the wall clock the simulated time runs. */
  speed: number
  /** Wall time in ms at which `simulated` was true. */
  wall: number
  /** Simulated time in ms since 1970. */
  simulated: number
}

export interface Clock {
  /** Simulated time in ms since 1970. */
  now(): number
  state(): ClockState
  run(): void
  stop(): void
  /** Moves the simulated time forward by `ms`. */
  advance(ms: number): void
  /** Puts the simulated time to `ms`, forwards or backwards. */
  set(ms: number): void
  setSpeed(speed: number): void
  restore(state: ClockState): void
}

/** A clock that can run, run faster, be stopped and be stepped. `wallNow` gives the wall time in ms. */
export function createClock(startAt: number, wallNow: () => number = Date.now): Clock {
  let state: ClockState = { mode: 'run', speed: 1, wall: wallNow(), simulated: startAt }

  function now() {
    if (state.mode === 'stop') return Math.floor(state.simulated)
    return Math.floor(state.simulated + (wallNow() - state.wall) * state.speed)
  }

  function rebase(changes: Partial<ClockState>) {
    state = { ...state, simulated: now(), wall: wallNow(), ...changes }
  }

  return {
    now,
    state: () => ({ ...state, simulated: now(), wall: wallNow() }),
    run: () => rebase({ mode: 'run' }),
    stop: () => rebase({ mode: 'stop' }),
    advance: ms => rebase({ simulated: now() + ms }),
    set: (ms) => {
      state.simulated = ms
      state.wall = wallNow()
    },
    setSpeed: speed => rebase({ speed }),
    // The time of the stored state goes on from where it was, so that nothing that is due later becomes due at once.
    restore: stored => { state = { ...stored, wall: wallNow() } },
  }
}
