/** Text that a program set, made safe to show. */

/**
 * Controls, line separators, marks and overrides of direction, lone surrogates, and everything that Unicode says
 * to ignore when it cannot be shown; joiners and variation selectors stay, since emoji and scripts need them.
 */
const unseen =
  /(?!\u200c|\u200d|\ufe0e|\ufe0f)[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu

/** One line without anything invisible, cut to `limit` characters (code points). */
export function plainText(text: string, limit: number): string {
  // Cut twice: cheaply before the work, exactly after it.
  const cleaned = text.slice(0, limit * 4).replace(unseen, '')
  return cleaned.length <= limit ? cleaned : [...cleaned].slice(0, limit).join('')
}

/** Decodes strict base64 of UTF-8; undefined for anything else. */
export function decodeBase64Text(encoded: string): string | undefined {
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.toString('base64') !== encoded) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
