import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { resolveHome } from '../../../src/lib/home.ts'
import { installService, uninstallService } from '../../../src/service/installation/install.ts'
import { findInstalled, installedService, type Place } from '../../../src/service/installation/installed.ts'
import { launchd } from '../../../src/service/installation/launchd.ts'
import type { RunTool } from '../../../src/service/installation/run-tool.ts'

let root: string
let place: Place
let said: string[]

const fine = { status: 0, output: '', complaint: '' }

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'install-'))
  mkdirSync(join(root, 'units'))
  said = []
  place = placeOf('ann')
})

/** A computer on which `systemctl` says yes to everything; `active` of a unit is whether it was restarted last. */
function placeOf(user: string, run: RunTool = systemctl): Place {
  const env = { HOME: join(root, user), PATH: '/usr/bin:/bin' }
  return { env, platform: 'linux', run, systemUnits: join(root, 'units') }
}

const systemctl: RunTool = async (_, args) => {
  said.push(args.filter((word) => !word.startsWith('-')).join(' '))
  return args.includes('show') ? { ...fine, output: 'ActiveState=active' } : fine
}

const homeOf = ({ env }: Place) => resolveHome(env)
const unitOf = ({ env }: Place) => join(env['HOME'] ?? '', '.config/systemd/user/iterm-orch.service')

describe('the service of a home', () => {
  it('is installed once, by one unit', async () => {
    const home = homeOf(place)
    expect(await installService(home, 'user', place)).toMatchObject({ unchanged: false, file: unitOf(place) })
    expect(await installService(home, 'user', place)).toMatchObject({ unchanged: true })
    await expect(installService(home, 'system', place)).rejects.toMatchObject({
      message: expect.stringContaining(unitOf(place)),
      hint: expect.stringContaining('iterm-orch service uninstall'),
    })
    expect(await uninstallService(home, 'system', place)).toBe(false)
    expect(await uninstallService(home, 'user', place)).toBe(true)
    expect(findInstalled(home, place)).toBeUndefined()
    await installService(home, 'system', place)
    await expect(installService(home, 'user', place)).rejects.toMatchObject({
      hint: expect.stringContaining('sudo env "PATH=$PATH" iterm-orch service uninstall --system'),
    })
  })

  it('of the system is not that of another person, though both units would be called alike', async () => {
    await installService(homeOf(place), 'system', place)
    const other = placeOf('bob')
    expect(findInstalled(homeOf(other), other)).toBeUndefined()
    await expect(installService(homeOf(other), 'system', other)).rejects.toThrow(
      'is the unit of another home',
    )
    expect(await uninstallService(homeOf(other), 'system', other)).toBe(false)
    expect(await installService(homeOf(other), 'user', other)).toMatchObject({ file: unitOf(other) })
    expect(findInstalled(homeOf(place), place)).toMatchObject({ scope: 'system' })
  })

  it('is outdated by another version of node, not by the PATH of who looks', async () => {
    const home = homeOf(place)
    await installService(home, 'user', place)
    const elsewhere = { ...place, env: { ...place.env, PATH: '/home/ann/venv/bin:/usr/bin', LANG: 'C' } }
    expect(await installedService(home, elsewhere)).toMatchObject({ outdated: false })
    const file = unitOf(place)
    writeFileSync(file, readFileSync(file, 'utf8').replace('ExecStart="', 'ExecStart="/old'))
    expect(await installedService(home, place)).toMatchObject({ outdated: true })
  })

  it('runs with the unit of before when it does not with the new one', async () => {
    const home = homeOf(place)
    await installService(home, 'user', place)
    const before = `${readFileSync(unitOf(place), 'utf8')}# mine\n`
    writeFileSync(unitOf(place), before)
    said = []
    const refusing = placeOf('ann', async (program, args) => {
      const isNew = !readFileSync(unitOf(place), 'utf8').endsWith('# mine\n')
      if (args.includes('restart') && isNew) return { status: 1, output: '', complaint: 'it does not start' }
      return systemctl(program, args)
    })
    await expect(installService(home, 'user', refusing)).rejects.toThrow('it does not start')
    expect(readFileSync(unitOf(place), 'utf8')).toBe(before)
    expect(said.slice(-2)).toEqual(['enable iterm-orch.service', 'restart iterm-orch.service'])
    await expect(installService(homeOf(placeOf('bob')), 'user', placeOf('bob', failing))).rejects.toThrow()
    expect(existsSync(unitOf(placeOf('bob')))).toBe(false)
  })
})

const failing: RunTool = async (_, args) =>
  args.includes('restart') ? { status: 1, output: '', complaint: 'no' } : fine

it('launchd takes a new property list only when the job of before has ended', async () => {
  let looks = 3
  const run: RunTool = async (_, args) => {
    const [verb = ''] = args
    said.push(verb)
    if (verb === 'print') return { ...fine, status: looks-- > 0 ? 0 : 113 }
    if (verb === 'bootstrap' && looks >= 0)
      return { status: 5, output: '', complaint: 'Bootstrap failed: 5: Input/output error' }
    return fine
  }
  const home = homeOf(place)
  const env = { HOME: root }
  const installation = { name: 'iterm-orch', scope: 'user', command: ['/usr/bin/node'], env, home } as const
  await launchd(installation, run, env, 501).enable()
  expect(said.filter((verb) => verb !== 'print')).toEqual(['bootout', 'enable', 'bootstrap'])
})
