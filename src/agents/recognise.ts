/** Which agent a program, or a screen, belongs to. */
import type { CompiledProfile } from './compiled-profile.ts'
import { type ForegroundProgram, programNames, runsPackage } from './program-names.ts'
import { joined, logicalLines, plainRows } from './reading/rows.ts'
import type { ScreenView } from './reading/screen-view.ts'

/** What is known of the program in front of a session. */
export interface InFront extends ForegroundProgram {
  title?: string | undefined
  /** Read only when it is needed. */
  screen?: ScreenView | undefined
}

export interface Recognised {
  profile: CompiledProfile
  /** What it was recognised by, for people. */
  because: string
}

/** Programs that show what runs elsewhere: the process table here does not know it. */
const relays =
  /^(?:ssh|mosh|mosh-client|autossh|et|tmux|tmux: client|screen|zellij|docker|podman|nerdctl|kubectl|vagrant|dtach|abduco)$/u

/**
 * The agent in front of a session. The process table decides; where the program runs elsewhere (ssh, tmux, a
 * container) title and screen must both be the agent's. A screen alone is never enough: any program may print it.
 *
 * @param preferred profile of the session's own agent, which goes before others that know the same program
 */
export function recogniseInFront(
  inFront: InFront,
  profiles: Iterable<CompiledProfile>,
  preferred?: CompiledProfile,
): Recognised | undefined {
  const agents = [...(preferred ? [preferred] : []), ...profiles].filter(
    ({ profile }) => profile.name !== 'shell',
  )
  const { commandLine, title } = inFront
  const names = programNames(inFront)
  // From the top: what an agent runs in the foreground is still the agent.
  for (const name of names) {
    const profile = agents.find((each) => each.profile.recognise.programs.includes(name))
    // A name like `agent` may be anybody's.
    const sure = profile === preferred || profile?.profile.name === name
    if (profile && (sure || shows(inFront, profile)))
      return { profile, because: `the process table names ${name}` }
  }
  const packaged = agents.find(({ profile }) =>
    profile.recognise.packages.some((name) => runsPackage(commandLine, name)),
  )
  if (packaged) return { profile: packaged, because: `its command line names ${packaged.profile.title}` }
  const relay = names.find((name) => relays.test(name))
  if (relay === undefined || title === undefined) return undefined
  const { screen } = inFront
  if (screen === undefined) return undefined
  const titled = agents.filter((each) => signsIn(each.titles, [title]) > 0)
  const profile = recognise(screen, titled)
  return profile && { profile, because: `${relay} is in front, with its title and its screen` }
}

function shows({ screen }: InFront, profile: CompiledProfile): boolean {
  return screen !== undefined && recognise(screen, [profile]) !== undefined
}

/** The agent with the most signs on the screen; undefined when there are none. */
export function recognise(
  screen: ScreenView,
  profiles: Iterable<CompiledProfile>,
): CompiledProfile | undefined {
  const rows = plainRows(screen)
  // In a narrow screen the words stand in several rows.
  const wrapped = logicalLines(rows).filter(({ length }) => length > 1)
  const lines = [...rows.map(({ text }) => text), ...wrapped.map(joined)]
  let best: { profile: CompiledProfile; signs: number } | undefined
  for (const profile of profiles) {
    const signs = signsIn(profile.screen, lines)
    if (signs > (best?.signs ?? 0)) best = { profile, signs }
  }
  return best?.profile
}

function signsIn(patterns: CompiledProfile['screen'], lines: readonly string[]): number {
  return patterns.filter((pattern) => pattern.search(lines).some((index) => index >= 0)).length
}
