import { say, span, type DiagnosisWords } from './words.ts'

/** A call, whatever it was for. */
export const callDiagnoses: DiagnosisWords = {
  call_outcome_unknown: () => ({
    title: 'The outcome of a call is not known',
    cause: 'The process ended, or the connection broke, after a call may have reached the panel.',
    fix: 'Berth looks at the panel before it does anything else. If the operation has ended or waits for you, retry; a deletion that has ended is asked for again.',
  }),
  never_sent: () => ({
    title: 'Held back',
    cause: 'Berth stood still for some seconds right before sending, and another worker may have taken over meanwhile.',
    fix: 'Nothing to do: nothing was sent, and the step is taken again.',
  }),
  verify_limit: (params) => ({
    title: 'Not confirmed in time',
    cause: `The panel accepted the call, but ${span(params, 'seconds')} later it still does not show the result.`,
    fix: 'Look at the server\'s tasks at the panel. Retry reads the server first and acts only if it is still needed; a deletion that the panel has taken it only looks for again: to have it sent once more, cancel it and delete anew.',
  }),
  poison: (params) => ({
    title: 'Stopped after several interruptions',
    cause: `This operation was begun ${say(params, 'claims')} times without getting any further.`,
    fix: 'The log of the process says why. Retry once the cause is gone.',
  }),
  defect: () => ({
    title: 'Something broke in Berth',
    cause: 'A step ended with an error that Berth did not expect. The log of the process has the details.',
    fix: 'While it waits, it is tried again by itself; else retry. If it keeps failing, report it with the request id.',
  }),
  accepted_unconfirmed: () => ({
    title: 'Accepted, but not confirmed',
    cause: 'The panel accepted the call. The API token may not read servers, so the result can\'t be seen.',
    fix: 'To have it confirmed, give the token the permission to read a server.',
    setting: 'VIRTFUSION_API_TOKEN',
  }),
}
