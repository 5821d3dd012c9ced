import { say, span, when, type DiagnosisWords } from './words.ts'

/** The way to the panel. */
export const connectionDiagnoses: DiagnosisWords = {
  panel_paused: () => ({
    title: 'The panel refuses the API token',
    cause: 'The panel refused a call that Berth must make, so all work waits. Nothing is lost.',
    fix: 'Correct the token or its permissions under Settings > API credentials. Work goes on by itself after that.',
    setting: 'VIRTFUSION_API_TOKEN',
  }),
  panel_limits_calls: (params) => ({
    title: 'The panel asks Berth to wait',
    cause: `Since ${when(params, 'since')} the panel, or a proxy before it, has answered nothing but that there are too many calls (429)${params['until'] ? `, and to wait until ${when(params, 'until')}` : ''}. Nothing is lost: all work waits.`,
    fix: 'Raise the rate limit of the API token in VirtFusion, or that of the proxy for this machine. Where that time lies hours ahead, compare the clocks of both machines as well. Berth asks again every few minutes, and work goes on by itself after that.',
    setting: 'VIRTFUSION_API_TOKEN',
  }),
  panel_unconfigured: () => ({
    title: 'No panel is connected',
    cause: 'Berth has no address or no token of a VirtFusion control server, so this can\'t be done yet.',
    fix: 'Enter both under Settings > API credentials. The operation goes on by itself after that.',
    setting: 'VIRTFUSION_API_URL',
  }),
  dry_run_made_server: (params) => ({
    title: `The check made a server: number ${say(params, 'virtfusionServerId')}`,
    cause: `The check was sent with dryRun=true in its address, and yet user ${say(params, 'ownerId')} has a new server at the panel. Something between Berth and the panel, most likely a proxy, takes the query off the address, so the panel saw an order.`,
    fix: `Look at server ${say(params, 'virtfusionServerId')} first: if nobody else ordered it at that moment, delete it at the panel, or under Drift and orphans once it is listed there. Then let the proxy pass the whole address on (in nginx $request_uri, not $uri), or enter an address under Settings > API credentials that leads to the panel directly. Check no other plan before that.`,
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
