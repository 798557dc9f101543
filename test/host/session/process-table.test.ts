import { homedir, tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { parseStat } from '../../../src/host/session/process-table-linux.ts'
import { parseLsofDirectory, parsePs } from '../../../src/host/session/process-table-macos.ts'
import { findForegroundJob } from '../../../src/host/session/process-tree.ts'
import { changesOf, shows, start, until } from './sessions.ts'

test('a line of /proc/<pid>/stat, whatever the name', () => {
  const tail = ' S 10 42 7 34816 99 4194304 1 0'
  expect(parseStat(`42 (sh)${tail}`)).toEqual({
    pid: 42,
    parent: 10,
    group: 42,
    session: 7,
    foreground: 99,
    name: 'sh',
    ended: false,
  })
  expect(parseStat(`42 (a) b (c))${tail}`)?.name).toBe('a) b (c)')
  expect(parseStat('42 (sh) Z 10 42 7 0 -1 0')?.ended).toBe(true)
  expect(parseStat('')).toBeUndefined()
})

const recorded = `
    1     0     1     0 ??       /sbin/launchd
  501     1   501   520 ttys003  -zsh
  520   501   520   520 ttys003  /opt/homebrew/bin/node
  531   520   520   520 ttys003  /Applications/My Tools.app/Contents/MacOS/helper tool
  540   501   540   520 ttys003  sleep
 1200     1  1200     0 ??       (garbage)
`

test('the listing of ps on macOS, with names that hold spaces', () => {
  const entries = parsePs(recorded)
  expect(entries).toHaveLength(6)
  expect(entries[1]).toEqual({
    pid: 501,
    parent: 1,
    group: 501,
    foreground: 520,
    tty: 'ttys003',
    name: 'zsh',
  })
  expect(entries[3]?.name).toBe('helper tool')
})

test('the foreground job is the leader of its group, with its youngest descendant and its ancestors', () => {
  const entries = parsePs(recorded)
  const lookup = {
    entry: (pid: number) => entries.find((entry) => entry.pid === pid),
    children: (pid: number) => entries.filter(({ parent }) => parent === pid),
  }
  const shell = lookup.entry(501)
  if (!shell) throw new Error('the recording has no shell')
  const place = findForegroundJob(shell, lookup)
  expect(place.job.name).toBe('node')
  expect(place.deepest.name).toBe('helper tool')
  expect(place.ancestors.map(({ name }) => name)).toEqual(['zsh', 'node'])
})

test('the working directory in the output of lsof', () => {
  expect(parseLsofDirectory('p520\nfcwd\nn/Users/ann/my project\n')).toBe('/Users/ann/my project')
  expect(parseLsofDirectory('p520\nfcwd\nn (readlink: Permission denied)\n')).toBeUndefined()
  expect(parseLsofDirectory('')).toBeUndefined()
})

test('a session knows its job, when asked and when watched', async () => {
  const session = start(['bash', '--norc', '--noprofile', '-i'])
  await shows(session, '$')
  await session.sampleProcess()
  expect(session.variables()).toMatchObject({ jobName: 'bash', jobPid: session.pid, path: homedir() })

  const names = changesOf(session, 'jobName')
  const stop = session.watchProcess()
  await session.write(`cd ${tmpdir()}/..; sleep 999 && true\r`)
  await until(session, 'variable', () => names.includes('sleep'))
  await session.sampleProcess()
  expect(session.variables()).toMatchObject({
    jobName: 'sleep',
    autoName: 'sleep',
    commandLine: 'sleep 999',
    processTitle: 'sleep',
    foregroundJobAncestors: ['bash', 'sleep'],
    pid: session.pid,
  })
  expect(session.variable('jobPid')).not.toBe(session.pid)
  await session.write('\x03')
  await until(session, 'variable', () => names.at(-1) === 'bash')
  stop()
})
