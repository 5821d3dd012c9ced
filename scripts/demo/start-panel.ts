import { startSimulator, type Simulator } from '../../simulator/server.ts'

/** The simulator on its usual port, or on any free one when that is taken. */
export async function startPanel(stateFile: string): Promise<Simulator> {
  try {
    return await startSimulator({ port: 4100, stateFile })
  }
  catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    return startSimulator({ stateFile })
  }
}
