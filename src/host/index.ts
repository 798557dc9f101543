/** `iterm-orch/host`: the embedded terminal host. */
export {
  type HostStatus,
  hostStatus,
  type StartHostOptions,
  startHostDetached,
  stopHost,
} from './host-control.ts'
export { hostLogger, runHostProcess } from './host-process.ts'
export { type RunHostOptions, type RunningHost, runHost } from './run-host.ts'
