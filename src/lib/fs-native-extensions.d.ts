declare module 'fs-native-extensions' {
  /** Takes an exclusive kernel lock on an open file; false when someone else has it. */
  export function tryLock(file: number): boolean
}
