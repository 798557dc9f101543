/** Which agent a screen belongs to. */
import type { CompiledProfile } from './compiled-profile.ts'
import { plainRows } from './reading/rows.ts'
import type { ScreenView } from './reading/screen-view.ts'

/**
 * The agent with the most signs on the screen and in the title; undefined when there are none.
 *
 * @param program name of the foreground process, which decides alone when it is known
 */
export function recognise(
  screen: ScreenView,
  profiles: Iterable<CompiledProfile>,
  known: { program?: string | undefined; title?: string | undefined } = {},
): CompiledProfile | undefined {
  const lines = plainRows(screen).map(({ text }) => text)
  let best: { profile: CompiledProfile; signs: number } | undefined
  for (const profile of profiles) {
    const { programs } = profile.profile.recognise
    if (known.program !== undefined && programs.includes(known.program)) return profile
    const title = known.title === undefined ? [] : [known.title]
    const signs =
      profile.screen.filter((pattern) => pattern.search(lines).some((index) => index >= 0)).length +
      profile.titles.filter((pattern) => pattern.search(title).some((index) => index >= 0)).length
    if (signs > (best?.signs ?? 0)) best = { profile, signs }
  }
  return best?.profile
}
