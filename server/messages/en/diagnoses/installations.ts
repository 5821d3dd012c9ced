import { say, type DiagnosisWords } from './words.ts'

/** Builds. */
export const installationDiagnoses: DiagnosisWords = {
  install_failed: () => ({
    title: 'The operating system was not installed',
    cause: 'The server exists at the panel, but the panel reports that the build failed.',
    fix: 'Open the server at the panel to see its task log. Then retry a new order: Berth installs again and makes no second server. One that the panel shows as installed before is not erased: build it at the panel, then retry. A reinstallation that failed is asked for again, on the server\'s page.',
  }),
  install_stalled: (params) => ({
    title: 'The installation does not finish',
    cause: `The panel has been installing for more than ${say(params, 'minutes')} minutes.`,
    fix: 'Look at the server\'s tasks at the panel. Choose retry to wait on; nothing is built twice.',
  }),
  install_effect_unknown: () => ({
    title: 'Checking whether the installation began',
    cause: 'The answer to the build call was lost. Building again could erase a disk, so Berth looks first.',
    fix: 'Nothing to do now: Berth reads the server until it is clear.',
  }),
  install_never_began: () => ({
    title: 'The installation did not begin',
    cause: 'The answer to the build call was lost, and the panel still shows a server that was never built.',
    fix: 'Choose retry to send the build again.',
  }),
  rebuild_never_began: () => ({
    title: 'The reinstallation did not begin',
    cause: 'The answer to the build call was lost, and the panel shows no newer installation.',
    fix: 'Choose retry: Berth reads the server first, and sends the build again only if nothing was installed meanwhile. The lost call can still arrive for about an hour and would install once more, so wait that long if the server is to be used at once.',
  }),
  built_meanwhile: () => ({
    title: 'The server was installed meanwhile',
    cause: 'The panel shows another installation than when this reinstallation began, and it is not of Berth\'s making. Nothing was erased.',
    fix: 'Look at the server. If it is to be installed again all the same, ask for it anew and confirm it.',
  }),
  install_unread: () => ({
    title: 'The server was not installed',
    cause: 'The panel made the server, but could not be asked to install it at once, and the API token may not read it. Somebody may have installed it by hand since, and an installation would erase that. Nothing was sent.',
    fix: 'Look at the server at the panel. If nothing is installed on it, choose retry: it is then installed unread. To let Berth look by itself, give the token the permission to read a server, then retry.',
    setting: 'VIRTFUSION_API_TOKEN',
  }),
  install_unconfirmed: () => ({
    title: 'The installation can\'t be followed',
    cause: 'The API token may not read servers, so Berth can\'t tell whether the installation began.',
    fix: 'Look at the server at the panel. To let Berth follow it, give the token the permission to read a server, then retry.',
    setting: 'VIRTFUSION_API_TOKEN',
  }),
}
