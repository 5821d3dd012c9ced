import { say, span, type DiagnosisWords } from './words.ts'

/** The way to the panel. */
export const connectionDiagnoses: DiagnosisWords = {
  panel_paused: () => ({
    title: 'The panel refuses the API token',
    cause: 'The panel refused a call that Berth must make, so all work waits. Nothing is lost.',
    fix: 'Correct the token or its permissions under Settings > API credentials. Work goes on by itself after that.',
    setting: 'VIRTFUSION_API_TOKEN',
  }),
  panel_unconfigured: () => ({
    title: 'No panel is connected',
    cause: 'Berth has no address or no token of a VirtFusion control server, so this can\'t be done yet.',
    fix: 'Enter both under Settings > API credentials. The operation goes on by itself after that.',
    setting: 'VIRTFUSION_API_URL',
  }),
  token_missing: (params) => ({
    title: 'No API token for this address',
    cause: `Berth holds no token for ${say(params, 'origin')}. A stored token is sent only to the address that it was stored for.`,
    fix: 'Enter the API token of this panel. It is made in VirtFusion under Configuration, API.',
  }),
  clock_disagrees: (params) => ({
    title: 'The clocks don\'t agree',
    cause: `The clock of this machine and that of the panel differ by ${span(params, 'seconds')}. With a wrong clock a deletion could look due that is not, so nothing was sent.`,
    fix: 'Set the clock of this machine, or that of the panel, right. The operation goes on by itself once they agree.',
  }),
}
