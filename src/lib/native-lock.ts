/** The kernel's locks on files. What makes them is loaded with the first one. */
import { createRequire, Module } from 'node:module'

const require = createRequire(import.meta.url)
let native: typeof import('fs-native-extensions') | undefined

/**
 * Takes a lock on an open file; false when someone else has it.
 *
 * @param options.shared several may have it at once, and nobody has it for itself alone
 */
export function lockOpenFile(file: number, options: { shared?: boolean } = {}): boolean {
  native ??= load()
  return native.tryLock(file, options)
}

/**
 * The package looks for its binary with 20 modules of others, which takes 15 ms of every process that locks something:
 * so it is given what lies where its releases have it. Anywhere else it looks by itself.
 */
function load(): typeof import('fs-native-extensions') {
  try {
    const place = `${process.platform}-${process.arch}/fs-native-extensions.node`
    const module = new Module(require.resolve('fs-native-extensions/binding.js'))
    module.exports = require(`fs-native-extensions/prebuilds/${place}`)
    module.loaded = true
    require.cache[module.id] ??= module
  } catch {
    // No such binary, or not for this system.
  }
  return require('fs-native-extensions') as typeof import('fs-native-extensions')
}
