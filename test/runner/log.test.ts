import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { resolveHome } from '../../src/lib/home.ts'
import { LogFile, type Lost } from '../../src/lib/log-file.ts'
import { logEnd } from '../../src/lib/rotated-log.ts'
import { logPrefix, parseLogLine } from '../../src/runner/log-line.ts'
import { newRun } from '../../src/runner/new-run.ts'
import { followLog, LineJoiner, lastLogLines, type ReadLine } from '../../src/runner/read-log.ts'
import { readRun } from '../../src/runner/run-files.ts'
import { RunLog } from '../../src/runner/run-log.ts'
import { startRun } from '../../src/runner/start-run.ts'
import { taskProcessCommand, useTaskRuns } from '../support/task-runs.ts'

const runs = useTaskRuns()
const limits = { maxBytes: 1_000_000, keep: 3 }
const newDirectory = () => mkdtempSync(join(process.env['HOME'] ?? '', 'log-'))
const all = () => true
const texts = (lines: ReadLine[]) => lines.map(({ text }) => text)

it('reads every line back as it was written', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,20}$/)
  const stream = fc.constantFrom('stdout', 'stderr', 'note' as const)
  const time = fc.date({ min: new Date(0), max: new Date('2999-01-01'), noInvalidDate: true })
  const text = fc.string({ unit: 'binary' }).filter((line) => !line.includes('\n'))
  fc.assert(
    fc.property(time, word, word, stream, fc.boolean(), text, (at, run, step, kind, goesOn, line) => {
      const written = logPrefix(at.toISOString(), run, step, kind, goesOn) + line
      expect(parseLogLine(written)).toEqual({
        at: at.toISOString(),
        run,
        step,
        stream: kind,
        goesOn,
        text: line,
      })
    }),
  )
})

it('keeps what a step prints to the byte, however it is cut into pieces', () => {
  const bytes = fc.uint8Array({ maxLength: 60_000, size: 'max' })
  const cuts = fc.array(fc.nat(60_000), { maxLength: 6 })
  fc.assert(
    fc.property(bytes, cuts, (printed, at) => {
      const path = join(newDirectory(), 'x.log')
      const log = new RunLog(path, 'run', { maxBytes: 10_000_000, keep: 1 })
      const stream = log.stream('step', 'stdout')
      const places = [
        0,
        ...at.filter((place) => place < printed.length).sort((a, b) => a - b),
        printed.length,
      ]
      places.slice(1).forEach((end, index) => {
        stream.push(Buffer.from(printed.subarray(places[index], end)))
      })
      stream.end()
      log.close()
      const file = existsSync(path) ? readFileSync(path, 'latin1') : ''
      const parts = file.split('\n').flatMap((line) => parseLogLine(line) ?? [])
      const joined = parts.map(({ text, goesOn }) => text + (goesOn ? '' : '\n')).join('')
      const expected = Buffer.from(printed).toString('latin1')
      expect(joined).toBe(expected === '' || expected.endsWith('\n') ? expected : `${expected}\n`)
    }),
    { numRuns: 60 },
  )
})

it('rotates by size, and keeps so many', () => {
  const path = join(newDirectory(), 'x.log')
  const log = new RunLog(path, 'run', { maxBytes: 1_000, keep: 2 })
  for (let number = 0; number < 100; number++) log.note('step', `line ${number}`)
  log.close()
  expect(readdirSync(join(path, '..')).sort()).toEqual(['x.log', 'x.log.1', 'x.log.2'])
  for (const file of [path, `${path}.1`, `${path}.2`]) expect(statSync(file).size).toBeLessThanOrEqual(1_000)
  expect(texts(lastLogLines(path, 30, all))).toEqual(
    Array.from({ length: 30 }, (_, index) => `line ${index + 70}`),
  )
})

it('keeps nothing else when it is to keep no older files', () => {
  const path = join(newDirectory(), 'x.log')
  const log = new RunLog(path, 'run', { maxBytes: 500, keep: 0 })
  for (let number = 0; number < 50; number++) log.note('step', `line ${number}`)
  log.close()
  expect(readdirSync(join(path, '..'))).toEqual(['x.log'])
  expect(texts(lastLogLines(path, 1, all))).toEqual(['line 49'])
})

it('goes on in a file that is too long when it cannot be rotated, and loses nothing', () => {
  const path = join(newDirectory(), 'x.log')
  mkdirSync(join(`${path}.2`, 'in the way'), { recursive: true })
  const file = new LogFile(path, { maxBytes: 100, keep: 2 }, () => Buffer.from('lost\n'))
  const lines = Array.from({ length: 50 }, (_, index) => `line ${index}\n`)
  for (const line of lines) file.write(Buffer.from(line))
  file.close()
  expect(readFileSync(path, 'utf8')).toBe(lines.join(''))
})

it('follows over rotations without losing or repeating a line', async () => {
  const path = join(newDirectory(), 'x.log')
  const log = new RunLog(path, 'run', { maxBytes: 2_000, keep: 50 })
  log.note('step', 'before')
  const position = logEnd(path)
  const ending = new AbortController()
  const seen: string[] = []
  const reading = (async () => {
    for await (const line of followLog(path, position, ending.signal)) {
      seen.push(line.text)
      if (line.text === 'line 299') return
    }
  })()
  for (let number = 0; number < 300; number++) {
    log.note('step', `line ${number}`)
    if (number % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await reading
  log.close()
  expect(seen).toEqual(Array.from({ length: 300 }, (_, index) => `line ${index}`))
})

it('joins a line that came in parts', () => {
  const joiner = new LineJoiner()
  const part = (text: string, goesOn: boolean) =>
    joiner.take({ at: 'now', run: 'r', step: 's', stream: 'stdout', goesOn, text })
  expect(part('a', true)).toBeUndefined()
  expect(part('b', true)).toBeUndefined()
  expect(part('c', false)?.text).toBe('abc')
})

it('shows a question without end of line before it is answered', async () => {
  const run = await runs.start(runs.task(["printf 'continue? '; sleep 600"], { name: 'question' }))
  await expect
    .poll(
      () =>
        runs
          .log('question')
          .filter(({ goesOn }) => goesOn)
          .map(({ text }) => text),
      { timeout: 15_000 },
    )
    .toEqual(['continue? '])
  expect(run.state).toBe('queued')
})

it('goes on in a new file when the directory of the logs was removed', async () => {
  const task = runs.task(
    ['echo one; while ! test -e go; do sleep 0.05; done; for i in $(seq 40); do echo two; sleep 0.05; done'],
    { name: 'removed' },
  )
  const run = await runs.start(task)
  await expect
    .poll(() => existsSync(join(runs.home.logs, 'removed.log')) && runs.printed('removed', 'step-1'), {
      timeout: 15_000,
    })
    .toContain('one')
  rmSync(runs.home.logs, { recursive: true })
  execFileSync('touch', [join(runs.work, 'go')])
  expect((await runs.ended(run)).state).toBe('completed')
  expect(runs.printed('removed', 'step-1')).toContain('two')
})

it('counts what it could not write, and says so in the log when it can again', () => {
  const directory = newDirectory()
  const path = join(directory, 'logs', 'x.log')
  const lost: Lost[] = []
  // A file stands where the directory should be.
  execFileSync('touch', [join(directory, 'logs')])
  const file = new LogFile(path, limits, ({ lines, bytes }) => Buffer.from(`lost ${lines} ${bytes}\n`))
  file.onLost = (one) => lost.push(one)
  file.write(Buffer.from('one\ntwo\n'))
  file.write(Buffer.from('three\n'))
  expect(lost).toEqual([
    { lines: 2, bytes: 8, why: 'EEXIST' },
    { lines: 1, bytes: 6, why: 'EEXIST' },
  ])
  rmSync(join(directory, 'logs'))
  file.write(Buffer.from('four\n'))
  file.close()
  expect(readFileSync(path, 'utf8')).toBe('lost 3 14\nfour\n')
})

it('bounds the disk and the memory that a flood takes', async () => {
  const flood =
    'head -c 2000000 /dev/zero | tr "\\0" "\\n" ; head -c 20000000 /dev/zero; yes 0123456789 | head -c 20000000'
  const task = runs.task([flood, 'cat /proc/$PPID/status | grep VmHWM || true'], {
    name: 'flood',
    log: { maxBytes: 200_000, keep: 2 },
  })
  const run = await runs.ended(await runs.start(task))
  expect(run.state).toBe('completed')
  const files = readdirSync(runs.home.logs).filter((name) => name.startsWith('flood.log'))
  expect(files.length).toBeLessThanOrEqual(3)
  const [peak = ''] = runs.printed('flood', 'step-2')
  const kilobytes = Number(/(\d+) kB/.exec(peak)?.[1] ?? 0)
  if (process.platform === 'linux') expect(kilobytes).toBeGreaterThan(0)
  // The highest that it ever had, 113 MB when measured: load changes nothing, keeping what was printed would.
  expect(kilobytes).toBeLessThan(400_000)
}, 60_000)

/** A disk of its own, which only Linux gives, and only to root. */
const canMount = process.platform === 'linux' && process.getuid?.() === 0
it.runIf(canMount)('goes on with the task while the disk is full', async () => {
  const disk = join(runs.work, 'disk')
  mkdirSync(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], { stdio: 'ignore' })
  } catch {
    return
  }
  try {
    const home = resolveHome({ ITERM_ORCH_HOME: join(disk, 'h') })
    const fill = `echo before; dd if=/dev/zero of=${disk}/big bs=1k 2> /dev/null; yes $(printf %01000d 0) | head -c 200000; rm ${disk}/big; echo after`
    const run = newRun(runs.task([fill, 'true'], { name: 'full', log: { maxBytes: 10_000_000, keep: 0 } }), {
      source: { kind: 'test' },
      cause: { kind: 'manual' },
    })
    const { exited } = await startRun(home, run, { command: taskProcessCommand })
    await exited
    const ended = readRun(home, run)
    expect(ended).toMatchObject({ state: 'completed', logLost: { why: 'ENOSPC' } })
    expect(readFileSync(join(home.logs, 'full.log'), 'utf8')).toMatch(/could not be written: ENOSPC/)
  } finally {
    execFileSync('umount', ['-l', disk])
  }
})
