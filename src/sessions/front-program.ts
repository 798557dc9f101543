/** The program in front of one session: its own agent, one that was started by hand inside of it, or a shell. */
import type { CompiledProfile } from '../agents/compiled-profile.ts'
import { viewOfPicture } from '../agents/reading/screen-view.ts'
import { recogniseInFront } from '../agents/recognise.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { SignalBoard } from '../signals/signal-board.ts'
import type { TapFact } from '../signals/tap-message.ts'
import type { Picture, Terminal } from '../terminal/terminal.ts'
import { JobTracker } from './job-tracker.ts'
import { ProcessFeed } from './process-feed.ts'
import { TapView } from './tap-view.ts'

export interface FrontProgramOptions {
  terminal: Terminal
  /** Id of the session in the terminal. */
  session: string
  /** Process id of the session's program, when it was heard of the tap before. */
  program: number | undefined
  board: SignalBoard
  clock: Clock
  /** Profile of the agent that the session was opened with. */
  own(): CompiledProfile
  profiles(): ReadonlyMap<string, CompiledProfile>
  /** Another agent than before is in front, and the board knows nothing of the one before any more. */
  onChange(agent: string, reason: string): void
}

/** What these say is about the shell, or about the program that it ran before. */
const ofPlainPrograms = ['screen', 'output', 'prompt-mark', 'process'] as const

/** A program that ends gives its modes back; a shell sets its own, or marks its prompt. */
const othersMayBeInFront: ReadonlySet<TapFact['type']> = new Set(['start', 'modes', 'prompt'])

export class FrontProgram {
  readonly job: JobTracker
  readonly tap: TapView
  readonly #options: FrontProgramOptions
  readonly #process: ProcessFeed
  #recognised: { name: string; because: string } | undefined
  #picture: Picture | undefined
  /** Whether the screen was needed to tell the program in front, the last time. */
  #askedScreen = true
  #knew: readonly unknown[] = []

  constructor(options: FrontProgramOptions) {
    const { terminal, session, clock, board, program } = options
    this.#options = options
    this.tap = new TapView(terminal, session, program)
    this.job = new JobTracker(terminal, session, clock, this.tap)
    this.#process = new ProcessFeed(this.job, board)
  }

  /** By which the screen is read and typed into. */
  get profile(): CompiledProfile {
    const { own, profiles } = this.#options
    return (this.#recognised && profiles().get(this.#recognised.name)) ?? own()
  }

  /** Name of the agent in front, where it is not the session's own. */
  get inFront(): string | undefined {
    return this.#recognised && this.profile.profile.name
  }

  /** What another agent than the session's own was recognised by. */
  get because(): string | undefined {
    return this.#recognised?.because
  }

  get isAgent(): boolean {
    return isAgent(this.profile)
  }

  /** The session was opened for an agent, not for a shell in which one may be started by hand. */
  get isLaunchedAgent(): boolean {
    return isAgent(this.#options.own())
  }

  /** Since when the agent of the session has been gone, and a shell in its place; in ms. */
  get shellSince(): number | undefined {
    return this.isLaunchedAgent ? this.job.shellSince : undefined
  }

  /** @param changed told when another job has come to the foreground */
  follow(signal: AbortSignal, changed: () => void, log: Logger): Promise<void> {
    const onJob = () => {
      this.#process.jobChanged(this.isLaunchedAgent, this.#options.clock.now())
      this.#update()
      changed()
    }
    return this.job.follow(signal, onJob, log)
  }

  /** What the tap tells. */
  hear(fact: TapFact): void {
    this.tap.take(fact)
    if (othersMayBeInFront.has(fact.type)) void this.job.lookBehindTap()
  }

  /** Its screen may tell more than the process table. */
  see(picture: Picture): void {
    this.#picture = picture
    const known = this.#known()
    if (this.#askedScreen || known.some((value, index) => value !== this.#knew[index])) this.#update()
  }

  /** @param source who tells the present state */
  async lookAtProcess(source: string): Promise<void> {
    await this.job.lookBehindTap()
    await this.#process.look(this.isLaunchedAgent, source, this.#options.clock.now())
  }

  /** What the program is told by, but for the screen. */
  #known(): readonly unknown[] {
    const { own, profiles, board } = this.#options
    return [this.job.program, board.title, own(), profiles()]
  }

  #update(): void {
    const { own, profiles, board, clock, onChange } = this.#options
    const before = this.profile
    const title = board.title || undefined
    const picture = this.#picture
    this.#knew = this.#known()
    this.#askedScreen = false
    const askScreen = () => {
      this.#askedScreen = true
      return picture && viewOfPicture(picture)
    }
    const inFront = {
      ...this.job.program,
      title,
      get screen() {
        return askScreen()
      },
    }
    const found = recogniseInFront(inFront, profiles().values(), own())
    const name = found?.profile.profile.name
    const other = found && name !== own().profile.name
    this.#recognised = other ? { name: found.profile.profile.name, because: found.because } : undefined
    const { profile } = this.profile
    if (profile.name === before.profile.name) return
    const reason = this.because ?? `${before.profile.title} has ended`
    if (isAgent(before)) board.clear()
    else for (const source of ofPlainPrograms) board.set(source, undefined, clock.now())
    const begun = { state: 'starting' as const, reason: `${profile.title} is in front now`, evidence: reason }
    if (this.isAgent) board.set('process', begun, clock.now())
    onChange(profile.name, reason)
  }
}

function isAgent({ profile }: CompiledProfile): boolean {
  return profile.name !== 'shell'
}
