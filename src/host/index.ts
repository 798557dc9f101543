/** `iterm-orch/host`: the embedded terminal host. */
export {
  type HostStatus,
  hostLogger,
  hostStatus,
  runHostProcess,
  type StartHostOptions,
  startHostDetached,
  stopHost,
} from './host-process.ts'
export { type RunHostOptions, type RunningHost, runHost } from './run-host.ts'
