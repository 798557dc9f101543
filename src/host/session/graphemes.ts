/** Widths of characters by grapheme clusters, as modern terminals and agents count them. */
import { createRequire } from 'node:module'
import type { IUnicodeVersionProvider, Terminal } from '@xterm/headless'

/**
 * Code points that join into one cell at most; the rest starts a cell of its own. iTerm2 keeps 20 UTF-16
 * units. Without a limit a flood of combining marks would grow one cell for ever.
 */
const maxJoined = 20

/** Name under which the widths are registered with a terminal. */
const version = 'graphemes'

/** Bit of the library's character properties: the code point joins the cell before it. */
const joins = 1

let loaded: IUnicodeVersionProvider | undefined

/** Makes a terminal put every grapheme cluster (emoji with joiners, flags, Hangul, accents) into one cell. */
export function useGraphemes(terminal: Terminal): void {
  loaded ??= loadProvider()
  terminal.unicode.register(limitJoins(loaded))
  terminal.unicode.activeVersion = version
}

/**
 * The addon decodes its table with `new DataView(buffer.buffer)` and forgets `byteOffset`. Node cuts small
 * buffers out of a shared pool, so the table would be read from the wrong place and every emoji would be one
 * cell wide. Without a pool while the addon loads, the buffer stands alone and the offset is 0.
 */
function loadProvider(): IUnicodeVersionProvider {
  const { poolSize } = Buffer
  Buffer.poolSize = 0
  try {
    const require = createRequire(import.meta.url)
    const { UnicodeGraphemesAddon } = require('@xterm/addon-unicode-graphemes') as AddonModule
    const providers: IUnicodeVersionProvider[] = []
    const unicode = {
      register: (provider: IUnicodeVersionProvider) => providers.push(provider),
      activeVersion: '',
    }
    new UnicodeGraphemesAddon().activate({ unicode })
    const provider = providers.find((candidate) => candidate.version === unicode.activeVersion)
    if (!provider) throw new Error('@xterm/addon-unicode-graphemes registered no widths')
    return provider
  } finally {
    Buffer.poolSize = poolSize
  }
}

/** What is used of the addon; its own types are those of the browser's terminal. */
interface AddonModule {
  UnicodeGraphemesAddon: new () => {
    activate(terminal: {
      unicode: { register(provider: IUnicodeVersionProvider): void; activeVersion: string }
    }): void
  }
}

function limitJoins(provider: IUnicodeVersionProvider): IUnicodeVersionProvider {
  let joined = 1
  return {
    version,
    wcwidth: (codePoint) => provider.wcwidth(codePoint),
    charProperties(codePoint, preceding) {
      const properties = provider.charProperties(codePoint, preceding)
      if ((properties & joins) === 0) {
        joined = 1
        return properties
      }
      joined++
      if (joined <= maxJoined) return properties
      joined = 1
      return provider.charProperties(codePoint, 0)
    },
  }
}
