/** This process does nothing for so long, in ms: what arrives meanwhile is looked at only afterwards. */
export function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
