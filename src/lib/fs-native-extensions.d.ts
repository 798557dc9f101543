declare module 'fs-native-extensions' {
  /** Takes a kernel lock on an open file, one for itself alone unless it is shared; false when someone else has it. */
  export function tryLock(file: number, options?: { shared?: boolean }): boolean
}
